package org.sternpost.engine.dane;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraintValidatorException;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.PKIXNameConstraintValidator;
import org.bouncycastle.cert.X509CertificateHolder;
import org.sternpost.engine.mail.Domain;

/// The names in a certificate and how they match a host (RFC 6125 §6.4, RFC 7672 §3.2.3).
final class CertificateNames {

    private static final int NAMES_MAX = 1_000;

    private CertificateNames() {}

    /// Its DNS-IDs, or its CN-IDs when there are none (RFC 7672 §3.2.3).
    static List<String> of(X509CertificateHolder certificate) {
        var names = new ArrayList<String>();
        for (GeneralName name : alternatives(certificate))
            if (name.getTagNo() == GeneralName.dNSName && names.size() < NAMES_MAX)
                names.add(lower(name.getName().toString()));
        if (!names.isEmpty()) return names;
        for (RDN part : certificate.getSubject().getRDNs(BCStyle.CN))
            if (names.size() < NAMES_MAX && part.getFirst() != null)
                names.add(lower(IETFUtils.valueToString(part.getFirst().getValue())));
        return names;
    }

    /// True if a name is the host's or a wildcard for it: `*` stands for the whole left-most label only.
    static boolean anyCovers(List<String> names, Domain host) {
        int dot = host.ascii().indexOf('.');
        String wildcard = dot < 0 ? "" : "*" + host.ascii().substring(dot);
        // A wildcard right under a top-level domain covers strangers; no CA may issue one.
        boolean wide = dot < 0 || host.ascii().indexOf('.', dot + 1) < 0;
        return names.stream().anyMatch(name -> name.equals(host.ascii()) || !wide && name.equals(wildcard));
    }

    /// RFC 5280 §4.2.1.10: every DNS name of the host's certificate within what each issuer permits.
    static boolean permitted(X509CertificateHolder host, List<X509CertificateHolder> issuers) {
        var validator = new PKIXNameConstraintValidator();
        try {
            for (X509CertificateHolder issuer : issuers) {
                if (issuer.getExtension(Extension.nameConstraints) == null) continue;
                NameConstraints limits = NameConstraints
                        .getInstance(issuer.getExtension(Extension.nameConstraints).getParsedValue());
                if (limits.getPermittedSubtrees() != null)
                    validator.intersectPermittedSubtree(limits.getPermittedSubtrees());
                if (limits.getExcludedSubtrees() != null)
                    for (GeneralSubtree subtree : limits.getExcludedSubtrees())
                    validator.addExcludedSubtree(subtree);
            }
            for (String name : of(host)) {
                var dns = new GeneralName(GeneralName.dNSName, name);
                validator.checkPermitted(dns);
                validator.checkExcluded(dns);
            }
            return true;
        } catch (NameConstraintValidatorException | RuntimeException forbidden) {
            return false;
        }
    }

    private static List<GeneralName> alternatives(X509CertificateHolder certificate) {
        if (certificate.getExtension(Extension.subjectAlternativeName) == null) return List.of();
        try {
            GeneralNames names = GeneralNames.fromExtensions(certificate.getExtensions(),
                    Extension.subjectAlternativeName);
            return List.of(names.getNames());
        } catch (RuntimeException unreadable) {
            return List.of();
        }
    }

    private static String lower(String name) {
        String plain = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        return plain.toLowerCase(Locale.ROOT);
    }
}
