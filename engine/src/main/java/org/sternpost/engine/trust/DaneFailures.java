package org.sternpost.engine.trust;

import java.util.List;
import org.sternpost.engine.dane.DaneMatch;
import org.sternpost.engine.mail.Domain;

/// What is wrong with TLSA records, or with a host beside them.
public final class DaneFailures {

    private DaneFailures() {}

    /// `SmtpDaneMode Mandatory`, and nothing that satisfies it (docs/transport-security.md#fail-dane-required).
    static Failure daneRequired(Domain host, String seen) {
        return new Failure(Reason.DANE_REQUIRED, "the connector wants verified DANE, but " + seen
                + " (SmtpDaneMode Mandatory)",
                "Ask the postmaster to sign the zones and publish TLSA records for "
                        + host + ", or except the domain: New-TlsException.")
                .plainly("our connector insists on DANE, which the domain does not offer: " + seen);
    }

    /// TLSA records stand in the DNS, and none can be used (RFC 7672 §2.2).
    ///
    /// @param records each with what is wrong with it
    static Failure unusable(Domain base, List<String> records) {
        return new Failure(Reason.TLSA_INVALID, "no TLSA record of " + base + " is usable: "
                + String.join("; ", records) + " (RFC 7672 §3.1.3)",
                "Publish a TLSA record 3 1 1 (DANE-EE) of the certificate in use, and remove the unusable ones.")
                .plainly("the DNS announces the certificate of the mail host " + base
                        + " only in ways that mail cannot use (TLSA), so nobody checks it: "
                        + String.join("; ", records));
    }

    /// The chain of certificates does not satisfy the TLSA records.
    public static Failure daneMismatch(Domain host, Domain tlsaBase, DaneMatch.Kind kind, String detail) {
        String record = "the TLSA records of " + tlsaBase;
        String seen = host + " and " + record + ": " + detail;
        return switch (kind) {
            case TlsaInvalid -> new Failure(Reason.TLSA_INVALID, seen + " (RFC 7672 §2.2)",
                    "Publish a TLSA record for the certificate in use under " + tlsaBase + ", or let " + host
                            + " show the one that is announced. Where others run that host, ask them, or name another"
                            + " in the MX records. Before the next change publish the new record first, and keep the"
                            + " old one until its TTL has passed (RFC 7671 §8.1).")
                    .plainly("the mail host " + host
                            + " shows another certificate than the one announced for it in the DNS (TLSA): " + detail);
            case CertificateNotTrusted -> new Failure(Reason.CERTIFICATE_NOT_TRUSTED, seen + " (RFC 7671 §5.2)",
                    "Send the whole chain up to the certificate that the record names; each certificate in it must"
                            + " be for TLS servers, allow the name and be strong enough. Or publish a record"
                            + " 3 1 1 (DANE-EE) of the host's own certificate.")
                    .plainly("the certificates of the mail host " + host
                            + " do not lead to the authority announced for it in the DNS (TLSA): " + detail);
            case CertificateExpired -> new Failure(Reason.CERTIFICATE_EXPIRED, seen
                    + "; DANE-TA checks dates (RFC 7671 §5.2)", "Renew the certificate.")
                    .plainly("a certificate of the mail host " + host + " is outside its dates: " + detail);
            case CertificateHostMismatch -> new Failure(Reason.CERTIFICATE_HOST_MISMATCH, seen
                    + " (RFC 7672 §3.2.3)", "Use a certificate for " + tlsaBase + ", or a DANE-EE record.")
                    .plainly("the certificate of the mail host " + host + " is made out to another name: " + detail);
            case StrongerDigest -> new Failure(Reason.TLSA_INVALID, seen + " (digest agility, RFC 7671 §9)",
                    "Correct the TLSA record with the stronger digest, or remove it (RFC 7671 §9).")
                    .plainly("of the records in the DNS that announce the certificate of the mail host " + host
                            + " (TLSA) only the strongest counts, and that one is of another certificate: " + detail);
            case UsageMistaken -> new Failure(Reason.TLSA_INVALID, seen + " (RFC 7671 §5.2)",
                    "Publish the TLSA record with usage 3 (DANE-EE) instead of 2.")
                    .plainly("the DNS announces the certificate of the mail host " + host
                            + " as if it were that of an authority (TLSA usage 2), which it is not: " + detail);
            case AnchorNotSent -> new Failure(Reason.TLSA_INVALID, seen + " (RFC 7671 §5.2.2)",
                    "Let " + host + " send the certificate of the authority that the TLSA record names, after its own;"
                            + " or correct the record if the authority has changed.")
                    .plainly("the mail host " + host + " does not send the certificate of the authority that the DNS"
                            + " announces for it (TLSA): " + detail);
            case Unjudged -> FailureMessages.unjudged(host, detail);
        };
    }
}
