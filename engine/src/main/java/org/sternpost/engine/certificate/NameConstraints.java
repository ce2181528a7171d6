package org.sternpost.engine.certificate;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
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

    /// Two labels or more, of which the first may be a wildcard.
    private static boolean isDnsName(String text) {
        int label = 0;
        boolean first = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.') {
                if (label == 0) return false;
                label = 0;
                first = false;
            } else {
                if (!(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '*' && first))
                    return false;
                label++;
            }
        }
        return !first && label > 0;
    }

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
        String text = CertificateNames.withoutControls(name.getName().toString());
        return text.length() > 100 ? text.substring(0, 100) + "..." : text;
    }

    /// One subtree of a name constraint, and the names within it (RFC 5280 §4.2.1.10).
    sealed interface Subtree {

        /// The kind of name, as [GeneralName] numbers them.
        int kind();

        /// True if the name, which is of the subtree's kind, lies within it.
        boolean holds(GeneralName name);

        /// True if the name may stand for one within it: what an exclusion must forbid.
        default boolean mayTouch(GeneralName name) { return holds(name); }

        static Subtree of(GeneralSubtree tree) {
            // RFC 5280 §4.2.1.10: minimum is zero and maximum absent; what else they might mean is not known.
            boolean plain = tree.getMaximum() == null
                    && (tree.getMinimum() == null || tree.getMinimum().equals(BigInteger.ZERO));
            GeneralName base = tree.getBase();
            if (!plain) return new Unknown(base.getTagNo());
            return switch (base.getTagNo()) {
                case GeneralName.dNSName -> new Dns(text(base));
                case GeneralName.directoryName -> new Directory(X500Name.getInstance(base.getName()));
                case GeneralName.iPAddress -> {
                    byte[] range = ASN1OctetString.getInstance(base.getName()).getOctets();
                    yield range.length == 8 || range.length == 32 ? new Address(range) : new Unknown(base.getTagNo());
                }
                case GeneralName.rfc822Name -> new Mailbox(text(base));
                case GeneralName.uniformResourceIdentifier -> new Uri(text(base));
                default -> new Unknown(base.getTagNo());
            };
        }

        private static String text(GeneralName name) {
            String text = name.getName().toString().toLowerCase(Locale.ROOT);
            return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        }

        /// True if `host` is `base` or below it; the empty base is above all. A base with a leading dot, which the RFC
        /// knows for other kinds of names alone, is above its subdomains and not above itself, as all read it.
        private static boolean isBelow(String host, String base) {
            if (base.isEmpty()) return true;
            if (base.startsWith(".")) return host.endsWith(base);
            return host.equals(base) || host.endsWith("." + base);
        }

        record Dns(String base) implements Subtree {
            @Override
            public int kind() { return GeneralName.dNSName; }

            @Override
            public boolean holds(GeneralName name) { return isBelow(text(name), base); }

            /// A wildcard stands for hosts of which one may be excluded: it promises what its authority may not.
            @Override
            public boolean mayTouch(GeneralName name) {
                String host = text(name);
                if (!host.startsWith("*.")) return holds(name);
                String parent = host.substring(1);
                return holds(name) || base.endsWith(parent) && base.indexOf('.', 1) == base.length() - parent.length();
            }
        }

        record Directory(X500Name base) implements Subtree {
            @Override
            public int kind() { return GeneralName.directoryName; }

            /// The base is a prefix of the name, part by part (RFC 5280 §7.1); the empty base is one of every name.
            @Override
            public boolean holds(GeneralName name) {
                RDN[] parts = X500Name.getInstance(name.getName()).getRDNs();
                int length = base.getRDNs().length;
                return parts.length >= length && new X500Name(Arrays.copyOf(parts, length)).equals(base);
            }
        }

        /// @param base address and mask
        record Address(byte[] base) implements Subtree {
            @Override
            public int kind() { return GeneralName.iPAddress; }

            @Override
            public boolean holds(GeneralName name) {
                byte[] address = ASN1OctetString.getInstance(name.getName()).getOctets();
                if (address.length * 2 != base.length) return false;
                for (int i = 0; i < address.length; i++)
                    if (((address[i] ^ base[i]) & base[address.length + i]) != 0) return false;
                return true;
            }

            /// What is no address is not known to lie outside.
            @Override
            public boolean mayTouch(GeneralName name) {
                int length = ASN1OctetString.getInstance(name.getName()).getOctets().length;
                return holds(name) || length != 4 && length != 16;
            }
        }

        record Mailbox(String base) implements Subtree {
            @Override
            public int kind() { return GeneralName.rfc822Name; }

            /// A whole mailbox, all mailboxes of one host, or of all hosts below a domain.
            @Override
            public boolean holds(GeneralName name) {
                String mailbox = name.getName().toString();
                int at = mailbox.lastIndexOf('@');
                String host = mailbox.substring(at + 1).toLowerCase(Locale.ROOT);
                int baseAt = base.lastIndexOf('@');
                if (baseAt > 0) return mailbox.toLowerCase(Locale.ROOT).equals(base);
                if (base.isEmpty()) return true;
                return base.startsWith(".") ? host.endsWith(base) : host.equals(base);
            }
        }

        record Uri(String base) implements Subtree {
            @Override
            public int kind() { return GeneralName.uniformResourceIdentifier; }

            /// The host of the address, or all hosts below a domain.
            @Override
            public boolean holds(GeneralName name) {
                String host = name.getName().toString().toLowerCase(Locale.ROOT)
                        .replaceFirst("^[a-z][a-z0-9+.-]*://([^/@?#]*@)?([^/:?#]*).*$", "$2");
                if (base.isEmpty()) return true;
                return base.startsWith(".") ? host.endsWith(base) : host.equals(base);
            }
        }

        /// A kind of name that is not known here: RFC 5280 §6.1.4 (g), then every name of that kind is forbidden.
        record Unknown(int kind) implements Subtree {
            @Override
            public boolean holds(GeneralName name) { return false; }

            @Override
            public boolean mayTouch(GeneralName name) { return true; }
        }
    }
}
