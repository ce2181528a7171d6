package org.sternpost.engine.certificate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.jspecify.annotations.Nullable;

/// The names that an authority permits and excludes in every certificate below it (RFC 5280 §4.2.1.10).
///
/// Each authority's own constraints are asked for each name, which is the same as intersecting what they permit and
/// uniting what they exclude (RFC 5280 §6.1.4 (g)).
record NameConstraints(List<Subtree> permitted, List<Subtree> excluded) {

    static final NameConstraints NONE = new NameConstraints(List.of(), List.of());

    static NameConstraints of(org.bouncycastle.asn1.x509.NameConstraints read) {
        return new NameConstraints(list(read.getPermittedSubtrees()), list(read.getExcludedSubtrees()));
    }

    private static List<Subtree> list(GeneralSubtree @Nullable [] subtrees) {
        return subtrees == null ? List.of() : Arrays.stream(subtrees).map(Subtree::of).toList();
    }

    /// What a name constraint of the path forbids; empty if nothing.
    static Optional<String> problem(List<Certificate> path) {
        for (int i = 1; i < path.size(); i++) {
            NameConstraints limits = path.get(i).content().orElseThrow().constraints();
            if (limits.equals(NONE)) continue;
            for (int j = 0; j < i; j++) {
                CertificateContent below = path.get(j).content().orElseThrow();
                // RFC 5280 §6.1.3 (b): self-issued authorities are free, the host's own certificate never is.
                if (j > 0 && below.isSelfIssued()) continue;
                Optional<GeneralName> bad = limits.forbidden(names(below, j == 0));
                if (bad.isPresent())
                    return Optional.of(path.get(j).described() + " has a name that the name constraints of "
                            + path.get(i).described() + " forbid (" + shown(bad.get()) + ")");
            }
        }
        return Optional.empty();
    }

    /// The names of a certificate that constraints are about.
    private static List<GeneralName> names(CertificateContent content, boolean host) {
        var names = new ArrayList<>(content.alternatives());
        X500Name subject = content.names().subject();
        // RFC 5280 §4.2.1.10: of the subject only where it is not empty, and its addresses of mail with it.
        if (subject.getRDNs().length > 0) names.add(new GeneralName(subject));
        for (var part : subject.getRDNs(BCStyle.EmailAddress))
            for (var one : part.getTypesAndValues())
                if (one.getType().equals(BCStyle.EmailAddress))
                    names.add(new GeneralName(GeneralName.rfc822Name, IETFUtils.valueToString(one.getValue())));
        // A host may be matched by its common names: then they are DNS names (RFC 7672 §3.2.3).
        if (host && !CertificateNames.hasDnsName(content))
            CertificateNames.commonNames(subject).stream().filter(NameConstraints::isDnsName)
                    .forEach(name -> names.add(new GeneralName(GeneralName.dNSName, name)));
        return names;
    }

    private static boolean isDnsName(String text) { return text.matches("[a-z0-9_*-]+(\\.[a-z0-9_-]+)+"); }

    private Optional<GeneralName> forbidden(List<GeneralName> names) {
        for (GeneralName name : names) {
            if (excluded.stream().anyMatch(tree -> tree.kind() == name.getTagNo() && tree.mayTouch(name)))
                return Optional.of(name);
            List<Subtree> ofKind = permitted.stream().filter(tree -> tree.kind() == name.getTagNo()).toList();
            if (ofKind.stream().anyMatch(Subtree.Unknown.class::isInstance)) return Optional.of(name);
            if (!ofKind.isEmpty() && ofKind.stream().noneMatch(tree -> tree.holds(name))) return Optional.of(name);
        }
        return Optional.empty();
    }

    private static String shown(GeneralName name) {
        String text = name.getName().toString().replaceAll("\\p{Cc}", "?");
        return text.length() > 100 ? text.substring(0, 100) + "..." : text;
    }
}
