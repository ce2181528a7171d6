package org.sternpost.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.ShareOf;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.QueueId;

/// A share of the messages to every domain.
class MessageShareTest extends RolloutBench {

    private static final Domain PARTNER = Domain.of("partner.example");

    private Rollout byMessage(List<Double> shares, Rollout.Limit limit) {
        return Rollout.draft("Default", new Rollout.Plan(TlsValidation.Opportunistic, TlsValidation.Enabled, shares,
                Duration.ofHours(1), limit, new Rollout.Manner(ShareOf.Message, Optional.empty(), "")), time.instant());
    }

    private List<QueueId> ids(int count) {
        return IntStream.range(0, count).mapToObj(i -> QueueId.fresh(time.instant(), new Random(i))).toList();
    }

    private TlsValidation mode(QueueId id) { return connector().modeFor(PARTNER, id); }

    /// A message that is tried again is judged as before, also when the share has grown and after a restart.
    @Test
    void aMessageNeverFlipsBack() throws Exception {
        var ids = ids(2_000);
        var rollout = rollouts.start(byMessage(List.of(25.0, 50.0, 100.0), new Rollout.Limit(1, 1, true)), "ops");
        var quarter = ids.stream().filter(id -> mode(id) == TlsValidation.Enabled).toList();
        assertTrue(quarter.size() > 400 && quarter.size() < 600, quarter.size() + " of 2,000 by a fixed hash");
        connectors = new Connectors(database, time);
        rollouts = new Rollouts(database, connectors, traffic, log, time);
        assertEquals(quarter, ids.stream().filter(id -> mode(id) == TlsValidation.Enabled).toList());
        assertEquals(ShareOf.Message, rollouts.find(rollout.id()).orElseThrow().plan().manner().by());
        grown(rollout);
        var half = ids.stream().filter(id -> mode(id) == TlsValidation.Enabled).toList();
        assertTrue(half.containsAll(quarter) && half.size() > 900 && half.size() < 1_100, half.size() + "");
        grown(rollout);
        assertTrue(ids.stream().allMatch(id -> mode(id) == TlsValidation.Enabled));
    }

    private void grown(Rollout rollout) throws Exception {
        int stage = rollouts.find(rollout.id()).orElseThrow().progress().stage();
        for (int i = 0; i < 40; i++)
            database.write(rollouts.settled(delivery(i, PARTNER), attempt(false)));
        time.advance(Duration.ofHours(1));
        rollouts.tick();
        assertEquals(stage + 1, rollouts.find(rollout.id()).orElseThrow().progress().stage());
    }

    /// Mail of the old mode is no proof of the new one, and a domain is in both groups.
    @Test
    void onlyMessagesOfTheShareTellOfIt() throws Exception {
        var rollout = rollouts.start(byMessage(List.of(50.0, 100.0), new Rollout.Limit(1, 1_000, true)), "ops");
        int held = 0;
        for (int i = 0; i < 100; i++) {
            var mail = delivery(i, PARTNER);
            if (mode(mail.message().id()) == TlsValidation.Enabled) held++;
            database.write(rollouts.settled(mail, attempt(false)));
        }
        var counts = rollouts.find(rollout.id()).orElseThrow().counts();
        assertTrue(held > 20 && held < 80, held + " by a fixed hash");
        assertEquals(held, counts.messages());
        assertEquals(new Trials(1, 0), counts.held());
        assertEquals(new Trials(1, 0), counts.others());
        assertEquals(List.of(PARTNER), rollouts.stage(rollout).in(RolloutStage.State.Proven));
    }

    @Test
    void aFailingShareOfMessagesGoesBack() throws Exception {
        var rollout = rollouts.start(byMessage(List.of(50.0, 100.0), new Rollout.Limit(1, 2, true)), "ops");
        assertTrue(rollout.history().getLast().contains("share 50 % of messages"), rollout.history().toString());
        assertEquals(TlsValidation.Enabled, connector().modeFor(PARTNER), "some of its mail may be judged so");
        for (int i = 0; i < 40; i++) {
            var mail = delivery(i, PARTNER);
            database.write(rollouts.settled(mail, attempt(mode(mail.message().id()) == TlsValidation.Enabled)));
        }
        rollouts.tick();
        assertEquals(Rollout.Status.RolledBack, rollouts.find(rollout.id()).orElseThrow().progress().status());
        assertEquals(List.of("Default on disk", "Default"), traffic.released);
        for (QueueId id : ids(100))
            assertFalse(mode(id) == TlsValidation.Enabled);
    }
}
