package org.sternpost.engine.trust;

import java.util.Optional;
import org.sternpost.engine.dane.TlsaSearch.TlsaLookup;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.Weakness;
import org.sternpost.engine.mail.Domain;

/// What the DNS said of a route, a host or its records, or did not say.
final class DnsFailures {

    private DnsFailures() {}

    /// The MX question failed (RFC 7672 §2.1.2).
    static Failure route(Domain domain, Answer.Failed answer) {
        return lookup("MX of " + domain, "a failed lookup is no route (RFC 7672 §2.1.2)", domain, "MX", answer,
                "which mail hosts " + domain + " has");
    }

    /// The addresses of a host are bogus or could not be learned.
    static Failure addresses(Domain host, Answer.Failed answer) {
        return lookup("addresses (A, AAAA) of " + host, "a host whose lookup fails is not used (RFC 7672 §2.1.2)",
                host, "A", answer, "the address of the mail host " + host);
    }

    /// The TLSA or CNAME question failed.
    static Failure tlsaLookup(TlsaLookup.Failed failed) {
        String question = failed.name() + " " + failed.types();
        return lookup(question, "a failed TLSA lookup is no proof of absence (RFC 7672 §2.1.2)", failed.name(),
                failed.types(), failed.answer(),
                "which certificate its mail host shows (" + question + ")");
    }

    /// @param about what the question would have told, for the plain words
    private static Failure lookup(String subject, String rule, Domain name, String types, Answer.Failed answer,
            String about) {
        return new Failure(reason(answer.kind()), subject + ": " + seen(answer) + "; " + rule,
                dnsRemedy(name, name + " " + types, answer)).plainly(switch (answer.kind()) {
                    case Bogus -> "the DNS answer that says " + about
                            + " does not prove by its signatures (DNSSEC) that it is genuine: " + answer.why();
                    case Indeterminate -> "nobody can check whether the DNS answer that says " + about
                            + " is genuine, because the keys for that (DNSSEC) cannot be had: " + answer.why();
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
            case Bogus, Indeterminate, ServFail, Timeout, Refused -> Reason.DNSSEC_INVALID;
            case NoServer -> Reason.LOCAL_DNS;
            case Local -> Reason.LOCAL;
        };
    }

    /// Something odd about MX records, kept as a note.
    static Failure routeNote(Domain domain, String sentence) {
        return new Failure(Reason.VALIDATION_FAILURE, "MX of " + domain + ": " + sentence,
                "Correct the MX records of " + domain + ".").plainly(
                        "the MX records of " + domain + " are odd: "
                                + sentence);
    }

    /// DANE holds for the host, yet the way to it is not signed.
    ///
    /// @param weakness why the way proves nothing although it is signed
    static Failure half(Domain domain, Domain host, Optional<Weakness> weakness) {
        return new Failure(Reason.DANE_REQUIRED, Reason.Owner.RECIPIENT,
                "MX of " + domain + " is " + weakness
                        .map(why -> "signed in a way that proves nothing: " + why.sentence()).orElse("not signed")
                        + ", so DANE authenticates " + host
                        + " but not that it is the right host (half DANE, RFC 7672 §2.2.1)",
                weakness.map(Weakness::remedy).orElse("Sign the zone of " + domain + " with DNSSEC."))
                .plainly(weakness.map(Weakness::seen).orElse("the DNS zone of " + domain + " is not signed (DNSSEC)")
                        + ", so nothing proves that its mail belongs at " + host);
    }

    /// A zone is signed, and it counts as if it were not.
    static Failure weak(Weakness why) {
        return new Failure(Reason.DANE_REQUIRED, Reason.Owner.RECIPIENT,
                why.sentence() + "; it counts as unsigned, and DANE protects nothing by it", why.remedy())
                .plainly(why.seen() + "; so it counts as unsigned, and nothing in it (DANE) can protect mail");
    }

    /// The domain is signed and names a host that is not.
    static Failure unsignedHost(Domain domain, Domain host) {
        return new Failure(Reason.DANE_REQUIRED, Reason.Owner.RECIPIENT, "MX of " + domain + " is signed, yet the"
                + " addresses of " + host + " are not, so that TLSA records of the host prove nothing"
                + " (RFC 7672 §2.2.2)",
                "Let whoever runs the DNS of " + host
                        + " sign its zone with DNSSEC, or name a mail host of a signed zone"
                        + " in the MX records of " + domain + ".")
                .plainly("the DNS zone of " + domain + " is signed (DNSSEC), but that of its mail host " + host
                        + " is not, so DANE cannot protect mail to it");
    }

    private static String seen(Answer.Failed answer) {
        return switch (answer.kind()) {
            case Bogus -> "bogus, " + answer.why();
            case Indeterminate -> "neither proven nor disproved, " + answer.why();
            case ServFail -> "failed, " + answer.why();
            case Refused -> "refused, " + answer.why();
            case Timeout -> "timed out, " + answer.why();
            case NoServer -> "not known, because none of our own DNS servers answers: " + answer.why();
            case Local -> "not known, because this gateway did not get the proof done: " + answer.why();
        };
    }

    private static String dnsRemedy(Domain name, String question, Answer.Failed answer) {
        return switch (answer.kind()) {
            case Bogus ->
                "Repair the DNSSEC signatures, or the DS record if the keys have changed; compare 'delv " + question
                        + "'.";
            case Indeterminate -> "Repair the name servers of the zones on the way to " + name
                    + ", which must answer for their DNSSEC records DS and DNSKEY; compare 'delv " + question + "'.";
            case ServFail, Refused, Timeout -> "Repair the name servers that answer '" + question
                    + "'; this gateway's own DNS servers answer other questions.";
            case NoServer -> "Restore the servers that dns.servers names, or the network to them: Test-Resolver.";
            case Local -> "Look at the load of this machine and at its DNS servers: Get-EngineStatus, Test-Resolver.";
        };
    }
}
