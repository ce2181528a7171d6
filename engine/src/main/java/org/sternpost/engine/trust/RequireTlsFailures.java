package org.sternpost.engine.trust;

import org.sternpost.engine.mail.Domain;

/// Why a message with REQUIRETLS cannot go to a host (RFC 8689 §4.2.1).
public final class RequireTlsFailures {

    private RequireTlsFailures() {}

    /// A message with REQUIRETLS, and a host that connector and mode alone would have given it to.
    static Failure requireTlsUnmet(Failure why) {
        return new Failure(Reason.REQUIRETLS_ENCRYPTION, why.owner(),
                "the sender requires TLS (REQUIRETLS), but " + why.sentence()
                        + " (RFC 8689 §4.2.1)",
                why.remedy() + " Or the sender sends it again without REQUIRETLS.")
                .plainly("the sender insists on protection all the way (REQUIRETLS), but " + why.plain());
    }

    /// A message with REQUIRETLS, and a host that offers no TLS or refuses it.
    ///
    /// @param reply as in [#noStartTls]
    public static Failure requireTlsInClear(Domain host, String reply) {
        String seen = reply.isEmpty() ? "does not offer STARTTLS" : "refused STARTTLS with '" + reply + "'";
        return new Failure(Reason.REQUIRETLS_ENCRYPTION, "the sender requires TLS (REQUIRETLS), but " + host + " "
                + seen + " (RFC 8689 §4.2.1)",
                "Enable STARTTLS and REQUIRETLS on " + host
                        + ". Or the sender sends it again without REQUIRETLS.")
                .plainly("the sender insists on protection all the way (REQUIRETLS), and the mail host " + host
                        + " offers no encryption");
    }

    /// A message with REQUIRETLS, and nobody vouches for the name of the host.
    static Failure nameUnproven(Domain domain, Domain host) {
        return new Failure(Reason.REQUIRETLS_ENCRYPTION, "the sender requires TLS (REQUIRETLS), but neither DNSSEC nor"
                + " an enforced MTA-STS policy proves that " + host + " is a mail host of " + domain
                + " (RFC 8689 §4.2.1)",
                "Sign the zone of " + domain + " with DNSSEC, or publish an MTA-STS policy in"
                        + " mode enforce that lists " + host + ". Or the sender sends it again without REQUIRETLS.")
                .plainly("the sender insists on protection all the way (REQUIRETLS), and nothing proves that " + host
                        + " is a mail host of " + domain);
    }

    /// A message with REQUIRETLS, and a host that does not announce it.
    public static Failure requireTlsUnsupported(Domain host) {
        return new Failure(Reason.REQUIRETLS_SUPPORT, "the sender requires TLS (REQUIRETLS), but " + host
                + " does not announce REQUIRETLS within TLS (RFC 8689 §4.2.1)",
                "Enable REQUIRETLS on " + host
                        + ". Or the sender sends it again without REQUIRETLS.")
                .plainly("the sender insists on protection all the way (REQUIRETLS), and the mail host " + host
                        + " does not promise to pass it on");
    }
}
