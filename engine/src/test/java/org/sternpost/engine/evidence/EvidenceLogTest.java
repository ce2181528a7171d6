package org.sternpost.engine.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.dane.Tlsa;
import org.sternpost.engine.dane.TlsaSearch.TlsaLookup.Judged;
import org.sternpost.engine.evidence.EvidenceLog.Settled;
import org.sternpost.engine.evidence.HostEvidence.Finding;
import org.sternpost.engine.evidence.HostEvidence.ModeVerdict;
import org.sternpost.engine.evidence.Verdicts.Verdict;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.mtasts.Policy;
import org.sternpost.engine.mtasts.Policy.MxPattern;
import org.sternpost.engine.mx.MxRoute.MxHosts.MxHost;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.tls.SessionProofs.SessionFacts;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.HostFacts;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.Reason;

class EvidenceLogTest {

    private static final Instant AT = Instant.parse("2026-11-23T10:00:00Z");
    private static final QueueId FIRST = new QueueId("0123456789ABCDEF");
    private static final QueueId SECOND = new QueueId("0123456789ABCDEG");
    private static final Failure WHY = new Failure(Reason.TLSA_INVALID, "no record matches", "publish one");

    private static final Verdict PASSES = new Verdict(Optional.empty(), true, "mx.example.org");

    @TempDir
    Path directory;
    private SqliteDatabase database;
    private EvidenceLog log;

    @BeforeEach
    void open() throws Exception {
        database = SqliteDatabase.open(directory, EvidenceLog.SCHEMA);
        log = new EvidenceLog(database);
    }

    @Test
    void tablesOfOlderVersionsGo() throws Exception {
        database.write(connection -> {
            try (var statement = connection.createStatement()) {
                statement.execute("CREATE TABLE evidence (digest TEXT PRIMARY KEY, body TEXT NOT NULL)");
                statement.execute("CREATE TABLE evidence_of (message TEXT NOT NULL, digest TEXT NOT NULL)");
            }
            return 0;
        });
        database.close();
        open();
        assertEquals("", text("SELECT coalesce(group_concat(name), '') FROM sqlite_master WHERE name IN ('evidence', "
                + "'evidence_of', 'proof', 'proof_of')"));
    }

    @AfterEach
    void close() throws Exception { database.close(); }

    @Test
    void everyFieldComesBackAsItWasKept() throws Exception {
        for (Finding finding : List.of(new Finding.Holds("a"), new Finding.Fails(WHY), new Finding.NotJudged("b"))) {
            var one = evidence(AT, "250 2.0.0 queued as 1", List.of("192.0.2.1"), List.of("3 1 1 ab"), finding);
            keep(FIRST, AT, one);
            assertEquals(one, log.of(FIRST).getLast());
        }
    }

    @Test
    void evidenceOfMailThatProvedTheSameIsOneRow() throws Exception {
        var holds = new Finding.Holds("a");
        var one = evidence(AT, "250 2.0.0 queued as 1", List.of("192.0.2.1", "192.0.2.2"),
                List.of("3 1 1 ab", "3 1 1 cd"), holds);
        // A second later, by rotated answers, under another queue id of the host.
        var two = evidence(AT.plusSeconds(1), "250 2.0.0 queued as 2", List.of("192.0.2.2", "192.0.2.1"),
                List.of("3 1 1 cd", "3 1 1 ab"), holds);
        keep(FIRST, AT, one);
        keep(SECOND, AT.plusSeconds(1), two);
        assertEquals(1, count("host_proof"));
        assertEquals(2, count("verdict"));
        assertEquals(0, count("host_seen"));
        assertEquals(List.of(one), log.of(FIRST));
        assertEquals(List.of(two), log.of(SECOND));
        assertEquals(3_601, two.host().facts().sts().orElseThrow().ageSeconds(two.attempt().at()));
    }

    @Test
    void whatWasProvenAnewIsAnotherRow() throws Exception {
        keep(FIRST, AT, evidence(AT, "", List.of(), List.of(), new Finding.Holds("a")));
        keep(SECOND, AT, evidence(AT, "", List.of(), List.of(), new Finding.Fails(WHY)));
        assertEquals(2, count("host_proof"));
    }

    @Test
    void evidenceGoesWithTheLastMessageThatPointsToIt() throws Exception {
        var one = evidence(AT, "x", List.of(), List.of(), new Finding.Holds("a"));
        keep(FIRST, AT, one);
        Instant later = AT.plus(Duration.ofDays(2));
        keep(SECOND, later, evidence(later, "y", List.of(), List.of(), new Finding.Holds("a")));
        log.prune(AT.plus(Duration.ofDays(1)));
        assertEquals(List.of(), log.of(FIRST));
        assertEquals(1, log.of(SECOND).size());
        log.prune(AT.plus(Duration.ofDays(3)));
        assertEquals(0, count("host_proof"));
    }

    /// Its number may be another's by then.
    @Test
    void whatIsProvenAgainAfterItWasForgottenIsKeptAgain() throws Exception {
        var old = evidence(AT, "x", List.of(), List.of(), new Finding.Holds("a"));
        keep(FIRST, AT, old);
        Instant later = AT.plus(Duration.ofDays(9));
        log.prune(later);
        var another = evidence(later, "y", List.of(), List.of(), new Finding.Holds("b"));
        var again = evidence(later, "z", List.of(), List.of(), new Finding.Holds("a"));
        keep(FIRST, later, another);
        keep(SECOND, later, again);
        assertEquals(List.of(another), log.of(FIRST));
        assertEquals(List.of(again), log.of(SECOND));
    }

    /// A clock that was wrong makes all of it old, and is set back.
    @Test
    void whatWasForgottenTooEarlyIsKeptAgain() throws Exception {
        keep(FIRST, AT, evidence(AT, "x", List.of(), List.of(), new Finding.Holds("a")));
        log.prune(AT.plus(Duration.ofDays(900)));
        var another = evidence(AT, "y", List.of(), List.of(), new Finding.Holds("b"));
        var again = evidence(AT, "z", List.of(), List.of(), new Finding.Holds("a"));
        keep(FIRST, AT, another);
        keep(SECOND, AT, again);
        assertEquals(List.of(another), log.of(FIRST));
        assertEquals(List.of(again), log.of(SECOND));
    }

    /// What a transaction that was undone had numbered is not there to be referred to.
    @Test
    void aNumberIsKnownOnceItIsOnTheDisk() throws Exception {
        var one = evidence(AT, "x", List.of(), List.of(), new Finding.Holds("a"));
        assertThrows(IOException.class, () -> database.<@Nullable Void>write(connection -> {
            log.keep(settled(FIRST, AT), Optional.of(PASSES), List.of(one)).on(connection);
            throw new SQLException("undone");
        }));
        keep(SECOND, AT, one);
        assertEquals(List.of(), log.of(FIRST));
        assertEquals(List.of(one), log.of(SECOND));
    }

    /// A message counts once; what every attempt saw stays, and that one was refused.
    @Test
    void anEarlierAttemptIsStillToldOf() throws Exception {
        var refused = evidence(AT, "no", List.of(), List.of(), new Finding.Fails(WHY));
        var other = evidence(AT.plusMillis(1), "no", List.of(), List.of(), new Finding.Holds("a"));
        database.write(log.keep(settled(FIRST, AT), Optional.of(new Verdict(Optional.of(WHY), false, "mx")),
                List.of(refused, other)));
        var taken = evidence(AT.plusSeconds(9), "250 ok", List.of(), List.of(), new Finding.Holds("a"));
        keep(FIRST, AT.plusSeconds(9), taken);
        assertEquals(List.of(refused, other, taken), log.of(FIRST));
        var verdict = new Verdicts(database).since(Instant.EPOCH).getFirst();
        assertEquals("1 1 " + AT.plusSeconds(9), verdict.messages() + " " + verdict.wouldFail() + " "
                + verdict.course().last());
    }

    /// An attempt that says nothing of `Enabled` leaves the verdict as it is, before and after.
    @Test
    void anAttemptWithoutAVerdictChangesNone() throws Exception {
        var first = evidence(AT, "1", List.of(), List.of(), new Finding.Holds("a"));
        var second = evidence(AT.plusSeconds(1), "2", List.of(), List.of(), new Finding.Holds("a"));
        var third = evidence(AT.plusSeconds(2), "3", List.of(), List.of(), new Finding.Holds("a"));
        database.write(log.keep(settled(FIRST, AT), Optional.empty(), List.of(first)));
        assertEquals(List.of(), new Verdicts(database).since(Instant.EPOCH));
        assertEquals(Set.of(), new Verdicts(database).refused("Default", Instant.EPOCH));
        database.write(log.keep(settled(FIRST, AT.plusSeconds(1)), Optional.of(new Verdict(Optional.of(WHY), false,
                "mx")), List.of(second)));
        database.write(log.keep(settled(FIRST, AT.plusSeconds(2)), Optional.empty(), List.of(third)));
        assertEquals(List.of(first, second, third), log.of(FIRST));
        assertEquals(1, new Verdicts(database).since(Instant.EPOCH).getFirst().wouldFail());
    }

    /// Of two domains of one message each has its own.
    @Test
    void eachDomainOfAMessageIsToldOf() throws Exception {
        var one = evidence(AT, "1", List.of(), List.of(), new Finding.Holds("a"));
        var two = evidence(AT.plusSeconds(1), "2", List.of(), List.of(), new Finding.Holds("a"));
        keep(FIRST, AT, one);
        database.write(log.keep(new Settled(FIRST, new Domain("example.net"), "Default", AT), Optional.of(PASSES),
                List.of(two)));
        assertEquals(List.of(one, two), log.of(FIRST));
        assertEquals(2, new Verdicts(database).since(Instant.EPOCH).size());
    }

    private static Settled settled(QueueId message, Instant at) {
        return new Settled(message, new Domain("example.org"), "Default", at);
    }

    private void keep(QueueId message, Instant at, HostEvidence... evidence) throws IOException {
        database.write(log.keep(settled(message, at), Optional.of(PASSES), List.of(evidence)));
    }

    private String text(String sql) throws IOException {
        return database.<String>read(connection -> {
            try (var statement = connection.createStatement(); var row = statement.executeQuery(sql)) {
                return row.next() ? row.getString(1) : "";
            }
        });
    }

    private int count(String table) throws Exception {
        return database.<Integer>read(connection -> {
            try (var select = connection.prepareStatement("SELECT count(*) FROM " + table);
                    var row = select.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        });
    }

    private static HostEvidence evidence(Instant at, String result, List<String> addresses, List<String> tlsa,
            Finding dane) {
        var policy = new HostFacts.StsFacts(new Domain("example.org"), "7", Policy.Mode.Enforce, AT.minusSeconds(3_600),
                List.of(MxPattern.of("*.example.org")), OptionalLong.of(86_400));
        var facts = new HostFacts(
                new HostFacts.LookedUp<>(DnsStatus.Secure,
                        List.of(MxHost.of("10 mx.example.org"), MxHost.of("20 mx2.example.org"))),
                new HostFacts.LookedUp<>(DnsStatus.Insecure, addresses.stream().map(InetAddress::ofLiteral).toList()),
                Optional.of(new Domain("mx.example.org")), DnsStatus.Secure,
                tlsa.stream().map(one -> new Judged(Tlsa.of(one), Optional.empty())).toList(), "dane", "sts",
                "\"v=STSv1; id=7\"", Optional.of(policy), List.of(WHY));
        var leaf = new SessionFacts.CertificateFacts("CN=a", "CN=b", List.of("mx.example.org"), AT, AT, "aa", "bb");
        return new HostEvidence(
                new HostEvidence.Attempt(at, "Default", 3, TlsValidation.Opportunistic, 1, new Domain("example.org")),
                new HostEvidence.Host(new Domain("mx.example.org"),
                        Optional.of(new InetSocketAddress("192.0.2.1", 25)), 10, facts),
                new HostEvidence.Session(
                        Optional.of(new SessionFacts("TLSv1.3", "TLS_AES_128_GCM_SHA256", "x25519", "mx.example.org",
                                List.of(leaf))),
                        "valid", Level.Encrypted, Level.Dane),
                new HostEvidence.Findings(dane, new Finding.NotJudged("none")),
                new HostEvidence.Modes(new ModeVerdict.Passes(), new ModeVerdict.Refuses(WHY),
                        new ModeVerdict.Refuses(WHY)),
                new HostEvidence.Result(true, result));
    }
}
