package org.sternpost.engine.trust;

import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.trust.Failure.Remedy;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;

/// Every refusal in words. One sentence names the record or file, what was seen and the rule; the remedy stands apart.
///
/// Here is what a session showed; what the DNS, a policy or a sender's wish refuses has a file of its own.
public final class FailureMessages {

    private FailureMessages() {}

    /// All there is to say of a refusal: code, sentence, whose remedy it is and the remedy. Traces, queues and notices
    /// to senders all say it so.
    ///
    /// @param code of the class that fits: `4.7.323` while the mail waits, `5.7.323` when it is returned
    public static String line(String code, Failure why) { return code + " " + why.sentence() + "; " + Remedy.of(why); }

    /// TLS is asked for and the host offers none, or refuses STARTTLS.
    ///
    /// @param reply what the host said instead; empty text if its EHLO reply has no STARTTLS
    public static Failure noStartTls(Domain host, TlsVerdict asked, String reply) {
        String by = switch (asked) {
            case TlsVerdict.Dane dane -> "TLSA records of " + dane.base() + " (RFC 7672 §2.2)";
            case TlsVerdict.Encrypted _ -> "TLSA records, though not usable, (RFC 7672 §2.2)";
            case TlsVerdict.Sts sts -> "MTA-STS policy " + sts.policyId() + " (RFC 8461 §4.2)";
            case TlsVerdict.None _,TlsVerdict.Refused _ -> "the connector's TlsSettings";
        };
        String seen = reply.isEmpty() ? "does not offer STARTTLS" : "refused STARTTLS with '" + reply + "'";
        String asker = switch (asked) {
            case TlsVerdict.Dane _ -> "its records in the DNS (TLSA) require encryption";
            case TlsVerdict.Encrypted _ -> "its records in the DNS (TLSA) require encryption, though none of them can"
                    + " be used to check who it is";
            case TlsVerdict.Sts _ -> "the domain's mail policy (MTA-STS) requires encryption";
            case TlsVerdict.None _,TlsVerdict.Refused _ -> "our connector requires encryption (TlsSettings)";
        };
        return new Failure(Reason.STARTTLS_NOT_SUPPORTED, host + " " + seen + ", which " + by
                + (asked instanceof TlsVerdict.Dane || asked instanceof TlsVerdict.Encrypted
                        || asked instanceof TlsVerdict.None || asked instanceof TlsVerdict.Refused
                                ? " require"
                                : " requires"),
                reply.isEmpty()
                        ? "Enable STARTTLS on " + host + ", also for connections from this gateway."
                                + (asked instanceof TlsVerdict.Encrypted
                                        ? " Then publish a TLSA record 3 1 1 (DANE-EE) in place of those there, whose"
                                                + " usage, selector or matching type is none that mail knows"
                                                + " (RFC 7672 §3.1)."
                                        : "")
                        : repairTls(host))
                .plainly("the mail host " + host + (reply.isEmpty()
                        ? " offers no encryption (STARTTLS), although "
                        : " refuses encryption (STARTTLS) with '" + reply + "', although ") + asker);
    }

    /// Our library cannot judge the chain of certificates: whether it proves the host is not known.
    public static Failure unjudged(Domain host, String detail) {
        return new Failure(Reason.LOCAL_TLS, "the certificates of " + host + " cannot be judged here: " + detail,
                "Tell the makers of this gateway, with the chain that " + host + " shows (openssl s_client -starttls"
                        + " smtp -showcerts).")
                .plainly("our mail gateway cannot judge the certificates of the mail host " + host + ": " + detail);
    }

    /// A limit of our TLS library ends the handshake.
    public static Failure ownLimit(Domain host, String detail) {
        return new Failure(Reason.LOCAL_TLS,
                "this gateway's TLS library cannot take what " + host + " sends: " + detail,
                "Run the engine in a process of its own, where it raises these limits first: sternpost engine.")
                .plainly("our mail gateway's own limits end the encryption with the mail host " + host + ": " + detail);
    }

    /// The certificate does not verify by PKIX.
    public static Failure pkix(Domain host, TlsVerdict asked, PkixKind kind, String detail) {
        String why = detail + (asked instanceof TlsVerdict.Sts
                ? "; the domain's mail policy (MTA-STS) asks for a valid one"
                : "; our connector asks for a valid one (TlsSettings)");
        return switch (kind) {
            case Expired -> new Failure(Reason.CERTIFICATE_EXPIRED, "the certificate of " + host
                    + " is outside its dates: " + detail + " (RFC 5280 §6.1.3)", "Renew the certificate.")
                    .plainly("a certificate of the mail host " + host + " is outside its dates: " + why);
            case HostMismatch -> new Failure(Reason.CERTIFICATE_HOST_MISMATCH, "the certificate of " + host
                    + " is for another name: " + detail + " (RFC 6125 §6)",
                    "Use a certificate for " + host
                            + ", named in its subjectAltName.")
                    .plainly("the certificate of the mail host " + host + " is made out to another name: " + why);
            case NotTrusted -> new Failure(Reason.CERTIFICATE_NOT_TRUSTED, "the certificate of " + host
                    + " does not lead to a trusted root: " + detail + " (RFC 5280 §6.1)",
                    "Show a certificate of a public CA, with its chain. A private CA that is known here can be trusted:"
                            + " tls.trustedCertificates.")
                    .plainly("nobody whom we trust vouches for the certificate of the mail host " + host + ": "
                            + why);
            case Forbidden -> new Failure(Reason.CERTIFICATE_NOT_TRUSTED, "the certificate of " + host
                    + " leads to a trusted root in a way that is not allowed: " + detail + " (RFC 5280 §6.1)",
                    anotherIssuer(host))
                    .plainly("the certificate of the mail host " + host + " comes from an authority that may not vouch"
                            + " for it: " + why);
        };
    }

    /// The remedy where a certificate on the way to the root may not do what it does.
    static String anotherIssuer(Domain host) {
        return "Get a certificate for " + host + " from an authority that may issue it: one whose own certificates are"
                + " for TLS servers, allow this name, and have keys and signatures of today's strength.";
    }

    /// How PKIX fails.
    public enum PkixKind { Expired, HostMismatch, NotTrusted, Forbidden }

    /// Our own machine cannot even try to reach the host.
    public static Failure ownNetwork(Domain host, String detail) {
        return new Failure(Reason.LOCAL_NETWORK, "this gateway itself could not connect to " + host + ": " + detail,
                "Repair this gateway's network: its routes, the connector's SourceIpAddress, and how many files and"
                        + " ports the machine lets it open.")
                .plainly("our mail gateway has no way to the network of the mail host " + host + ": " + detail);
    }

    /// This process did not run while a host had its time to answer.
    ///
    /// @param detail what was not done in time
    public static Failure ownStall(Domain host, String detail) {
        return new Failure(Reason.LOCAL, "this gateway was kept from running for so long that it cannot tell whether "
                + host + " answers in time: " + detail,
                "Give this gateway's machine more processors or less to do, or see what stops the process now and then:"
                        + " Get-EngineStatus.")
                .plainly("our mail gateway was too busy, or stopped, to hear the mail host " + host);
    }

    /// Our copy of a message cannot be read.
    public static Failure ownCopy(String detail) {
        return new Failure(Reason.LOCAL, "our copy of the message cannot be read: " + detail,
                "Look at the disk of this gateway's data directory.")
                .plainly("our mail gateway cannot read its own copy of the message");
    }

    /// The host offers STARTTLS and then refuses it, where nothing asks for encryption.
    public static Failure refusedStartTls(Domain host, String reply) {
        return new Failure(Reason.VALIDATION_FAILURE,
                host + " offers STARTTLS and then refused it with '" + reply + "' (RFC 3207 §4)", repairTls(host))
                .plainly("the mail host " + host + " offers encryption (STARTTLS) and then refuses it with '" + reply
                        + "'");
    }

    private static String repairTls(Domain host) {
        return "Repair TLS on " + host + ", which offers STARTTLS and then refuses it; its log says why, often a key or"
                + " certificate that it cannot read. A reply that begins with 4 may pass by itself.";
    }

    /// The handshake failed before any certificate could be judged.
    public static Failure handshake(Domain host, String detail) {
        return new Failure(Reason.VALIDATION_FAILURE, "the TLS handshake with " + host + " failed: " + detail,
                "Repair TLS on " + host + ", which should offer TLS 1.2 or 1.3 with current ciphers; its log says why a"
                        + " handshake fails, and 'openssl s_client -starttls smtp -connect " + host
                        + ":25' shows it from outside.")
                .plainly("no encrypted connection can be set up with the mail host " + host + ": " + detail);
    }

    /// Octets in clear stood behind the reply that opens TLS: whoever sent them wants them taken for the host's own.
    public static Failure injected(Domain host) {
        return new Failure(Reason.VALIDATION_FAILURE,
                host + " or somebody on the way to it sent more in clear after its"
                        + " reply to STARTTLS (RFC 3207 §6): an attack on the connection, or a broken host",
                "Call " + host + " from a network of its own. If it does the same there, repair it: between its reply"
                        + " to STARTTLS and the handshake it must send nothing. If not, somebody on the way from this"
                        + " gateway tampers with connections: tell the gateway's administrator, who looks for it in the"
                        + " networks on the way.");
    }

    /// A session nobody had to be authenticated on, over a version of TLS that is not to be used any more.
    public static Failure obsoleteTls(Domain host, String protocol) {
        return new Failure(Reason.VALIDATION_FAILURE, host + " speaks " + protocol
                + ", which is obsolete and authenticates nobody (RFC 8996 §4, §5)",
                "Offer TLS 1.2 or 1.3 on " + host + ".")
                .plainly("the mail host " + host + " encrypts by " + protocol + ", which is obsolete");
    }
}
