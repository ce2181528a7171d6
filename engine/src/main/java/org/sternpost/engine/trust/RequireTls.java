package org.sternpost.engine.trust;

import java.util.Optional;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.Policy;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;

/// What a sender's `REQUIRETLS` asks of a host on top of connector and mode (RFC 8689 §4.2.1). Pure.
///
/// Four things must hold: the host's name is proven, its certificate verifies, the session is TLS, and the host
/// promises to ask the same of the next. Connector and mode can only add to that.
public final class RequireTls {

    /// Announced in reply to EHLO within TLS, and the parameter of MAIL (RFC 8689 §2).
    public static final String KEYWORD = "REQUIRETLS";

    private RequireTls() {}

    /// The floor under a session: PKIX for the host's name, unless the connector asks for more or DANE vouches.
    public static TlsSettings floor(TlsSettings connector) {
        return switch (connector) {
            // RFC 8689 §4.2.1: the certificate is authenticated as RFC 6125 or RFC 7672 has it.
            case None, EncryptionOnly -> TlsSettings.CertificateValidation;
            case CertificateValidation, DomainValidation -> connector;
        };
    }

    /// Why the name of a host that its verdict lets pass cannot be relied upon; empty if it can.
    ///
    /// @param host as judged by [Judge#requiringTls]
    public static Optional<Failure> unproven(HostJudgement host, Domain recipientDomain, TlsSettings connector) {
        boolean proven = switch (host.facts().mxStatus()) {
            // RFC 8689 §4.2.1: DNSSEC vouches for the MX record ...
            case Secure -> true;
            // ... which a smart host does not need, as its name stands in our own settings ...
            case NotAsked -> true;
            // ... or an enforced MTA-STS policy does, which lists the host, or its verdict would have refused it ...
            case Insecure, Bogus,
                    Failed ->
                host.facts().sts().filter(sts -> sts.mode() == Policy.Mode.Enforce).isPresent()
                        // ... and without MX record the name is the one that the sender wrote.
                        || host.host().equals(recipientDomain)
                // Departs from RFC 8689 §4.2.1: an administrator who names whose certificate it must be vouches.
                        || connector == TlsSettings.DomainValidation;
        };
        return proven ? Optional.empty() : Optional.of(RequireTlsFailures.nameUnproven(recipientDomain, host.host()));
    }

    /// Why the name of a host cannot be relied upon in later attempts either; empty if another time may be better.
    public static Optional<Failure> neverProven(HostJudgement host, Domain recipientDomain, TlsSettings connector) {
        return isAnswered(host.facts()) ? unproven(host, recipientDomain, connector) : Optional.empty();
    }

    /// True if every lookup was answered that could have vouched for the host.
    private static boolean isAnswered(HostFacts facts) {
        return facts.mxStatus() == DnsStatus.Insecure && !hasFailed(facts.addressStatus())
                && !hasFailed(facts.tlsaStatus())
                && facts.notes().stream().map(Failure::reason).noneMatch(RequireTls::hidesPolicy);
    }

    private static boolean hasFailed(DnsStatus status) {
        return switch (status) {
            case Bogus, Failed -> true;
            case Secure, Insecure, NotAsked -> false;
        };
    }

    /// True for trouble that hides a policy, which may vouch for the host another time; one that was read does not.
    private static boolean hidesPolicy(Reason reason) {
        return switch (reason) {
            case STS_POLICY_FETCH_ERROR, STS_WEBPKI_INVALID, LOCAL_DNS, LOCAL_NETWORK, LOCAL_TLS, LOCAL -> true;
            case STARTTLS_NOT_SUPPORTED, CERTIFICATE_EXPIRED, TLSA_INVALID, DNSSEC_INVALID, CERTIFICATE_HOST_MISMATCH,
                    CERTIFICATE_NOT_TRUSTED, DANE_REQUIRED, STS_MX_MISMATCH, STS_REQUIRED, STS_POLICY_INVALID,
                    VALIDATION_FAILURE, REQUIRETLS_ENCRYPTION, REQUIRETLS_SUPPORT ->
                false;
        };
    }

    /// The refusal of a message that connector and mode alone would have let go to the host.
    public static Failure refusal(Failure why) {
        return switch (why.reason()) {
            case REQUIRETLS_ENCRYPTION, REQUIRETLS_SUPPORT -> why;
            // What we could not know is no answer of the host's; the mail waits for us.
            case LOCAL_DNS, LOCAL_NETWORK, LOCAL_TLS, LOCAL -> why;
            case STARTTLS_NOT_SUPPORTED, CERTIFICATE_EXPIRED, TLSA_INVALID, DNSSEC_INVALID, CERTIFICATE_HOST_MISMATCH,
                    CERTIFICATE_NOT_TRUSTED, DANE_REQUIRED, STS_MX_MISMATCH, STS_REQUIRED, STS_POLICY_FETCH_ERROR,
                    STS_POLICY_INVALID, STS_WEBPKI_INVALID, VALIDATION_FAILURE ->
                RequireTlsFailures.requireTlsUnmet(why);
        };
    }
}
