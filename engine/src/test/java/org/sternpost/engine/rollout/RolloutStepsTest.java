package org.sternpost.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.connector.Changed;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.DomainPattern;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.mail.Domain;

/// What operators and the engine do to a rollout, step by step.
class RolloutStepsTest extends RolloutBench {

    @Test
    void aReasonOfTwoLinesIsOneLineOfTheHistory() throws Exception {
        var rollout = rollouts.start(draft(2), "ops");
        Rollout told = rollouts.suspend(rollout.id(), "change freeze\nuntil Monday", "ops");
        assertEquals(rollout.history().size() + 1, told.history().size());
        assertEquals(told.history(), rollouts.find(rollout.id()).orElseThrow().history());
    }

    @Test
    void aSuspendedShareStaysIsGuardedAndGoesOnAnew() throws Exception {
        var rollout = rollouts.start(draft(2), "ops");
        mail(20, false);
        rollouts.suspend(rollout.id(), "change freeze", "ops");
        time.advance(Duration.ofHours(9));
        rollouts.tick();
        var held = rollouts.find(rollout.id()).orElseThrow();
        assertEquals(Rollout.Status.Suspended, held.progress().status());
        assertEquals("change freeze", held.progress().why());
        assertEquals(0, held.progress().stage(), "it does not grow");
        assertEquals(TlsValidation.Enabled, connector().modeFor(covered()), "its domains are judged as before");
        assertRefused("R-1 is not running: it is Suspended (change freeze)",
                () -> rollouts.suspend(rollout.id(), "again", "ops"));
        var resumed = rollouts.resume(rollout.id(), "", "ops");
        assertEquals(0, rollouts.find(rollout.id()).orElseThrow().counts().messages(), "counted from nothing");
        assertEquals(time.instant(), resumed.progress().stageStartedAt());
        assertRefused("R-1 is not suspended: it is Running", () -> rollouts.resume(rollout.id(), "", "ops"));
        mail(20, false);
        rollouts.tick();
        assertEquals(0, rollouts.find(rollout.id()).orElseThrow().progress().stage(), "it stands for its time again");
        time.advance(Duration.ofHours(1));
        rollouts.tick();
        assertEquals(1, rollouts.find(rollout.id()).orElseThrow().progress().stage());
    }

    @Test
    void theGuardTakesASuspendedShareBackWhenItsMailFails() throws Exception {
        var rollout = rollouts.start(draft(2), "ops");
        rollouts.suspend(rollout.id(), "change freeze", "ops");
        mail(20, true);
        rollouts.tick();
        assertEquals(Rollout.Status.RolledBack, rollouts.find(rollout.id()).orElseThrow().progress().status());
        assertNull(connector().rollout());
    }

    @Test
    void whatTheGuardSuspendedGoesOnOnlyWhenSomebodySaysSo() throws Exception {
        var rollout = rollouts.start(draft("Default", List.of(50.0, 100.0), Duration.ofHours(1),
                new Rollout.Limit(1, 2, false)), "ops");
        mail(20, true);
        for (int i = 0; i < 3; i++)
            rollouts.tick();
        assertEquals(Rollout.Status.Suspended, rollouts.find(rollout.id()).orElseThrow().progress().status());
        assertEquals(List.of("Start-TlsRollout", "suspend"), steps.stream().map(RolloutStep::operation).toList());
        rollouts.resume(rollout.id(), "mended", "ops");
        rollouts.tick();
        assertEquals(Rollout.Status.Running, rollouts.find(rollout.id()).orElseThrow().progress().status());
    }

    /// Between the guard's look and its step somebody else takes one: the guard's is not taken.
    @Test
    void aStepOfTheEngineGivesWayToWhoWasFaster() throws Exception {
        var rollout = rollouts.start(draft(2), "ops");
        mail(20, false);
        time.advance(Duration.ofHours(1));
        traffic.meanwhile = () -> {
            traffic.meanwhile = () -> {};
            assertDoesNotThrow(() -> rollouts.suspend(rollout.id(), "change freeze", "ops"));
        };
        rollouts.tick();
        Rollout left = rollouts.find(rollout.id()).orElseThrow();
        assertEquals(Rollout.Status.Suspended, left.progress().status());
        assertEquals(0, left.progress().stage());
        assertEquals(List.of("Start-TlsRollout", "Suspend-TlsRollout"),
                steps.stream().map(RolloutStep::operation).toList());
    }

    @Test
    void whatIsStoppedIsInTheOldModeAndItsMailIsFree() throws Exception {
        var rollout = rollouts.start(draft(2), "ops");
        rollouts.suspend(rollout.id(), "change freeze", "ops");
        rollouts.stop(rollout.id(), "no longer wanted", "ops");
        assertEquals(Rollout.Status.Stopped, rollouts.find(rollout.id()).orElseThrow().progress().status());
        assertNull(connector().rollout());
        assertEquals(TlsValidation.Opportunistic, connector().tls().tlsValidation());
        assertEquals(List.of("Default on disk", "Default"), traffic.released);
        assertRefused("R-1 is not running: it is Stopped (no longer wanted)",
                () -> rollouts.stop(rollout.id(), "", "ops"));
        assertRefused("R-1 is not running: it is Stopped (no longer wanted)",
                () -> rollouts.undo(rollout.id(), "", "ops"));
    }

    @Test
    void whatHasFinishedIsUndoneUnlessItsConnectorWasChangedSince() throws Exception {
        var rollout = finished();
        rollouts.undo(rollout.id(), "partners complain", "ops");
        assertEquals(TlsValidation.Opportunistic, connector().tls().tlsValidation());
        assertEquals(List.of("Default on disk", "Default"), traffic.released);
        var second = finished();
        Changed.replace(connectors, "Default", c -> c.withMode(TlsValidation.Disabled));
        assertRefused("Default was changed since R-2 finished: it is Disabled",
                () -> rollouts.undo(second.id(), "", "ops"));
        assertRefused("R-2 is not running: it is Finished (every share held: 20 domains proven)",
                () -> rollouts.stop(second.id(), "", "ops"));
    }

    private Rollout finished() throws Exception {
        var rollout = rollouts.start(draft(2), "ops");
        for (int stage = 0; stage < 2; stage++) {
            mail(20, false);
            time.advance(Duration.ofHours(1));
            rollouts.tick();
        }
        return rollouts.find(rollout.id()).orElseThrow();
    }

    /// The engine answers for what it does as an operator does.
    @Test
    void eachStepIsWrittenDownWithWhoTookItAndWhy() throws Exception {
        finished();
        rollouts.undo("r-1", "partners complain", "ops");
        rollouts.start(draft(2), "ops");
        mail(20, true);
        rollouts.tick();
        assertEquals(List.of("ops Start-TlsRollout R-1 Running ", "engine: schedule advance R-1 Running ",
                "engine: schedule finish R-1 Finished every share held: 20 domains proven",
                "ops Undo-TlsRollout R-1 Undone partners complain", "ops Start-TlsRollout R-2 Running "),
                steps.subList(0, 5).stream().map(RolloutStepsTest::words).toList());
        assertTrue(words(steps.getLast()).startsWith("engine: guard rollback R-2 RolledBack "), steps.toString());
        assertEquals(6, steps.size());
    }

    private static String words(RolloutStep step) {
        return step.by() + " " + step.operation() + " " + step.after().id() + " " + step.after().progress().status()
                + " "
                + step.after().progress().why();
    }

    /// The log stands for all that shares the transaction: with it, nothing else stands either.
    @Test
    void aStepStandsWithItsRecordOrNotAtAll() throws Exception {
        var rollout = rollouts.start(draft(2), "ops");
        rollouts = new Rollouts(database, connectors, traffic, (_, _) -> {
            throw new SQLException("audit is full");
        }, time);
        assertThrows(IOException.class, () -> rollouts.stop(rollout.id(), "", "ops"));
        assertEquals(Rollout.Status.Running, rollouts.find(rollout.id()).orElseThrow().progress().status());
        assertEquals(rollout.id(), connector().rollout().rolloutId());
        assertEquals(List.of("Default on disk"), traffic.released, "undone with the transaction, and told to nobody");
    }

    /// The session that had it was judged by the mode that is taken back, and settles when that is over.
    @Test
    void mailThatWasUnderWayDuringAStepBackIsFreedAsItIsSettled() throws Exception {
        var rollout = rollouts.start(draft(2), "ops");
        ClaimedDelivery mail = delivery(1, covered());
        rollouts.stop(rollout.id(), "", "ops");
        traffic.released.clear();
        database.write(rollouts.settled(mail, attempt(false)));
        assertEquals(List.of(), traffic.released, "it was delivered");
        database.write(rollouts.settled(mail, attempt(true)));
        assertEquals(List.of("one on disk"), traffic.released);
    }

    @Test
    void aRenamedConnectorKeepsItsRolloutItsShareAndItsCounts() throws Exception {
        Changed.add(connectors, Connectors.fresh("banks", List.of(DomainPattern.of("*")), time.instant()));
        var rollout = rollouts.start(draft("banks", List.of(50.0, 100.0), Duration.ofHours(1),
                new Rollout.Limit(1, 2, true)), "ops");
        var before = modes("banks");
        Changed.replace(connectors, "banks", c -> c.withGeneral(c.general().withName("institutes")));
        assertEquals(before, modes("institutes"), "each domain keeps its place in the share");
        OutboundConnector renamed = connectors.find("institutes").orElseThrow();
        for (int i = 0; i < 20; i++)
            database.write(rollouts.settled(delivery(i, Domain.of("d" + i + ".example"), renamed), attempt(true)));
        rollouts.tick();
        assertEquals(Rollout.Status.RolledBack, rollouts.find(rollout.id()).orElseThrow().progress().status());
        assertNull(connectors.find("institutes").orElseThrow().rollout());
        assertEquals(List.of("banks on disk", "banks"), traffic.released, "by its identity");
    }

    private List<TlsValidation> modes(String connector) {
        return java.util.stream.IntStream.range(0, 50).mapToObj(i -> connectors.find(connector).orElseThrow()
                .modeFor(Domain.of("d" + i + ".example"))).toList();
    }

    /// So an older version left them behind.
    @Test
    void aShareWithoutItsRolloutIsLetGoAtTheStart() throws Exception {
        var rollout = rollouts.start(draft(2), "ops");
        Changed.add(connectors, Connectors.fresh("loser", List.of(), time.instant()).withMode(
                TlsValidation.Opportunistic, connector().rollout()));
        rollouts = new Rollouts(database, connectors, traffic, log, time);
        assertNull(connectors.find("loser").orElseThrow().rollout());
        assertEquals(rollout.id(), connector().rollout().rolloutId());
        Changed.replace(connectors, "Default", c -> c.withMode(c.tls().tlsValidation()));
        rollouts = new Rollouts(database, connectors, traffic, log, time);
        assertEquals("its connector is gone, or holds no share of it",
                rollouts.find(rollout.id()).orElseThrow().progress().why());
    }

    /// The guard looks twice a second: what it reads there must not grow with what there was.
    @Test
    void aTickReadsTheSameWithAnyNumberOfRows() throws Exception {
        traffic.served.add(Domain.of("quiet.example"));
        traffic.refused.add(Domain.of("quiet.example"));
        var counted = new CountedDatabase(database);
        rollouts = new Rollouts(counted, connectors, traffic, log, time);
        rollouts.start(draft("Default", List.of(100.0), Duration.ZERO, new Rollout.Limit(1, 1, true)), "ops");
        var costs = new ArrayList<Long>();
        for (int rows : List.of(10, 1_000, 3_000)) {
            int from = costs.isEmpty() ? 0 : 10_000 * costs.size();
            database.write(connection -> {
                for (int i = from; i < from + rows; i++)
                    rollouts.settled(delivery(i, Domain.of("d" + i % 500 + ".example")), attempt(false))
                            .on(connection);
                return 0;
            });
            rollouts.tick();
            counted.steps = 0;
            rollouts.tick();
            costs.add(counted.steps);
        }
        System.out.println("a tick with 10, 1,010 and 4,010 counted messages: steps of SQLite's machine " + costs);
        assertTrue(costs.getFirst() > 0, "counted");
        assertTrue(costs.stream().allMatch(cost -> cost < costs.getFirst() * 1.2), costs.toString());
    }

    /// What is seen while two run could not be told of one of them.
    @Test
    void anotherStartsBesideAnOpenOneOnlyWhenAskedFor() throws Exception {
        Changed.add(connectors, Connectors.fresh("banks", List.of(DomainPattern.of("*")), time.instant()));
        var banks = draft("banks", List.of(100.0), Duration.ZERO, new Rollout.Limit(1, 1, true));
        var first = rollouts.start(draft(2), "ops");
        assertRefused("rollout R-1 of Default is Running, and one runs at a time", () -> rollouts.start(banks, "ops"));
        rollouts.suspend(first.id(), "change freeze", "ops");
        assertRefused("rollout R-1 of Default is Suspended, and one runs at a time",
                () -> rollouts.checkStart(connectors.find("banks").orElseThrow(), false));
        assertEquals(1, rollouts.all().size());
        assertRefused("Default is already changed by rollout R-1", () -> rollouts.start(draft(2), true, "ops"));
        assertEquals("R-2", rollouts.start(banks, true, "ops").id());
        rollouts.stop("R-1", "enough", "ops");
        rollouts.stop("R-2", "enough", "ops");
        assertEquals("R-3", rollouts.start(banks, "ops").id());
    }
}
