package org.sternpost.engine.dane;

import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraintValidatorException;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.PKIXNameConstraintValidator;
import org.bouncycastle.cert.X509CertificateHolder;

/// The names that issuers permit and exclude below them (RFC 5280 §4.2.1.10).
final class NameLimits {

    private NameLimits() {}

    /// True if every name of the host's certificate lies within what each issuer permits.
    static boolean permit(X509CertificateHolder host, List<X509CertificateHolder> issuers) {
        if (issuers.stream().allMatch(issuer -> issuer.getExtension(Extension.nameConstraints) == null)) return true;
        var validator = new PKIXNameConstraintValidator();
        try {
            for (X509CertificateHolder issuer : issuers)
                if (issuer.getExtension(Extension.nameConstraints) != null)
                    add(validator, NameConstraints.getInstance(
                            issuer.getExtension(Extension.nameConstraints).getParsedValue()));
            validator.checkPermittedDN(host.getSubject());
            validator.checkExcludedDN(host.getSubject());
            for (GeneralName name : names(host)) {
                validator.checkPermitted(name);
                validator.checkExcluded(name);
            }
            return true;
        } catch (NameConstraintValidatorException | RuntimeException forbidden) {
            return false;
        }
    }

    /// The alternative names; with the common names as DNS names where these are what a host is matched by.
    private static List<GeneralName> names(X509CertificateHolder host) {
        var names = new ArrayList<>(CertificateNames.alternatives(host).orElse(List.of()));
        if (names.stream().noneMatch(name -> name.getTagNo() == GeneralName.dNSName))
            CertificateNames.commonNames(host).forEach(name -> names.add(new GeneralName(GeneralName.dNSName, name)));
        return names;
    }

    private static void add(PKIXNameConstraintValidator validator, NameConstraints limits) {
        if (limits.getPermittedSubtrees() != null) validator.intersectPermittedSubtree(limits.getPermittedSubtrees());
        if (limits.getExcludedSubtrees() != null)
            for (GeneralSubtree subtree : limits.getExcludedSubtrees())
            validator.addExcludedSubtree(subtree);
    }
}
