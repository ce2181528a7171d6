package org.sternpost.lab;

import static org.sternpost.lab.Expectation.deferred;
import static org.sternpost.lab.Expectation.failed;
import static org.sternpost.lab.ca.CertificateKind.EXPIRED;
import static org.sternpost.lab.ca.CertificateKind.PRIVATE;
import static org.sternpost.lab.ca.CertificateKind.PRIVATE_ALONE;
import static org.sternpost.lab.ca.CertificateKind.PRIVATE_EXPIRED;
import static org.sternpost.lab.ca.CertificateKind.PRIVATE_WRONG_NAME;
import static org.sternpost.lab.ca.CertificateKind.SELF_SIGNED;
import static org.sternpost.lab.ca.CertificateKind.TRUSTED;
import static org.sternpost.lab.ca.CertificateKind.WRONG_NAME;
import static org.sternpost.lab.dns.TlsaSpec.right;
import static org.sternpost.lab.dns.TlsaSpec.wrong;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.sternpost.lab.LabDomain.Routing;
import org.sternpost.lab.LabDomain.Signing;
import org.sternpost.lab.ca.CertificateKind;
import org.sternpost.lab.dns.DnsFault;
import org.sternpost.lab.dns.TlsaSpec;
import org.sternpost.lab.mx.MxFault;
import org.sternpost.lab.policy.PolicyFault;
import org.sternpost.lab.policy.StsPolicy;

/// The table of recipient domains: the one place that says what the practice internet holds.
public final class LabDomains {
    /// Zones of providers, whose hosts serve domains of other zones.
    static final String SIGNED_PROVIDER = "signed-provider.test";
    static final String UNSIGNED_PROVIDER = "unsigned-provider.test";

    /// The domain of the lab's own senders: notices to them arrive here.
    public static final String HOME = "lab.test";

    /// The gateway that sends, by the name it says of itself.
    static final String GATEWAY = "relay." + HOME;

    /// A mail host's name that means this machine (RFC 6761 §6.3).
    static final String LOOPBACK = "localhost";

    /// The host that takes reports over HTTPS.
    public static final String COLLECTOR = "reports." + HOME;

    /// Without validation a lookup that fails is DNS trouble; with it, it is a failure of validation.
    private static final Expectation UNKNOWN_IN_DISABLED = deferred("4.4.3", "");
    private static final Expectation UNKNOWN = deferred("4.7.324", "dnssec-invalid");

    /// Every domain, by subject.
    public static final List<LabDomain> ALL = Stream.of(dane(), daneCertificates(), daneStarttls(), dnssec(),
            aliases(), sts(), stsPolicyHosts(), both(), plain(), requireTls(),
            troubled(), talk(), starttlsTalk(), FieldDomains.policies(), FieldDomains.zones(),
            FieldDomains.certificates(), FieldDomains.hosts())
            .flatMap(List::stream).toList();

    private LabDomains() {}

    /// The row of a domain, in either spelling.
    public static Optional<LabDomain> find(String domain) {
        var ascii = LabDomain.ascii(domain);
        return ALL.stream().filter(row -> row.ascii().equals(ascii)).findFirst();
    }

    private static List<LabDomain> dane() {
        return List.of(
                signed("dane-ok.test", "TLSA 3 1 1 matches").host(SELF_SIGNED, right(3, 1, 1)),
                signed("dane-ee-full.test", "TLSA 3 0 2 matches").host(SELF_SIGNED, right(3, 0, 2)),
                signed("dane-ta.test", "TLSA 2 0 1 names the host's own authority").host(PRIVATE, right(2, 0, 1)),
                signed("dane-ta-2-1-1.test", "TLSA 2 1 1 names its key").host(PRIVATE, right(2, 1, 1)),
                signed("dane-ta-full.test", "TLSA 2 0 0 holds an authority the host does not send")
                        .host(PRIVATE_ALONE, right(2, 0, 0)),
                signed("dane-ta-not-sent.test", "TLSA 2 0 1 names an authority the host does not send")
                        .host(PRIVATE_ALONE, right(2, 0, 1)).refused("4.7.323", "tlsa-invalid"),
                signed("dane-ta-own.test", "TLSA 2 1 1 names the host's own key, as 3 1 1 should")
                        .host(SELF_SIGNED, right(2, 1, 1)).refused("4.7.323", "tlsa-invalid"),
                signed("dane-mismatch.test", "TLSA 3 1 1 is of another key").host(SELF_SIGNED, wrong(3, 1, 1))
                        .refused("4.7.323", "tlsa-invalid"),
                signed("dane-rollover.test", "two TLSA records, one of them matches")
                        .host(SELF_SIGNED, wrong(3, 1, 1), right(3, 1, 1)),
                signed("dane-second-mx-ok.test", "first MX does not match, second does: Enabled uses the second")
                        .host(SELF_SIGNED, wrong(3, 1, 1)).host(SELF_SIGNED, right(3, 1, 1)),
                signed("dane-digest-agility.test", "SHA-256 matches, SHA-512 does not: only the stronger counts")
                        .host(SELF_SIGNED, right(3, 1, 1), wrong(3, 1, 2)).refused("4.7.323", "tlsa-invalid"));
    }

    private static List<LabDomain> daneCertificates() {
        return List.of(
                signed("dane-expired-ee.test", "TLSA 3 1 1 matches; the dates, long over, do not matter")
                        .host(EXPIRED, right(3, 1, 1)),
                signed("dane-ta-expired.test", "TLSA 2 0 1 matches; the dates matter, and are over")
                        .host(PRIVATE_EXPIRED, right(2, 0, 1)).refused("4.7.322", "certificate-expired"),
                signed("dane-ta-name-mismatch.test", "TLSA 2 0 1 matches; the name matters, and is another")
                        .host(PRIVATE_WRONG_NAME, right(2, 0, 1)).refused("4.7.325", "certificate-host-mismatch"),
                signed("dane-unusable-only.test", "only TLSA of usage 1: encrypted, nobody authenticated")
                        .host(SELF_SIGNED, right(1, 1, 1)));
    }

    private static List<LabDomain> daneStarttls() {
        return List.of(
                signed("dane-unusable-no-starttls.test", "only TLSA of usage 1, and no STARTTLS")
                        .host(MxFault.NO_STARTTLS, SELF_SIGNED, right(1, 1, 1))
                        .refused("4.7.321", "starttls-not-supported"),
                signed("dane-no-starttls.test", "TLSA, and no STARTTLS")
                        .host(MxFault.NO_STARTTLS, SELF_SIGNED, right(3, 1, 1))
                        .refused("4.7.321", "starttls-not-supported"),
                signed("dane-starttls-refused.test", "TLSA, and 554 to STARTTLS")
                        .host(MxFault.STARTTLS_REFUSED, SELF_SIGNED, right(3, 1, 1))
                        .refused("4.7.321", "starttls-not-supported"));
    }

    private static List<LabDomain> dnssec() {
        return List.of(
                signed("dane-bogus-tlsa.test", "signature over TLSA does not verify").dns(DnsFault.BOGUS_TLSA)
                        .host(SELF_SIGNED, right(3, 1, 1)).refused("4.7.324", "dnssec-invalid"),
                signed("dane-servfail-tlsa.test", "SERVFAIL for TLSA").dns(DnsFault.SERVFAIL_TLSA)
                        .host(SELF_SIGNED, right(3, 1, 1)).refused("4.7.324", "dnssec-invalid"),
                signed("dane-expired-signature.test", "all signatures of the zone are over")
                        .dns(DnsFault.EXPIRED_SIGNATURES).host(SELF_SIGNED, right(3, 1, 1))
                        .refused("4.7.324", "dnssec-invalid"),
                signed("bogus-mx.test", "signature over MX does not verify").dns(DnsFault.BOGUS_MX).host(TRUSTED)
                        .refused("4.7.324", "dnssec-invalid"),
                signed("bogus-address.test", "signature over the host's address does not verify")
                        .dns(DnsFault.BOGUS_ADDRESS).host(TRUSTED).refused("4.7.324", "dnssec-invalid"),
                unsigned("dane-insecure-mx.test", "unsigned domain, its host secure with TLSA: half DANE")
                        .host(provided("mx-half", SIGNED_PROVIDER, right(3, 1, 1))),
                unsigned("dane-insecure-mx-mismatch.test", "unsigned domain, its secure host's TLSA of another key")
                        .host(provided("mx-half-bad", SIGNED_PROVIDER, wrong(3, 1, 1)))
                        .refused("4.7.323", "tlsa-invalid"),
                signed("dane-insecure-host.test", "signed domain, its host unsigned: TLSA there does not count")
                        .host(provided("mx-tlsa", UNSIGNED_PROVIDER, wrong(3, 1, 1))),
                unsigned("servfail-mx.test", "SERVFAIL for MX").dns(DnsFault.SERVFAIL_MX).host(TRUSTED)
                        .ends(UNKNOWN_IN_DISABLED, UNKNOWN),
                unsigned("silent-dns.test", "its name servers never answer").dns(DnsFault.SILENT).host(TRUSTED)
                        .ends(UNKNOWN_IN_DISABLED, UNKNOWN));
    }

    private static List<LabDomain> aliases() {
        return List.of(
                signed("dane-cname-host.test", "host is an alias, all secure; TLSA at the final name")
                        .host(provided("mx-final", SIGNED_PROVIDER, right(3, 1, 1))
                                .behind("mail.dane-cname-host.test")),
                signed("dane-cname-tlsa.test", "host is an alias, all secure; TLSA at the alias")
                        .host(provided("mx-alias", SIGNED_PROVIDER, right(3, 1, 1))
                                .behindWithTlsa("mail.dane-cname-tlsa.test")),
                signed("dane-cname-insecure.test", "host is a secure alias of an unsigned name; TLSA at the alias")
                        .host(provided("mx-alias", UNSIGNED_PROVIDER, right(3, 1, 1))
                                .behindWithTlsa("mail.dane-cname-insecure.test")),
                signed("dane-cname-insecure-mismatch.test", "the same, but the TLSA at the alias is of another key")
                        .host(provided("mx-alias-bad", UNSIGNED_PROVIDER, wrong(3, 1, 1))
                                .behindWithTlsa("mail.dane-cname-insecure-mismatch.test"))
                        .refused("4.7.323", "tlsa-invalid"));
    }

    private static List<LabDomain> sts() {
        var elsewhere = List.of("mx.elsewhere.test");
        return List.of(
                enforced("sts-enforce-ok.test", "policy enforced and met").host(TRUSTED),
                unsigned("sts-enforce-wildcard.test", "policy with a pattern *., enforced and met")
                        .sts(new StsPolicy("enforce", List.of("*.sts-enforce-wildcard.test"))).host(TRUSTED),
                unsigned("sts-enforce-mx-mismatch.test", "policy enforced; it does not list the MX host")
                        .sts(new StsPolicy("enforce", elsewhere)).host(TRUSTED).refused("4.4.8", "sts-mx-mismatch"),
                enforced("sts-enforce-cert-name.test", "policy enforced; certificate of another name")
                        .host(WRONG_NAME).refused("4.7.325", "certificate-host-mismatch"),
                enforced("sts-enforce-cert-selfsigned.test", "policy enforced; certificate self-signed")
                        .host(SELF_SIGNED).refused("4.7.326", "certificate-not-trusted"),
                enforced("sts-enforce-cert-expired.test", "policy enforced; certificate over").host(EXPIRED)
                        .refused("4.7.322", "certificate-expired"),
                enforced("sts-enforce-no-starttls.test", "policy enforced; no STARTTLS")
                        .host(MxFault.NO_STARTTLS, TRUSTED).refused("4.7.321", "starttls-not-supported"),
                unsigned("sts-testing-mx-mismatch.test", "policy in testing; it does not list the MX host")
                        .sts(new StsPolicy("testing", elsewhere)).host(TRUSTED),
                unsigned("sts-none.test", "policy of mode none").sts(new StsPolicy("none", List.of())).host(TRUSTED),
                unsigned("sts-shared-a.test", "policy enforced against a host it shares with sts-shared-b")
                        .sts(new StsPolicy("enforce", elsewhere)).host(shared()).refused("4.4.8", "sts-mx-mismatch"),
                unsigned("sts-shared-b.test", "no policy, on the host of sts-shared-a").host(shared()));
    }

    private static List<LabDomain> stsPolicyHosts() {
        return List.of(
                unfetched("sts-policy-missing.test", "announced, but 404", PolicyFault.MISSING),
                unfetched("sts-policy-redirect.test", "announced, but 302", PolicyFault.REDIRECT),
                unfetched("sts-policy-wrong-type.test", "announced, but text/html", PolicyFault.WRONG_TYPE),
                unfetched("sts-policy-oversized.test", "announced, but over 64 KiB", PolicyFault.OVERSIZED),
                unfetched("sts-policy-invalid.test", "announced, but no policy in it", PolicyFault.NONSENSE),
                unfetched("sts-policy-bad-cert.test", "announced, but certificate misnamed", PolicyFault.WRONG_NAME),
                unfetched("sts-policy-expired-cert.test", "announced, but certificate over", PolicyFault.EXPIRED),
                unfetched("sts-policy-hangs.test", "announced, but the host never answers", PolicyFault.HANGS),
                unsigned("sts-two-records.test", "announced twice, which counts as not at all")
                        .sts(new StsPolicy("enforce", List.of("mx.elsewhere.test"))
                                .announced(StsPolicy.Announced.TWICE))
                        .host(TRUSTED),
                unsigned("sts-servfail-txt.test", "SERVFAIL for TXT: no policy to be had").dns(DnsFault.SERVFAIL_TXT)
                        .sts(new StsPolicy("enforce", List.of("mx.elsewhere.test"))).host(TRUSTED));
    }

    private static List<LabDomain> both() {
        return List.of(
                signed("dane-and-sts-ok.test", "DANE and policy, both met").host(TRUSTED, right(3, 1, 1))
                        .sts(new StsPolicy("enforce", List.of("mx.dane-and-sts-ok.test"))),
                signed("dane-fail-sts-ok.test", "policy met, DANE not: DANE decides").host(TRUSTED, wrong(3, 1, 1))
                        .sts(new StsPolicy("enforce", List.of("mx.dane-fail-sts-ok.test")))
                        .refused("4.7.323", "tlsa-invalid"),
                signed("dane-ok-sts-mx-mismatch.test", "DANE met; the policy does not list the host")
                        .host(SELF_SIGNED, right(3, 1, 1)).sts(new StsPolicy("enforce", List.of("mx.elsewhere.test")))
                        .refused("4.4.8", "sts-mx-mismatch"));
    }

    private static List<LabDomain> plain() {
        return List.of(
                signed(HOME, "home of the lab's senders: notices arrive here").host(SELF_SIGNED, right(3, 1, 1)),
                unsigned("plain.test", "publishes nothing; certificate good").host(TRUSTED),
                unsigned("plain-no-tls.test", "publishes nothing; no STARTTLS").host(MxFault.NO_STARTTLS, TRUSTED),
                unsigned("plain-starttls-broken.test", "publishes nothing; handshake breaks: in clear, on a retry")
                        .host(MxFault.STARTTLS_BROKEN, TRUSTED),
                unsigned("plain-selfsigned.test", "publishes nothing; certificate self-signed").host(SELF_SIGNED),
                unsigned("plain-expired.test", "publishes nothing; certificate over").host(EXPIRED),
                signed("plain-signed.test", "signed zone, no TLSA").host(TRUSTED),
                unsigned("no-mx-implicit.test", "no MX: the domain's own address").routed(Routing.IMPLICIT)
                        .host(LabHost.of("no-mx-implicit.test", MxFault.NONE, TRUSTED)),
                signed("bücher.test", "a domain in Unicode, with DANE").host(SELF_SIGNED, right(3, 1, 1)));
    }

    /// What REQUIRETLS needs, and lacks; mail without it is delivered to all of them.
    private static List<LabDomain> requireTls() {
        return List.of(
                signed("requiretls-missing.test", "DANE, met; the host does not announce REQUIRETLS")
                        .host(own("mx.requiretls-missing.test", SELF_SIGNED, right(3, 1, 1)).requireTls(false)),
                signed("requiretls-second-mx.test", "DANE, met by both hosts; only the second announces REQUIRETLS")
                        .host(own("mx.requiretls-second-mx.test", SELF_SIGNED, right(3, 1, 1)).requireTls(false))
                        .host(own("mx2.requiretls-second-mx.test", SELF_SIGNED, right(3, 1, 1))),
                signed("requiretls-pkix.test", "signed MX, certificate good, REQUIRETLS announced; no TLSA, no policy")
                        .host(own("mx.requiretls-pkix.test", TRUSTED).requireTls(true)),
                signed("requiretls-selfsigned.test", "the same, but the certificate is self-signed")
                        .host(own("mx.requiretls-selfsigned.test", SELF_SIGNED).requireTls(true)),
                unsigned("requiretls-unproven.test",
                        "certificate good, REQUIRETLS announced; nobody vouches for the MX")
                        .host(own("mx.requiretls-unproven.test", TRUSTED).requireTls(true)),
                unsigned("requiretls-implicit.test", "no MX: the domain's own name; certificate good, REQUIRETLS")
                        .routed(Routing.IMPLICIT).host(own("requiretls-implicit.test", TRUSTED).requireTls(true)),
                enforced("requiretls-sts-missing.test", "policy enforced and met; REQUIRETLS not announced")
                        .host(own("mx.requiretls-sts-missing.test", TRUSTED).requireTls(false)),
                unsigned("requiretls-testing.test", "policy in testing and met: it vouches for nothing")
                        .sts(new StsPolicy("testing", List.of("mx.requiretls-testing.test"))).host(TRUSTED));
    }

    private static List<LabDomain> troubled() {
        return List.of(
                unsigned("tempfail-first.test", "451 to the first attempt, as greylisting does")
                        .host(MxFault.TEMPFAIL_FIRST, TRUSTED),
                unsigned("tempfail-always.test", "451 4.3.0 to every attempt").host(MxFault.TEMPFAIL_ALWAYS, TRUSTED)
                        .ends(deferred("4.3.0", "")),
                unsigned("user-unknown.test", "550 5.1.1 to every recipient").host(MxFault.USER_UNKNOWN, TRUSTED)
                        .ends(failed("5.1.1")),
                unsigned("drops-after-data.test", "closes instead of answering the message")
                        .host(MxFault.DROPS_AFTER_DATA, TRUSTED).ends(deferred("", "")),
                unsigned("hangs.test", "accepts connections and says nothing").host(MxFault.HANGS, TRUSTED)
                        .ends(deferred("", "")),
                unsigned("null-mx.test", "takes no mail, and says so (RFC 7505)").routed(Routing.NULL_MX)
                        .ends(failed("5.1.10")),
                LabDomain.of("nxdomain.test", Signing.ABSENT, "does not exist").ends(failed("5.1.2")));
    }

    /// Hosts with odd habits of talk, seen in the field; mail to them is delivered all the same.
    private static List<LabDomain> talk() {
        return List.of(
                unsigned("two-sessions.test", "takes two sessions at once, 421 to the third")
                        .host(MxFault.CROWDED, TRUSTED),
                unsigned("answers-twice.test", "answers the end of each message twice")
                        .host(MxFault.ANSWERS_TWICE, TRUSTED),
                unsigned("closes-at-mail.test", "takes one message, then 421 to MAIL")
                        .host(MxFault.CLOSES_AT_MAIL, TRUSTED),
                unsigned("closes-at-rcpt.test", "takes one message, then 421 to RCPT")
                        .host(MxFault.CLOSES_AT_RCPT, TRUSTED),
                unsigned("closes-silently.test", "takes one message and closes without a word")
                        .host(MxFault.CLOSES_SILENTLY, TRUSTED),
                unsigned("ten-recipients-552.test", "takes ten recipients at once, 552 5.5.3 to the others")
                        .host(MxFault.TEN_RECIPIENTS_THEN_552, TRUSTED),
                unsigned("ten-recipients-452.test", "takes ten recipients at once, 452 4.5.3 to the others")
                        .host(MxFault.TEN_RECIPIENTS_THEN_452, TRUSTED),
                unsigned("loses-pipelined.test", "announces PIPELINING and loses commands that come together")
                        .host(MxFault.LOSES_PIPELINED, TRUSTED),
                unsigned("refuses-bdat.test", "announces CHUNKING and does not know BDAT")
                        .host(MxFault.REFUSES_BDAT, TRUSTED),
                unsigned("asks-for-more.test", "answers the end of each message with 354, which accepts nothing")
                        .host(MxFault.ASKS_FOR_MORE, TRUSTED).ends(deferred("4.5.0", "")),
                unsigned("blocks-in-greeting.test", "greets with 220 and 521 in one reply: the last code counts")
                        .host(MxFault.GREETS_WITH_TWO_CODES, TRUSTED).ends(deferred("4.7.1", "")));
    }

    private static List<LabDomain> starttlsTalk() {
        return List.of(
                unsigned("starttls-closes.test", "publishes nothing; 421 to STARTTLS: in clear, on a retry")
                        .host(MxFault.STARTTLS_CLOSES, TRUSTED),
                unsigned("starttls-injected.test",
                        "publishes nothing; octets in clear behind STARTTLS: in clear, later")
                        .host(MxFault.STARTTLS_INJECTED, TRUSTED),
                signed("dane-starttls-closes.test", "TLSA, and 421 to STARTTLS")
                        .host(MxFault.STARTTLS_CLOSES, SELF_SIGNED, right(3, 1, 1))
                        .refused("4.7.321", "starttls-not-supported"),
                signed("dane-starttls-injected.test", "TLSA, and octets in clear behind STARTTLS: an attack")
                        .host(MxFault.STARTTLS_INJECTED, SELF_SIGNED, right(3, 1, 1))
                        .refused("4.7.5", "validation-failure"));
    }

    static LabDomain signed(String domain, String shows) { return LabDomain.of(domain, Signing.SIGNED, shows); }

    static LabDomain unsigned(String domain, String shows) { return LabDomain.of(domain, Signing.UNSIGNED, shows); }

    static LabDomain enforced(String domain, String shows) {
        return unsigned(domain, shows).sts(new StsPolicy("enforce", List.of("mx." + domain)));
    }

    /// A policy that would forbid delivery, if it could be had.
    static LabDomain unfetched(String domain, String shows, PolicyFault fault) {
        return unsigned(domain, shows).sts(new StsPolicy("enforce", List.of("mx.elsewhere.test")).broken(fault))
                .host(TRUSTED);
    }

    private static LabHost provided(String label, String provider, TlsaSpec tlsa) {
        return LabHost.of(label + "." + provider, MxFault.NONE, SELF_SIGNED, tlsa);
    }

    static LabHost own(String name, CertificateKind certificate, TlsaSpec... tlsa) {
        return LabHost.of(name, MxFault.NONE, certificate, tlsa);
    }

    private static LabHost shared() { return LabHost.of("mx-shared." + UNSIGNED_PROVIDER, MxFault.NONE, TRUSTED); }
}
