package org.sternpost.engine.certificate;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.sternpost.engine.certificate.PathSearch.Miss;
import org.sternpost.engine.certificate.PathSearch.Result;

/// Whether a path whose signatures hold may be used now: dates, form, purpose, strength, names (RFC 5280 §6.1).
///
/// An anchor that is given as a certificate is held to what it says as every other of the path, but for its own
/// signature, which nobody relies on.
final class PathRules {

    /// Critical extensions that are judged here or that cannot loosen a check (RFC 5280 §4.2).
    private static final Set<ASN1ObjectIdentifier> UNDERSTOOD = Set.of(Extension.basicConstraints, Extension.keyUsage,
            Extension.extendedKeyUsage, Extension.subjectAlternativeName, Extension.nameConstraints,
            Extension.certificatePolicies, Extension.policyConstraints, Extension.inhibitAnyPolicy,
            Extension.policyMappings);

    private PathRules() {}

    /// What forbids a path; empty if nothing does.
    ///
    /// @param path from the host's certificate to the anchor, all of them readable
    /// @param ends true if the last of them is the anchor, false if the anchor is a bare key above it
    static Optional<Result.Missed> problem(List<Certificate> path, boolean ends, Instant now) {
        int below = 0; // authorities below the one in hand that are not self-issued
        for (int i = 0; i < path.size(); i++) {
            Certificate one = path.get(i);
            CertificateContent content = one.content().orElseThrow();
            Optional<String> dates = dateProblem(content, now);
            if (dates.isPresent()) return missed(Miss.OutOfDate, one, dates.get());
            boolean anchor = ends && i == path.size() - 1;
            Optional<String> form = i == 0 ? Purpose.serverProblem(content) : issuerProblem(content, below, anchor);
            if (form.isEmpty()) form = formProblem(content, anchor);
            if (form.isPresent()) return missed(Miss.Forbidden, one, form.get());
            if (i > 0 && !content.isSelfIssued()) below++;
        }
        return NameConstraints.problem(path).map(found -> new Result.Missed(Miss.Forbidden, found));
    }

    private static Optional<Result.Missed> missed(Miss kind, Certificate one, String why) {
        return Optional.of(new Result.Missed(kind, one.described() + " " + why));
    }

    /// RFC 5280 §4.1.2.5.
    private static Optional<String> dateProblem(CertificateContent certificate, Instant now) {
        if (now.isBefore(certificate.dates().from()))
            return Optional.of("is not valid before " + certificate.dates().from());
        if (now.isAfter(certificate.dates().until()))
            return Optional.of("expired on " + certificate.dates().until());
        return Optional.empty();
    }

    /// RFC 5280 §4.2.1.9 and §6.1.4: an issuer is an authority, and not above too many others.
    private static Optional<String> issuerProblem(CertificateContent issuer, int below, boolean anchor) {
        if (issuer.signed().version() < 3) {
            if (!anchor || !issuer.isSelfIssued()) // RFC 5280 §6.1.4 (k)
                return Optional.of("issued another, yet cannot say that it is a CA (X.509 version 1)");
        } else {
            if (issuer.authority().filter(CertificateContent.Authority::isAuthority).isEmpty())
                return Optional.of("issued another, yet is no CA");
            int allowed = issuer.authority().get().pathLength();
            if (allowed >= 0 && allowed < below)
                return Optional.of("allows " + allowed + " CAs below it, not " + below);
        }
        return Purpose.issuerProblem(issuer);
    }

    private static Optional<String> formProblem(CertificateContent certificate, boolean anchor) {
        for (ASN1ObjectIdentifier critical : certificate.usage().critical())
            if (!UNDERSTOOD.contains(critical))
                return Optional.of("has the critical extension " + critical + ", which is not known here");
        Optional<String> weak = Strength.keyProblem(certificate.signed().key());
        return weak.isPresent() || anchor ? weak : Strength.signatureProblem(certificate.signed().algorithm());
    }
}
