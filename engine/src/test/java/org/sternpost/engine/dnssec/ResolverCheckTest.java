package org.sternpost.engine.dnssec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.dns.Servers;
import org.sternpost.engine.dnssec.ServerCheck.Finding;
import org.sternpost.engine.dnssec.ServerCheck.Result;
import org.sternpost.engine.dnssec.ServerCheck.Subject;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabSettings;
import org.xbill.DNS.Type;

/// Good servers are trusted, and each way to be bad is told from the others.
class ResolverCheckTest {

    private static final Domain SECURE = Domain.of("dane-ok.test");
    private static final Domain BOGUS = Domain.of("dane-expired-signature.test");

    @TempDir
    static Path directory;
    private static Lab lab;

    @BeforeAll
    static void start() throws Exception { lab = Lab.start(LabSettings.anyPorts(directory)); }

    @AfterAll
    static void stop() throws Exception { lab.close(); }

    @Test
    void aServerThatPassesSignaturesOnIsTrustedInModeLocal() {
        ServerCheck seen = check(lab.dnsServer(), false, new SystemTime());
        assertTrue(seen.isTrusted(), seen.toString());
        assertEquals(List.of(Subject.Udp, Subject.Tcp, Subject.Edns, Subject.Signatures, Subject.TrustAnchor,
                Subject.Clock, Subject.Secure, Subject.Bogus), seen.findings().stream().map(Finding::subject).toList());
        assertTrue(seen.findings().stream().allMatch(one -> one.result() == Result.Good), seen.toString());
    }

    @Test
    void aServerThatDoesNotValidateIsNotBelievedInModeResolver() {
        ServerCheck seen = check(lab.dnsServer(), true, new SystemTime());
        assertFalse(seen.isTrusted());
        assertEquals(Result.Bad, result(seen, Subject.AuthenticData));
        assertEquals(Result.Bad, result(seen, Subject.Bogus));
    }

    @Test
    void aServerThatValidatesIsBelievedInModeResolver() throws Exception {
        try (var odd = new OddServer(lab.dnsServer(), true, OddServer.validating(BOGUS.ascii()))) {
            ServerCheck seen = check(odd.address(), true, new SystemTime());
            assertTrue(seen.isTrusted(), seen.toString());
            assertEquals(Result.Good, result(seen, Subject.Bogus));
            // One that validates serves the engine's own proofs as well, since they ask with CD.
            ServerCheck proven = check(odd.address(), false, new SystemTime());
            assertTrue(proven.isTrusted(), proven.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aServerThatVouchesForEverythingIsALiar(boolean strips) throws Exception {
        OddServer.Habit habit = OddServer.always(strips
                ? reply -> OddServer.vouched(OddServer.stripped(reply))
                : OddServer::vouched);
        try (var odd = new OddServer(lab.dnsServer(), true, habit)) {
            ServerCheck seen = check(odd.address(), true, new SystemTime());
            Finding worst = seen.worst().orElseThrow();
            assertEquals(Subject.Bogus, worst.subject());
            assertTrue(worst.meaning().contains("vouches for an answer that is signed badly"), worst.toString());
        }
    }

    @Test
    void aServerThatStripsSignaturesProvesNothingAndMayOnlyBeBelieved() throws Exception {
        try (var odd = new OddServer(lab.dnsServer(), true, OddServer.always(OddServer::stripped))) {
            ServerCheck seen = check(odd.address(), false, new SystemTime());
            assertEquals(Subject.Signatures, seen.worst().orElseThrow().subject());
            assertEquals(Result.Bad, result(seen, Subject.Secure));
            assertTrue(seen.worst().orElseThrow().meaning().contains("leaves out the signatures"));
        }
    }

    @Test
    void aServerWithoutEdnsIsTold() throws Exception {
        try (var odd = new OddServer(lab.dnsServer(), true, OddServer.always(reply -> OddServer.without(
                OddServer.stripped(reply), Type.OPT)))) {
            ServerCheck seen = check(odd.address(), false, new SystemTime());
            assertEquals(Subject.Edns, seen.worst().orElseThrow().subject());
        }
    }

    @Test
    void aServerWithoutTcpIsTold() throws Exception {
        try (var odd = new OddServer(lab.dnsServer(), false, OddServer.always(reply -> reply))) {
            ServerCheck seen = check(odd.address(), false, new SystemTime());
            assertEquals(Subject.Tcp, seen.worst().orElseThrow().subject());
            assertEquals(Result.Good, result(seen, Subject.Udp));
        }
    }

    @Test
    void silenceIsTwoFindingsAndNothingElseIsClaimed() throws Exception {
        try (var odd = new OddServer(lab.dnsServer(), false, (_, _) -> Optional.empty())) {
            ServerCheck seen = check(odd.address(), false, new SystemTime());
            assertEquals(List.of(Subject.Udp, Subject.Tcp), seen.findings().stream().map(Finding::subject).toList());
            assertFalse(seen.isTrusted());
        }
    }

    @Test
    void aForeignTrustAnchorIsToldFromALyingServer() {
        ServerCheck seen = only(new ResolverCheck(servers(lab.dnsServer()), ZoneTrustAnchors.ofRoot(), false,
                new SystemTime()));
        assertEquals(Subject.TrustAnchor, seen.worst().orElseThrow().subject());
        assertTrue(seen.worst().orElseThrow().remedy().contains("dns.trustAnchors"));
    }

    @ParameterizedTest
    @ValueSource(longs = {-4000, 4000})
    void aWrongClockExplainsAllElse(long days) {
        Instant wrong = new SystemTime().instant().plus(Duration.ofDays(days));
        ServerCheck seen = check(lab.dnsServer(), false, InstantSource.fixed(wrong));
        Finding worst = seen.worst().orElseThrow();
        assertEquals(Subject.Clock, worst.subject());
        assertTrue(worst.meaning().contains(days < 0 ? "behind" : "ahead"), worst.toString());
        assertEquals(Result.Bad, result(seen, Subject.Secure));
    }

    @Test
    void aNameThatIsNotBogusIsOddAndBlamesNoServer() {
        ServerCheck seen = new ResolverCheck(servers(lab.dnsServer()), anchors(), false, new SystemTime())
                .all(SECURE, Domain.of("plain.test")).getFirst();
        assertEquals(Result.Odd, result(seen, Subject.Bogus));
        assertTrue(seen.isTrusted());
        assertTrue(seen.findings().getLast().remedy().contains("-BogusName"));
    }

    @Test
    void aServerElsewhereIsNotBelieved() throws Exception {
        var away = new InetSocketAddress(InetAddress.getByName("192.0.2.53"), 53);
        ServerCheck seen = check(away, true, new SystemTime());
        assertEquals(Subject.Loopback, seen.worst().orElseThrow().subject());
    }

    @Test
    void everyServerIsLookedAtByItself() throws Exception {
        try (var odd = new OddServer(lab.dnsServer(), true, OddServer.always(OddServer::stripped))) {
            var both = new ResolverCheck(new Servers(List.of(odd.address(), lab.dnsServer())), anchors(), false,
                    new SystemTime()).all(SECURE, BOGUS);
            assertEquals(List.of(false, true), both.stream().map(ServerCheck::isTrusted).toList());
        }
    }

    private static ServerCheck check(InetSocketAddress server, boolean believes, InstantSource time) {
        return only(new ResolverCheck(servers(server), anchors(), believes, time));
    }

    private static ServerCheck only(ResolverCheck check) { return check.all(SECURE, BOGUS).getFirst(); }

    private static Servers servers(InetSocketAddress server) { return new Servers(List.of(server)); }

    private static ZoneTrustAnchors anchors() { return ZoneTrustAnchors.of(lab.trustAnchors()); }

    private static Result result(ServerCheck seen, Subject subject) {
        Map<Subject, Result> all = seen.findings().stream()
                .collect(Collectors.toMap(Finding::subject, Finding::result));
        return Optional.ofNullable(all.get(subject)).orElseThrow(() -> new AssertionError(subject + " in " + seen));
    }
}
