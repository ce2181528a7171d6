package org.sternpost.engine.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.OutboundConnector.ConnectionSettings;
import org.sternpost.engine.connector.OutboundConnector.General;
import org.sternpost.engine.connector.OutboundConnector.MessageLimits;
import org.sternpost.engine.connector.OutboundConnector.Pace;
import org.sternpost.engine.connector.OutboundConnector.Route;
import org.sternpost.engine.connector.OutboundConnector.Stored;
import org.sternpost.engine.connector.OutboundConnector.TlsPolicy;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SimTime;

class ConnectorsTest {

    @TempDir
    Path directory;

    private final SimTime time = new SimTime();

    @Test
    void builtInDefaultIsThereFromTheStartAndOpportunistic() throws Exception {
        try (Database database = open()) {
            var connectors = new Connectors(database, time);
            var chosen = connectors.choose(Address.of("a@anywhere.example"), 0);
            assertEquals("Default", chosen.name());
            assertEquals(TlsValidation.Opportunistic, chosen.tls().tlsValidation());
        }
    }

    @Test
    void everySettingSurvivesARestart() throws Exception {
        var full = new OutboundConnector(
                new General("Banks", false, List.of(DomainPattern.of("*.bank.example"), DomainPattern.of(".b.example")),
                        "who: ops"),
                new Route(false, List.of(HostPort.of("[2001:db8::1]:26"), HostPort.of("h.example"))),
                new TlsPolicy(TlsValidation.Enabled, SmtpDaneMode.Mandatory, MtaStsMode.None,
                        TlsSettings.DomainValidation, "*.h.example"),
                new ConnectionSettings(587, "127.0.0.2", "relay.example"),
                new MessageLimits(1 << 20, Duration.ofHours(36)),
                new Pace(7, 3, 20, List.of(Duration.ofMillis(1_500), Duration.ofHours(2))),
                new Stored("Banks", 1, time.instant(), time.instant(),
                        new RolloutShare("R-1", TlsValidation.Disabled, 12.5, 4711)));
        try (Database database = open()) {
            Changed.add(new Connectors(database, time), full);
        }
        try (Database database = open()) {
            assertEquals(full, new Connectors(database, time).find("bANKS").orElseThrow());
        }
    }

    /// A store of an older version says only the percentage: a share of all names, in slots of a hundredth of it.
    @Test
    void aShareOfAnOlderVersionKeepsItsDomains() throws Exception {
        try (Database database = open()) {
            var connectors = new Connectors(database, time);
            Changed.replace(connectors, "Default",
                    c -> c.withMode(TlsValidation.Opportunistic,
                            new RolloutShare("R-1", TlsValidation.Enabled, 25, 1)));
            database.write(connection -> connection.createStatement()
                    .executeUpdate("UPDATE connector SET rollout_below = NULL"));
            var old = new Connectors(database, time).find("Default").orElseThrow();
            for (int i = 0; i < 200; i++) {
                Domain domain = Domain.of("d" + i + ".example");
                assertEquals(slotOfOlderVersion(domain) < 2_500, old.modeFor(domain) == TlsValidation.Enabled);
            }
        }
    }

    private static int slotOfOlderVersion(Domain domain) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256")
                .digest(("Default\n" + domain.ascii()).getBytes(StandardCharsets.UTF_8));
        return ((hash[0] & 0xff) << 16 | (hash[1] & 0xff) << 8 | hash[2] & 0xff) % 10_000;
    }

    @Test
    void aDomainInUnicodeIsTheSameHoweverItIsWritten() throws Exception {
        try (Database database = open()) {
            var connectors = new Connectors(database, time);
            var streets = Connectors.fresh("Streets", List.of(DomainPattern.of("*.Straße.example")), time.instant())
                    .withRoute(new Route(false, List.of(HostPort.of("mx.straße.example:26"))))
                    .withTls(TlsPolicy.FRESH.withTlsDomain("*.STRAẞE.example"));
            Changed.add(connectors, streets);
            assertEquals("Streets", connectors.choose(Address.of("a@x.xn--strae-oqa.example"), 0).name());
            assertEquals("Default", connectors.choose(Address.of("a@x.strasse.example"), 0).name());
            assertEquals("mx.xn--strae-oqa.example:26", streets.route().smartHosts().getFirst().toString());
            assertEquals("*.xn--strae-oqa.example", streets.tls().tlsDomain());
        }
    }

    @Test
    void changeAndItsAuditStandOrFallTogether() throws Exception {
        try (Database database = open()) {
            var connectors = new Connectors(database, time);
            assertThrows(IOException.class, () -> connectors.change(now -> {
                now.replace(withComment(now.find("Default").orElseThrow(), "new"));
                throw new SQLException("audit is full");
            }));
            assertEquals("", connectors.find("Default").orElseThrow().general().comment());
            assertEquals(1, connectors.find("Default").orElseThrow().stored().revision());
        }
    }

    @Test
    void eachChangeIsTheNextRevisionAndTwoAtOnceLoseNothing() throws Exception {
        try (Database database = open()) {
            var connectors = new Connectors(database, time);
            var threads = new java.util.ArrayList<Thread>();
            for (int i = 0; i < 20; i++)
                threads.add(Thread.startVirtualThread(() -> {
                    try {
                        Changed.replace(connectors, "Default", c -> withComment(c, c.general().comment() + "x"));
                    } catch (IOException broken) {
                        throw new java.io.UncheckedIOException(broken);
                    }
                }));
            for (Thread thread : threads)
                thread.join();
            var after = connectors.find("Default").orElseThrow();
            assertEquals("x".repeat(20), after.general().comment());
            assertEquals(21, after.stored().revision());
            assertTrue(connectors.all().size() == 1);
        }
    }

    /// Whatever it is called, and whoever takes the name that it had.
    @Test
    void anIdentityStaysWithItsConnectorAndIsGivenOnce() throws Exception {
        try (Database database = open()) {
            var connectors = new Connectors(database, time);
            assertEquals("banks", Changed.add(connectors, Connectors.fresh("banks", List.of(), time.instant())).id());
            Changed.replace(connectors, "banks", c -> named(c, "institutes"));
            assertEquals("banks.2", Changed.add(connectors, Connectors.fresh("Banks", List.of(), time.instant())).id()
                    .toLowerCase(java.util.Locale.ROOT));
            assertEquals("institutes", connectors.nameOf("BANKS"));
            assertEquals("Banks.2", connectors.idOf("bAnks"));
            Changed.remove(connectors, "Banks");
            assertEquals(List.of("Default", "institutes"),
                    connectors.all().stream().map(OutboundConnector::name).toList());
            assertEquals(connectors.all(), new Connectors(database, time).all(), "after a restart");
        }
    }

    @Test
    void inADirectoryOfAnOlderVersionANameIsTheIdentity() throws Exception {
        try (Database database = open()) {
            Changed.add(new Connectors(database, time), Connectors.fresh("Banks", List.of(), time.instant()));
            database.write(connection -> connection.createStatement().executeUpdate("UPDATE connector SET id = ''"));
        }
        try (Database database = open()) {
            assertEquals("Banks", new Connectors(database, time).find("banks").orElseThrow().id());
        }
    }

    private Database open() throws IOException { return SqliteDatabase.open(directory, Connectors.SCHEMA); }

    private static OutboundConnector withComment(OutboundConnector c, String comment) {
        return c.withGeneral(
                new General(c.name(), c.general().enabled(), c.general().recipientDomains(), comment));
    }

    private static OutboundConnector named(OutboundConnector c, String name) {
        return c.withGeneral(c.general().withName(name));
    }
}
