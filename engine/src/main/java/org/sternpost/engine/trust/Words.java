package org.sternpost.engine.trust;

import java.util.List;
import org.sternpost.engine.dane.DaneMatch;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.HeldPolicy;
import org.sternpost.engine.mtasts.StsLookup;

/// Every refusal in words. One sentence names the record or file, what was seen and the rule; the remedy stands apart.
public final class Words {

    private Words() {}

    /// All there is to say of a refusal: code, sentence, whose remedy it is and the remedy. Traces, queues and notices
    /// to senders all say it so.
    ///
    /// @param code of the class that fits: `4.7.323` while the mail waits, `5.7.323` when it is returned
    public static String line(String code, Failure why) {
        return code + " " + why.sentence() + "; to be mended by " + why.owner().words() + ": "
                + why.remedy();
    }

    /// The MX question failed (RFC 7672 §2.1.2).
    static Failure route(Domain domain, Answer.Failed answer) {
        return lookup("MX of " + domain, "a failed lookup is no route (RFC 7672 §2.1.2)", domain + " MX", answer,
                "which mail hosts " + domain + " has");
    }

    /// The addresses of a host are bogus or could not be learned.
    static Failure addresses(Domain host, Answer.Failed answer) {
        return lookup("addresses (A, AAAA) of " + host, "a host whose lookup fails is not used (RFC 7672 §2.1.2)",
                host + " A", answer, "the address of the mail host " + host);
    }

    /// The TLSA or CNAME question failed.
    static Failure tlsaLookup(String question, Answer.Failed answer) {
        return lookup(question, "a failed TLSA lookup is no proof of absence (RFC 7672 §2.1.2)", question, answer,
                "which certificate its mail host shows (" + question + ")");
    }

    /// @param about what the question would have told, for the plain words
    private static Failure lookup(String subject, String rule, String question, Answer.Failed answer, String about) {
        return new Failure(reason(answer.kind()), subject + ": " + seen(answer) + "; " + rule,
                dnsRemedy(question, answer)).plainly(switch (answer.kind()) {
                    case Bogus -> "the DNS answer that says " + about
                            + " does not prove by its signatures (DNSSEC) that it is genuine: " + answer.why();
                    case ServFail -> "the name servers fail to say " + about + ": " + answer.why();
                    case Refused -> "the name servers refuse to say " + about;
                    case Timeout -> "the name servers do not answer the question " + about;
                    case NoServer -> "our mail gateway gets no answer from its own DNS servers and cannot learn "
                            + about;
                    case Local -> "our mail gateway did not get done with finding out " + about;
                });
    }

    private static Reason reason(Answer.Kind kind) {
        return switch (kind) {
            case Bogus, ServFail, Timeout, Refused -> Reason.DNSSEC_INVALID;
            case NoServer -> Reason.LOCAL_DNS;
            case Local -> Reason.LOCAL;
        };
    }

    /// `SmtpDaneMode Mandatory`, and nothing that satisfies it.
    static Failure daneRequired(Domain host, String seen) {
        return new Failure(Reason.DANE_REQUIRED, "the connector wants verified DANE, but " + seen
                + " (SmtpDaneMode Mandatory)",
                "Ask the postmaster to sign the zones and publish TLSA records for "
                        + host + ", or except the domain: New-TlsException.")
                .plainly("our connector insists on DANE, which the domain does not offer: " + seen);
    }

    /// `MtaStsMode Mandatory`, and no policy in mode `enforce`.
    static Failure stsRequired(Domain domain, String seen, List<StsLookup.Trouble> troubles) {
        Reason reason = troubles.stream().map(trouble -> switch (trouble.kind()) {
            case Fetch -> Reason.STS_POLICY_FETCH_ERROR;
            case WebPki -> Reason.STS_WEBPKI_INVALID;
            case Invalid -> Reason.STS_POLICY_INVALID;
            case Record, Lookup, PossibleDowngrade, RunningOut -> Reason.STS_REQUIRED;
            case Local -> Reason.LOCAL;
        }).findFirst().orElse(Reason.STS_REQUIRED);
        String because = troubles.isEmpty() ? "" : ": " + troubles.getFirst().sentence();
        return new Failure(reason, "the connector wants an enforced MTA-STS policy, but " + seen + because
                + " (MtaStsMode Mandatory)",
                "Ask the postmaster of " + domain + " to publish a policy in mode enforce,"
                        + " or except the domain: New-TlsException.")
                .plainly("our connector insists on an enforced mail policy (MTA-STS), which the domain does not offer: "
                        + seen + because);
    }

    /// An enforced policy does not list the host (RFC 8461 §4.1).
    static Failure stsMismatch(Domain host, HeldPolicy held) {
        return new Failure(Reason.STS_MX_MISMATCH, host + " matches no mx of the MTA-STS policy of " + held.domain()
                + " (id " + held.id() + ": " + held.policy().mx() + "), which is enforced (RFC 8461 §4.1)",
                "Add 'mx: " + host + "' to https://mta-sts." + held.domain()
                        + "/.well-known/mta-sts.txt and change the id of _mta-sts." + held.domain()
                        + " TXT, or correct the MX records.")
                .plainly("the domain's own mail policy (MTA-STS) does not allow the mail host " + host
                        + ", to which its DNS leads");
    }

    /// A policy in mode `testing` does not list the host: reported, never blocks (RFC 8461 §5).
    static Failure stsTestingMismatch(Domain host, HeldPolicy held) {
        Failure enforced = stsMismatch(host, held);
        return new Failure(enforced.reason(), enforced.sentence().replace("which is enforced",
                "which is in mode testing and blocks nothing"), enforced.remedy())
                .plainly(enforced.plain() + "; the policy is in testing, so nothing is refused yet");
    }

    /// DANE holds for the host, yet the way to it is not signed.
    static Failure half(Domain domain, Domain host) {
        return new Failure(Reason.DANE_REQUIRED, Reason.Owner.RECIPIENT,
                "MX of " + domain + " is not signed, so DANE authenticates " + host
                        + " but not that it is the right host (half DANE, RFC 7672 §2.2.1)",
                "Sign the zone of " + domain + " with DNSSEC.")
                .plainly("the DNS zone of " + domain + " is not signed, so nothing proves that its mail belongs at "
                        + host);
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

    /// Something odd about MX records, kept as a note.
    static Failure routeNote(Domain domain, String sentence) {
        return new Failure(Reason.VALIDATION_FAILURE, "MX of " + domain + ": " + sentence,
                "Correct the MX records of " + domain + ".").plainly(
                        "the MX records of " + domain + " are odd: "
                                + sentence);
    }

    /// Something odd about a policy, kept as a note.
    static Failure trouble(Domain domain, StsLookup.Trouble trouble) {
        String url = "https://mta-sts." + domain + "/.well-known/mta-sts.txt";
        String seen = trouble.sentence();
        return switch (trouble.kind()) {
            case Record -> new Failure(Reason.STS_POLICY_INVALID, seen,
                    "Correct the TXT record _mta-sts." + domain + " (RFC 8461 §3.1).")
                    .plainly("the record that announces a mail policy (MTA-STS) is not valid, so there is none: "
                            + seen);
            case Lookup -> new Failure(Reason.STS_POLICY_FETCH_ERROR, seen,
                    "Repair the name servers that answer '_mta-sts." + domain + " TXT'.")
                    .plainly("nobody can learn whether the domain has a mail policy (MTA-STS): " + seen);
            case PossibleDowngrade -> new Failure(Reason.STS_POLICY_FETCH_ERROR, seen,
                    "To end MTA-STS publish mode: none first (RFC 8461 §8.3); else restore _mta-sts." + domain + ".")
                    .plainly("the announcement of the domain's mail policy (MTA-STS) is gone, by mistake or because"
                            + " somebody hides it");
            case Fetch -> new Failure(Reason.STS_POLICY_FETCH_ERROR, seen, "Serve the policy at " + url
                    + " directly: status 200, no redirect, Content-Type text/plain, at most 64 KiB (RFC 8461 §3.3).")
                    .plainly("the domain announces a mail policy (MTA-STS) that cannot be had: " + seen);
            case WebPki -> new Failure(Reason.STS_WEBPKI_INVALID, seen,
                    "Give mta-sts." + domain + " a valid certificate for its name (RFC 8461 §3.3).")
                    .plainly("the domain announces a mail policy (MTA-STS) that cannot be had, because the certificate"
                            + " of its web server is not valid: " + seen);
            case Invalid -> new Failure(Reason.STS_POLICY_INVALID, seen, "Correct the policy file " + url
                    + " (RFC 8461 §3.2), and then change the id of _mta-sts." + domain + " TXT.")
                    .plainly("the domain's mail policy (MTA-STS) was fetched and is not valid: " + seen);
            case RunningOut -> new Failure(Reason.STS_POLICY_FETCH_ERROR, seen,
                    "Make the policy at " + url + " reachable again before it runs out.")
                    .plainly("the domain's mail policy (MTA-STS) is about to run out and cannot be renewed");
            case Local -> new Failure(Reason.LOCAL, seen,
                    "Restore this gateway's DNS servers and network: Test-Resolver.")
                    .plainly("our mail gateway could not look for the domain's mail policy (MTA-STS)");
        };
    }

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
                        : "Repair TLS on " + host + ", which offers STARTTLS and then refuses it; a reply that begins"
                                + " with 4 may pass by itself.")
                .plainly("the mail host " + host + (reply.isEmpty()
                        ? " offers no encryption (STARTTLS), although "
                        : " refuses encryption (STARTTLS) with '" + reply + "', although ") + asker);
    }

    /// The chain of certificates does not satisfy the TLSA records.
    public static Failure daneMismatch(Domain host, Domain tlsaBase, DaneMatch.Kind kind, String detail) {
        String record = "the TLSA records of " + tlsaBase;
        String seen = host + " and " + record + ": " + detail;
        return switch (kind) {
            case TlsaInvalid -> new Failure(Reason.TLSA_INVALID, seen + " (RFC 7672 §2.2)",
                    "Publish a TLSA record for the certificate in use; before it changes the next time, publish the new"
                            + " one first and keep the old one until its TTL has passed (RFC 7671 §8.1).")
                    .plainly("the mail host " + host
                            + " shows another certificate than the one announced for it in the DNS (TLSA): " + detail);
            case CertificateNotTrusted -> new Failure(Reason.CERTIFICATE_NOT_TRUSTED, seen + " (RFC 7671 §5.2)",
                    "Send the whole chain up to the certificate that the record names.")
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
            case Unjudged -> unjudged(host, detail);
        };
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
        };
    }

    /// How PKIX fails.
    public enum PkixKind { Expired, HostMismatch, NotTrusted }

    /// Our own machine cannot even try to reach the host.
    public static Failure ownNetwork(Domain host, String detail) {
        return new Failure(Reason.LOCAL_NETWORK, "this gateway itself could not connect to " + host + ": " + detail,
                "Repair this gateway's network: its routes, the connector's SourceIpAddress, and how many files and"
                        + " ports the machine lets it open.")
                .plainly("our mail gateway has no way to the network of the mail host " + host + ": " + detail);
    }

    /// Our copy of a message cannot be read.
    public static Failure ownCopy(String detail) {
        return new Failure(Reason.LOCAL, "our copy of the message cannot be read: " + detail,
                "Look at the disk of this gateway's data directory.")
                .plainly("our mail gateway cannot read its own copy of the message");
    }

    /// The handshake failed before any certificate could be judged.
    public static Failure handshake(Domain host, String detail) {
        return new Failure(Reason.VALIDATION_FAILURE, "the TLS handshake with " + host + " failed: " + detail,
                "Repair TLS on " + host + "; it should offer TLS 1.2 or 1.3 with current ciphers.")
                .plainly("no encrypted connection can be set up with the mail host " + host + ": " + detail);
    }

    /// Octets in clear stood behind the reply that opens TLS: whoever sent them wants them taken for the host's own.
    public static Failure injected(Domain host) {
        return new Failure(Reason.VALIDATION_FAILURE,
                host + " or somebody on the way to it sent more in clear after its"
                        + " reply to STARTTLS (RFC 3207 §6): an attack on the connection, or a broken host",
                "Look for who tampers with connections to " + host + "; if it is the host itself, send nothing between"
                        + " the reply to STARTTLS and the handshake.");
    }

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

    /// A session nobody had to be authenticated on, over a version of TLS that is not to be used any more.
    public static Failure obsoleteTls(Domain host, String protocol) {
        return new Failure(Reason.VALIDATION_FAILURE, host + " speaks " + protocol
                + ", which is obsolete and authenticates nobody (RFC 8996 §4, §5)",
                "Offer TLS 1.2 or 1.3 on " + host + ".")
                .plainly("the mail host " + host + " encrypts by " + protocol + ", which is obsolete");
    }

    private static String seen(Answer.Failed answer) {
        return switch (answer.kind()) {
            case Bogus -> "bogus, " + answer.why();
            case ServFail -> "failed, " + answer.why();
            case Refused -> "refused, " + answer.why();
            case Timeout -> "timed out, " + answer.why();
            case NoServer -> "not known, because none of our own DNS servers answers: " + answer.why();
            case Local -> "not known, because this gateway did not get the proof done: " + answer.why();
        };
    }

    private static String dnsRemedy(String question, Answer.Failed answer) {
        return switch (answer.kind()) {
            case Bogus ->
                "Repair the DNSSEC signatures, or the DS record if the keys have changed; compare 'delv " + question
                        + "'.";
            case ServFail, Refused, Timeout -> "Repair the name servers that answer '" + question
                    + "'.";
            case NoServer -> "Restore the servers that dns.servers names, or the network to them: Test-Resolver.";
            case Local -> "Look at the load of this machine and at its DNS servers: Get-EngineStatus, Test-Resolver.";
        };
    }
}
