package org.sternpost.engine.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.connector.TlsOverride.State;
import org.sternpost.engine.connector.TlsOverride.Told;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SimTime;

class TlsOverridesTest {

    private static final Domain PARTNER = Domain.of("partner.example");

    @TempDir
    Path directory;

    private final SimTime time = new SimTime();
    private Database database;
    private Connectors connectors;

    @BeforeEach
    void open() throws IOException {
        database = SqliteDatabase.open(directory, Connectors.SCHEMA);
        connectors = new Connectors(database, time);
    }

    @AfterEach
    void close() throws IOException { database.close(); }

    @Test
    void onlyTheDomainItselfOnTheConnectorItselfIsExcepted() throws Exception {
        Changed.add(connectors, Connectors.fresh("banks", List.of(DomainPattern.of(".bank.example")), time.instant()));
        mode("banks", TlsValidation.Enabled);
        mode("Default", TlsValidation.Enabled);
        except("banks", "bank.example", TlsValidation.Opportunistic);
        assertEquals(TlsValidation.Opportunistic, modeOf("bank.example"));
        assertEquals(TlsValidation.Enabled, modeOf("www.bank.example"));
        assertEquals(TlsValidation.Enabled, modeOf("other.example"));
        Changed.remove(connectors, "banks");
        assertEquals(TlsValidation.Enabled, modeOf("bank.example"), "an exception on banks reached Default");
    }

    @Test
    void itEndsAtItsInstantByTheClockAlone() throws Exception {
        mode("Default", TlsValidation.Enabled);
        except("Default", "partner.example", TlsValidation.Disabled);
        time.advance(Duration.ofDays(30).minusMillis(1));
        assertEquals(TlsValidation.Disabled, modeOf("partner.example"));
        time.advance(Duration.ofMillis(1));
        assertEquals(TlsValidation.Enabled, modeOf("partner.example"));
        assertEquals(State.Expired, connectors.exceptions().all().getFirst().state(time.instant()));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
        Opportunistic, Enabled,       100
        Enabled,       Disabled,      100
        Opportunistic, Opportunistic, 100
        """)
    void exceptionGoesBeforeTheShareOfARolloutAndThatBeforeTheConnector(TlsValidation excepted, TlsValidation rolled,
            double percent) throws Exception {
        Changed.replace(connectors, "Default",
                c -> with(c, c.tls().tlsValidation(), RolloutShare.of("R-1", rolled, percent, c.id(), List.of(), 0)));
        except("Default", "partner.example", excepted);
        assertEquals(excepted, modeOf("partner.example"));
        assertNull(connectors.choose(Address.of("a@partner.example"), 0).rollout(), "its mail counts in no share");
        assertEquals(rolled, modeOf("other.example"));
    }

    @Test
    void refinementsAreTheConnectorsOwnUnlessGiven() throws Exception {
        Changed.except(connectors, TlsOverride.of("Default", PARTNER, TlsValidation.Enabled, "r", "o", "admin",
                time.instant(), time.instant().plusSeconds(60)).withMtaStsMode(MtaStsMode.None));
        var judged = connectors.choose(Address.of("a@partner.example"), 0);
        assertEquals(SmtpDaneMode.Opportunistic, judged.tls().smtpDaneMode());
        assertEquals(MtaStsMode.None, judged.tls().mtaStsMode());
        assertEquals(MtaStsMode.Opportunistic, connectors.choose(Address.of("a@b.example"), 0).tls().mtaStsMode());
    }

    @Test
    void allOfItSurvivesARestart() throws Exception {
        var made = TlsOverride.of("Default", PARTNER, TlsValidation.Enabled, "why",
                "who", "admin", time.instant(), time.instant().plus(Duration.ofDays(9)))
                .withSmtpDaneMode(SmtpDaneMode.Mandatory);
        Changed.except(connectors, made);
        connectors.exceptions().told(made, Told.EndsSoon, _ -> 0);
        close();
        open();
        assertEquals(List.of(made.told(Told.EndsSoon)), connectors.exceptions().all());
    }

    @Test
    void exceptionFollowsItsConnectorToANewNameAndGoesWithIt() throws Exception {
        Changed.add(connectors, Connectors.fresh("banks", List.of(DomainPattern.of(".example")), time.instant()));
        except("banks", "partner.example", TlsValidation.Disabled);
        Changed.replace(connectors, "banks", c -> named(c, "Institutes"));
        assertEquals(TlsValidation.Disabled, modeOf("partner.example"));
        assertEquals("Institutes", connectors.nameOf(connectors.exceptions().all().getFirst().connector()));
        Changed.remove(connectors, "institutes");
        assertEquals(List.of(), connectors.exceptions().all());
    }

    @Test
    void exceptionIsNotMissedWhileItsConnectorGetsAnotherName() throws Exception {
        Changed.add(connectors, Connectors.fresh("banks", List.of(DomainPattern.of(".example")), time.instant()));
        except("banks", "partner.example", TlsValidation.Enabled);
        var renaming = new FutureTask<@Nullable Void>(() -> {
            for (int i = 0; i < 60; i++) {
                String from = i % 2 == 0 ? "banks" : "institutes";
                String to = i % 2 == 0 ? "institutes" : "banks";
                Changed.replace(connectors, from, c -> named(c, to));
            }
            return null;
        });
        Thread.ofPlatform().start(renaming);
        while (!renaming.isDone())
            assertEquals(TlsValidation.Enabled, modeOf("partner.example"));
        renaming.get();
    }

    @Test
    void exceptionAndItsAuditStandOrFallTogether() {
        assertThrows(IOException.class, () -> connectors.change(now -> {
            now.put(exception("Default", PARTNER, TlsValidation.Disabled));
            throw new SQLException("audit is full");
        }));
        assertEquals(List.of(), connectors.exceptions().all());
    }

    @Test
    void endIsDueToBeToldAWeekBeforeAndAtTheEndAndEachOnce() throws Exception {
        except("Default", "partner.example", TlsValidation.Disabled);
        assertEquals(List.of(), connectors.exceptions().untold(time.instant()));
        time.advance(Duration.ofDays(23));
        told(Told.EndsSoon);
        time.advance(Duration.ofDays(7));
        told(Told.Expired);
        time.advance(Duration.ofDays(70));
        assertEquals(List.of(), connectors.exceptions().untold(time.instant()));
    }

    @Test
    void whoMakesOneForADayIsNotToldThatItEndsSoon() throws Exception {
        Changed.except(connectors, TlsOverride.of("Default", PARTNER, TlsValidation.Disabled, "r", "o",
                "admin", time.instant(), time.instant().plus(Duration.ofDays(1))));
        assertEquals(List.of(), connectors.exceptions().untold(time.instant()));
        time.advance(Duration.ofDays(1));
        told(Told.Expired);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "two\nlines"})
    void reasonAndOwnerAreOneLineThatSaysSomething(String text) {
        for (boolean reason : new boolean[]{true, false})
            assertThrows(IllegalArgumentException.class,
                    () -> TlsOverride.of("Default", PARTNER, TlsValidation.Disabled, reason ? text : "r",
                            reason ? "o" : text, "admin", time.instant(),
                            time.instant().plusSeconds(1)));
    }

    @Test
    void endBeforeTheBeginningIsRefused() {
        for (long millis : new long[]{0, -1})
            assertThrows(IllegalArgumentException.class,
                    () -> TlsOverride.of("Default", PARTNER, TlsValidation.Disabled, "r", "o", "admin",
                            time.instant(), time.instant().plusMillis(millis)));
    }

    private void told(Told what) throws IOException {
        var untold = connectors.exceptions().untold(time.instant());
        assertEquals(1, untold.size());
        assertEquals(what, untold.getFirst().due(time.instant()));
        connectors.exceptions().told(untold.getFirst(), what, _ -> 0);
        assertTrue(connectors.exceptions().untold(time.instant()).isEmpty(), "told twice");
    }

    private TlsValidation modeOf(String domain) {
        return connectors.choose(Address.of("a@" + domain), 0).modeFor(Domain.of(domain));
    }

    private void except(String connector, String domain, TlsValidation mode) throws IOException {
        Changed.except(connectors, exception(connector, Domain.of(domain), mode));
    }

    private TlsOverride exception(String connector, Domain domain, TlsValidation mode) {
        return TlsOverride.of(connector, domain, mode, "reason", "owner", "admin", time.instant(),
                time.instant().plus(Duration.ofDays(30)));
    }

    private void mode(String connector, TlsValidation mode) throws IOException {
        Changed.replace(connectors, connector, c -> with(c, mode, c.rollout()));
    }

    private static OutboundConnector with(OutboundConnector c, TlsValidation mode,
            @org.jspecify.annotations.Nullable RolloutShare share) {
        return share == null ? c.withMode(mode) : c.withMode(mode, share);
    }

    private static OutboundConnector named(OutboundConnector c, String name) {
        return c.withGeneral(c.general().withName(name));
    }
}
