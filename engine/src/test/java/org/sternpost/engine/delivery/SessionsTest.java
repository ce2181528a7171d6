package org.sternpost.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.dane.Tlsa;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.smtp.client.ScriptedHost;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Certificates;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.HostFacts;
import org.sternpost.engine.trust.Judge;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;
import org.sternpost.engine.trust.JudgedRoute;

/// STARTTLS and sessions, rule by rule (docs/transport-security.md#sessions).
class SessionsTest {

    private static final Domain MX = Domain.of("mx1.example.org");

    private final SimTime time = new SimTime();
    private final Certificates ca = new Certificates(time.instant());
    private final Certificates.Identity good = ca.good(MX.ascii());
    private final Cargo cargo = new Cargo(time);
    private final List<ScriptedHost> hosts = new ArrayList<>();

    @AfterEach
    void hangUp() throws Exception {
        for (var host : hosts)
            host.close();
    }

    /// RFC 3207 §6: evidence where TLS is asked for, clear text only as after a broken handshake where it is not.
    @ParameterizedTest
    @CsvSource({"dane, true, 4.7.5, validation-failure", "none, false, 4.7.5, -", "none, true, 2.0.0, -"})
    void octetsBehindTheReplyToStartTlsFailTheSession(String asked, boolean old, String code, String reason)
            throws Exception {
        var host = host("127.0.0.1", 0).says("STARTTLS", "220 go\r\n250-injected\r\n250 AUTH PLAIN");
        var attempt = attempt(asked(asked), old, host.port());
        var outcome = attempt.outcomes().get(0);
        assertEquals(code, outcome.code(), outcome.sentence());
        var failure = outcome instanceof Outcome.Deferred wait ? wait.failure() : Optional.<Failure>empty();
        assertEquals(reason, failure.map(why -> why.reason().token()).orElse("-"));
        if (outcome instanceof Outcome.Deferred) {
            assertTrue(outcome.sentence().contains("an attack"), outcome.sentence());
            assertEquals(List.of(), host.messages());
        }
        // TLSRPT counts what the handshake came to.
        assertEquals(Optional.of("validation-failure"),
                attempt.openings().getFirst().handshake().map(why -> why.reason().token()));
        // Nothing of what came in clear is taken for an answer: a session that goes on is another one.
        assertEquals(outcome instanceof Outcome.Delivered ? 2 : 1, host.connections());
    }

    /// 421 ends the session as 454 does not, and means the same for TLS (RFC 3207 §4); so does leaving without a word.
    @ParameterizedTest
    @CsvSource({"421 4.3.2 busy, dane, true, 4.7.321", "421 4.3.2 busy, none, false, 4.7.5",
            "421 4.3.2 busy, none, true, 2.0.0", "454 4.3.0 no, dane, true, 4.7.321",
            "454 4.3.0 no, none, false, 4.7.5",
            "454 4.3.0 no, none, true, 2.0.0", "drop, dane, true, 4.7.5", "drop, none, false, 4.7.5",
            "drop, none, true, 2.0.0", "nonsense, none, true, 2.0.0"})
    void aHostThatLeavesAtStartTlsGetsOldMailInClearWhereNothingAsksForTls(String reply, String asked, boolean old,
            String code) throws Exception {
        var host = host("127.0.0.1", 0).says("STARTTLS", reply);
        var outcome = one(asked(asked), old, host.port());
        assertEquals(code, outcome.code(), outcome.sentence());
        if (outcome instanceof Outcome.Delivered done) assertEquals(Level.Plaintext, done.level());
    }

    @ParameterizedTest
    @CsvSource({"dane", "none"})
    void octetsInClearWithinTheHandshakeFailTheSession(String asked) throws Exception {
        var host = host("127.0.0.1", 0).says("hello", "250-injected\r\n250 AUTH PLAIN");
        var outcome = assertInstanceOf(Outcome.Deferred.class, one(asked(asked), false, host.port()));
        assertEquals("4.7.5", outcome.code(), outcome.sentence());
        assertEquals(asked.equals("dane"), outcome.failure().isPresent());
        assertFalse(host.heard().toString().contains("MAIL"), host.heard().toString());
    }

    /// RFC 5321 §4.2.1: 2yz alone accepts, wherever it is said.
    @ParameterizedTest
    @CsvSource({"content, 354 go on, 4.5.0", "content, 399 go on, 4.5.0", "content, 299 taken, 2.0.0",
            "content, 400 no, 4.0.0", "content, 599 no, 5.0.0", "DATA, 250 taken, 4.5.0", "DATA, 399 go on, 4.5.0",
            "RCPT, 354 go on, 4.5.0", "MAIL, 354 go on, 4.5.0", "tls:EHLO, 354 go on, 4.5.0",
            "EHLO, 354 go on, 4.5.0"})
    void onlyACompletionReplyAccepts(String at, String reply, String code) throws Exception {
        var outcome = one(asked("dane"), false, host("127.0.0.1", 0).says(at, reply).port());
        assertEquals(code, outcome.code(), outcome.sentence());
        assertEquals(code.startsWith("2"), outcome instanceof Outcome.Delivered, outcome.sentence());
    }

    @Test
    void whatWasAnnouncedInClearIsForgotten() throws Exception {
        // SIZE 3 is said in clear and within TLS alike here; STARTTLS within TLS would be a loop.
        var host = host("127.0.0.1", 0).says("EHLO", "250-x\r\n250-STARTTLS\r\n250 SIZE 100000");
        assertEquals("2.0.0", one(asked("dane"), false, host.port()).code());
        assertEquals(List.of("EHLO me.example", "STARTTLS", "tls:EHLO me.example"), host.heard().subList(0, 3));
        assertEquals(1, host.heard().stream().filter(line -> line.endsWith("STARTTLS")).count());
    }

    @ParameterizedTest
    @CsvSource({"dane, false, 4.7.5, validation-failure", "none, false, 4.7.5, -", "none, true, 2.0.0, -"})
    void aRefusalAfterTheHandshakeOfTls13CountsAsAFailedHandshake(String asked, boolean old, String code, String why)
            throws Exception {
        var host = host("127.0.0.1", 0).wantsCertificate();
        var outcome = one(asked(asked), old, host.port());
        assertEquals(code, outcome.code(), outcome.sentence());
        var failure = outcome instanceof Outcome.Deferred wait
                ? wait.failure().map(f -> f.reason().token())
                : Optional.<String>empty();
        assertEquals(why, failure.orElse("-"));
        if (outcome instanceof Outcome.Delivered done) assertEquals(Level.Plaintext, done.level());
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.3, 2.0.0", "TLSv1.2, 2.0.0", "TLSv1.1, 4.7.5"})
    void whoMustBeAuthenticatedSpeaksTls12AtLeast(String version, String code) throws Exception {
        var host = host("127.0.0.1", 0).speaks(version);
        assertEquals(code, one(asked("dane"), false, host.port()).code());
    }

    /// What differs between two messages of one destination: the sessions they need.
    @ParameterizedTest
    @CsvSource({"nothing, 1", "order of TLSA records, 1", "connector, 2", "revision, 2", "mode, 2", "MX host, 2",
            "TLSA set, 2", "base name, 2", "reference names, 1", "policy id, 2", "policy instead of TLSA, 2",
            "floor, 2", "nothing asked, 2", "unusable records, 2"})
    void mailSharesASessionOnlyUnderTheSamePolicy(String differs, int sessions) throws Exception {
        var host = host("127.0.0.1", 0);
        var first = differs.equals("policy id") ? new TlsVerdict.Sts(MX, "1") : dane(MX, other(), good.tlsa());
        var second = switch (differs) {
            case "order of TLSA records" -> dane(MX, good.tlsa(), other());
            case "TLSA set" -> dane(MX, good.tlsa());
            case "base name" -> new TlsVerdict.Dane(List.of(other(), good.tlsa()), Domain.of("real.example.org"),
                    List.of(MX));
            case "reference names" -> new TlsVerdict.Dane(List.of(other(), good.tlsa()), MX,
                    List.of(MX, Domain.of("example.org")));
            case "policy id" -> new TlsVerdict.Sts(MX, "2");
            case "policy instead of TLSA" -> new TlsVerdict.Sts(MX, "1");
            case "nothing asked" -> new TlsVerdict.None();
            case "unusable records" -> new TlsVerdict.Encrypted();
            default -> first;
        };
        var mxOfSecond = differs.equals("MX host") ? Domain.of("mx2.example.org") : MX;
        var mode = differs.equals("mode") ? TlsValidation.Opportunistic : TlsValidation.Enabled;
        var floor = differs.equals("floor") ? TlsSettings.EncryptionOnly : TlsSettings.None;
        var judged = new ArrayList<>(List.of(route(host.port(), MX, first), route(host.port(), mxOfSecond, second)));
        var done = cargo.carry((_, _, _) -> judged.removeFirst(), ca.anchors(),
                cargo.mail(connector("Default", TlsValidation.Enabled, TlsSettings.None, 1), "example.org", false),
                cargo.mail(connector(differs.equals("connector") ? "banks" : "Default", mode, floor,
                        differs.equals("revision") ? 2 : 1), "example.org", false));
        for (var attempt : done)
            assertEquals("2.0.0", attempt.outcomes().get(0).code(), attempt.outcomes().get(0).sentence());
        assertEquals(sessions, host.connections());
        // Each policy saw the certificates for itself.
        for (var attempt : done)
            assertEquals(2, attempt.evidence().getLast().session().tls().orElseThrow().chain().size());
    }

    @Test
    void aChangedTlsaSetIsProvenAnewAndFailsMailThatAnOldSessionWouldHaveCarried() throws Exception {
        var host = host("127.0.0.1", 0);
        var judged = new ArrayList<>(List.of(route(host.port(), MX, dane(MX, good.tlsa())),
                route(host.port(), MX, dane(MX, other()))));
        var done = cargo.carry((_, _, _) -> judged.removeFirst(), ca.anchors(), mail("example.org"),
                mail("example.org"));
        assertEquals(List.of("2.0.0", "4.7.323"), done.stream().map(one -> one.outcomes().get(0).code()).toList());
        assertEquals(1, host.messages().size());
    }

    @ParameterizedTest
    @CsvSource({"Enabled, 4.7.323, 1", "Opportunistic, 2.0.0, 2"})
    void oneDomainsPolicyIsNotAnothersOnTheSameHost(TlsValidation mode, String first, int messages) throws Exception {
        var host = host("127.0.0.1", 0);
        Judge judge = (_, _, domain) -> route(host.port(), MX,
                domain.ascii().equals("strict.example") ? dane(MX, other()) : new TlsVerdict.None());
        var connector = connector("Default", mode, TlsSettings.None, 1);
        var done = cargo.carry(judge, ca.anchors(), cargo.mail(connector, "strict.example", false),
                cargo.mail(connector, "free.example", false), cargo.mail(connector, "strict.example", false));
        assertEquals(List.of(first, "2.0.0", first),
                done.stream().map(one -> one.outcomes().get(0).code()).toList());
        assertEquals(2, host.connections());
        assertEquals(messages == 1 ? 1 : 3, host.messages().size());
    }

    @Test
    void aFloorThatAuthenticatesAsksForTheHostByItsOwnName() throws Exception {
        var host = host("127.0.0.1", 0);
        var base = new TlsVerdict.Dane(List.of(other()), Domain.of("real.example.org"), List.of(MX));
        var done = cargo.carry((_, _, _) -> route(host.port(), MX, base), ca.anchors(), cargo.mail(
                connector("Default", TlsValidation.Opportunistic, TlsSettings.CertificateValidation, 1), "example.org",
                false)).getFirst();
        assertEquals("2.0.0", done.outcomes().get(0).code());
        assertEquals(List.of("real.example.org", MX.ascii()),
                done.evidence().stream().map(one -> one.session().tls().orElseThrow().sni()).toList());
    }

    @ParameterizedTest
    @CsvSource({"::1, down", "::1, wrong", "127.0.0.2, down", "127.0.0.2, wrong"})
    void aHostIsTriedAtEveryAddressOfBothFamilies(String first, String fault) throws Exception {
        var right = host("127.0.0.1", 0);
        var wrong = new ScriptedHost(ca.good("x.example").context(), first, right.port());
        hosts.add(wrong);
        if (fault.equals("down")) wrong.close();
        var addresses = List.of(InetAddress.getByName(first), InetAddress.getByName("127.0.0.1"));
        var done = cargo.carry((_, _, _) -> route(right.port(), MX, addresses, dane(MX, good.tlsa())), ca.anchors(),
                mail("example.org")).getFirst();
        assertEquals("2.0.0", done.outcomes().get(0).code(), done.outcomes().get(0).sentence());
        assertEquals(fault.equals("down") ? 0 : 1, wrong.connections());
        assertEquals(1, right.messages().size());
        assertEquals(2, done.evidence().size());
        // Each address speaks for itself: the one that delivered is not blamed for the other.
        assertEquals(Optional.empty(), done.evidence().getLast().modes().enabled().refusal());
        assertEquals(fault.equals("wrong"), done.evidence().getFirst().modes().enabled().refusal().isPresent());
    }

    /// What one host lacks another may have: the mail fails only when all were asked (RFC 1870 §6.1), whether the host
    /// announced how large a message may be or says so when it hears of one.
    @ParameterizedTest
    @CsvSource(textBlock = """
            EHLO,    250-x|250-STARTTLS|250 SIZE 3, takes, 2.0.0
            EHLO,    250-x|250-STARTTLS|250 SIZE 3, lacks, 5.3.4
            EHLO,    250-x|250-STARTTLS|250 SIZE 3, down,  4.4.1
            MAIL,    552 5.3.4 too large,           takes, 2.0.0
            MAIL,    552 5.3.4 too large,           lacks, 5.3.4
            MAIL,    552 5.3.4 too large,           down,  4.4.1
            MAIL,    552 too large,                 takes, 2.0.0
            DATA,    554 5.3.4 too large,           takes, 2.0.0
            content, 552 5.3.4 too large,           takes, 2.0.0
            content, 552 too large,                 takes, 2.0.0
            content, 552 too large,                 lacks, 5.0.0
            content, 552 5.2.2 mailbox full,        takes, 5.2.2
            content, 451 4.3.4 too large now,       takes, 4.3.4
            RCPT,    552 5.3.4 too large for me,    takes, 5.3.4
            """)
    void aHostThatLacksWhatTheMessageNeedsIsNoFailureWhileAnotherMayHaveIt(String at, String says, String second,
            String code) throws Exception {
        var one = host("127.0.0.1", 0).says(at, says.replace("|", "\r\n"));
        var other = host("127.0.0.1", 0);
        if (second.equals("lacks")) other.says("EHLO", "250-x\r\n250-STARTTLS\r\n250 SIZE 4");
        if (second.equals("down")) other.close();
        var facts = new HostFacts(DnsStatus.Secure, DnsStatus.Secure, Optional.empty(), DnsStatus.Secure, List.of(),
                "", "", Optional.empty(), List.of());
        var hosts = java.util.stream.Stream.of(one.port(), other.port()).map(port -> new HostJudgement(MX, 10, port,
                List.of(InetAddress.ofLiteral("127.0.0.1")), "", dane(MX, good.tlsa()), dane(MX, good.tlsa()), facts))
                .toList();
        var outcome = cargo.carry((_, _, _) -> new JudgedRoute.Hosts("example.org", hosts, List.of()), ca.anchors(),
                mail("example.org")).getFirst().outcomes().get(0);
        assertEquals(code, outcome.code(), outcome.sentence());
        assertEquals(code.equals("2.0.0") ? 1 : 0, other.messages().size());
    }

    @Test
    void aHostFailsOnceAllItsAddressesDo() throws Exception {
        var one = host("::1", 0);
        var two = host("127.0.0.1", one.port());
        var addresses = List.of(InetAddress.getByName("::1"), InetAddress.getByName("127.0.0.1"));
        var done = cargo.carry((_, _, _) -> route(one.port(), MX, addresses, dane(MX, other())), ca.anchors(),
                mail("example.org")).getFirst();
        assertEquals("4.7.323", done.outcomes().get(0).code());
        assertEquals(List.of(1, 1), List.of(one.connections(), two.connections()));
    }

    private ScriptedHost host(String address, int port) throws Exception {
        var host = new ScriptedHost(good.context(), address, port);
        hosts.add(host);
        return host;
    }

    private Outcome one(TlsVerdict asked, boolean old, int port) throws Exception {
        return attempt(asked, old, port).outcomes().get(0);
    }

    private AttemptResult attempt(TlsVerdict asked, boolean old, int port) throws Exception {
        return cargo.carry((_, _, _) -> route(port, MX, asked), ca.anchors(),
                cargo.mail(connector("Default", TlsValidation.Enabled, TlsSettings.None, 1), "example.org", old))
                .getFirst();
    }

    private ClaimedDelivery mail(String domain) {
        return cargo.mail(connector("Default", TlsValidation.Enabled, TlsSettings.None, 1), domain, false);
    }

    private OutboundConnector connector(String name, TlsValidation mode, TlsSettings floor, long revision) {
        return Cargo.connector(time, name, mode, floor, revision);
    }

    private TlsVerdict asked(String what) {
        return what.equals("dane") ? dane(MX, good.tlsa()) : new TlsVerdict.None();
    }

    private static TlsVerdict dane(Domain base, Tlsa... records) {
        return new TlsVerdict.Dane(List.of(records), base, List.of(base));
    }

    private static Tlsa other() { return new Tlsa(3, 1, 1, new byte[32]); }

    private static JudgedRoute route(int port, Domain mx, TlsVerdict asked) {
        return route(port, mx, List.of(InetAddress.ofLiteral("127.0.0.1")), asked);
    }

    private static JudgedRoute route(int port, Domain mx, List<InetAddress> addresses, TlsVerdict asked) {
        var facts = new HostFacts(DnsStatus.Secure, DnsStatus.Secure, Optional.empty(), DnsStatus.Secure, List.of(),
                "", "", Optional.empty(), List.of());
        return new JudgedRoute.Hosts("example.org",
                List.of(new HostJudgement(mx, 10, port, addresses, "", asked, asked, facts)), List.of());
    }
}
