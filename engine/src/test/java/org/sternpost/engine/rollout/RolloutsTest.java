package org.sternpost.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.connector.Changed;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.TlsOverride;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.delivery.AttemptResult;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Reason;

class RolloutsTest extends RolloutBench {

    @Test
    void goodShareGrowsUntilTheNewModeIsTheConnectorsOwn() throws Exception {
        var rollout = rollouts.start(draft(2), "ops");
        assertEquals(TlsValidation.Opportunistic, connector().tls().tlsValidation());
        for (int stage = 0; stage < 2; stage++) {
            mail(20, false);
            time.advance(Duration.ofHours(1));
            rollouts.tick();
        }
        assertEquals(Rollout.Status.Finished, rollouts.find(rollout.id()).orElseThrow().progress().status());
        assertEquals(TlsValidation.Enabled, connector().tls().tlsValidation());
        assertNull(connector().rollout());
        assertEquals(List.of(), traffic.released);
    }

    @Test
    void breachUndoesTheShareAtOnceAndFreesWaitingMail() throws Exception {
        var rollout = rollouts.start(draft(2), "ops");
        mail(20, true);
        rollouts.tick();
        var ended = rollouts.find(rollout.id()).orElseThrow();
        assertEquals(Rollout.Status.RolledBack, ended.progress().status());
        assertTrue(ended.progress().why().contains("failed validation"), ended.progress().why());
        assertNull(connector().rollout());
        assertEquals(TlsValidation.Opportunistic, connector().tls().tlsValidation());
        assertEquals(List.of("Default on disk", "Default"), traffic.released);
    }

    @Test
    void holdWithoutEnoughMailProvesNothing() throws Exception {
        var rollout = rollouts.start(draft(1_000), "ops");
        mail(20, false);
        time.advance(Duration.ofDays(9));
        rollouts.tick();
        assertEquals(0, rollouts.find(rollout.id()).orElseThrow().progress().stage());
    }

    @Test
    void retriedMessageCountsOnce() throws Exception {
        var rollout = rollouts.start(draft(2), "ops");
        Domain domain = covered();
        var delivery = delivery(1, domain);
        for (int i = 0; i < 5; i++)
            database.write(rollouts.settled(delivery, attempt(true)));
        assertEquals(1, rollouts.find(rollout.id()).orElseThrow().counts().messages());
    }

    @Test
    void mailToAnExceptedDomainProvesNothingForTheShare() throws Exception {
        var rollout = rollouts.start(draft(2), "ops");
        Domain domain = covered();
        Changed.except(connectors, TlsOverride.of("Default", domain, TlsValidation.Enabled, "r", "o",
                "admin", time.instant(), time.instant().plusSeconds(60)));
        database.write(rollouts.settled(delivery(1, domain, connectors.choice(domain, 0).connector()),
                attempt(true)));
        assertEquals(0, rollouts.find(rollout.id()).orElseThrow().counts().messages());
        time.advance(Duration.ofSeconds(60));
        database.write(rollouts.settled(delivery(1, domain, connectors.choice(domain, 0).connector()),
                attempt(true)));
        assertEquals(1, rollouts.find(rollout.id()).orElseThrow().counts().messages());
    }

    /// One that is not due to validation: the mode may have its hand in it all the same.
    @Test
    void theFirstMessageToADomainTellsWhetherItIsPutOff() throws Exception {
        var rollout = rollouts.start(draft(2), "ops");
        var greylisted = new Outcome.Deferred("4.2.0", "later", "h", Optional.empty());
        for (int i = 0; i < 20; i++)
            for (int message = 0; message < 3; message++)
                database.write(rollouts.settled(delivery(100 * i + message, Domain.of("d" + i + ".example")),
                        message == 0 && i % 2 == 0 || message == 1 ? attempt(greylisted) : attempt(false)));
        var counts = rollouts.find(rollout.id()).orElseThrow().counts();
        assertEquals(20, counts.held().count() + counts.others().count());
        assertEquals(10, counts.held().hits() + counts.others().hits());
        assertTrue(counts.held().count() > 2 && counts.others().count() > 2, counts.toString());
    }

    /// A second try tells of the first one's end, trouble of our own of us, and a refusal of the receiver.
    @Test
    void laterTriesOurOwnTroubleAndRefusalsAreNoDelay() throws Exception {
        var rollout = rollouts.start(draft(2), "ops");
        Domain domain = covered();
        var mail = delivery(1, domain);
        var first = mail.recipients().getFirst();
        var again = new QueuedRecipient(0, first.recipient(), first.route(), first.state(), 1, first.due());
        var ours = new Failure(Reason.LOCAL_DNS, "no server answers", "restore it");
        database.write(rollouts.settled(mail,
                attempt(new Outcome.Deferred("4.4.3", "no DNS", "", Optional.of(ours)))));
        assertEquals(Trials.NONE, rollouts.find(rollout.id()).orElseThrow().counts().held());
        database.write(rollouts.settled(mail.only(List.of(again)),
                attempt(new Outcome.Deferred("4.2.0", "later", "h", Optional.empty()))));
        assertEquals(Trials.NONE, rollouts.find(rollout.id()).orElseThrow().counts().held());
        database.write(rollouts.settled(mail, attempt(new Outcome.Failed("5.1.1", "no such user", "h",
                Optional.empty()))));
        assertEquals(new Trials(1, 0), rollouts.find(rollout.id()).orElseThrow().counts().held());
    }

    @Test
    void aShareWhoseMailIsPutOffWhileTheOthersIsNotGoesBack() throws Exception {
        var rollout = rollouts.start(draft(2), "ops");
        var greylisted = new Outcome.Deferred("4.2.0", "later", "h", Optional.empty());
        for (int i = 0; i < 60; i++) {
            Domain domain = Domain.of("d" + i + ".example");
            boolean held = connector().modeFor(domain) == TlsValidation.Enabled;
            database.write(rollouts.settled(delivery(i, domain), held ? attempt(greylisted) : attempt(false)));
        }
        rollouts.tick();
        var ended = rollouts.find(rollout.id()).orElseThrow();
        assertEquals(Rollout.Status.RolledBack, ended.progress().status());
        assertTrue(ended.progress().why().contains("was put off, and to 0 of "), ended.progress().why());
    }

    /// What was so at another time, when a network was sound or a night quiet, is no measure.
    @Test
    void eachStageCountsItsOwnDomains() throws Exception {
        var rollout = rollouts.start(draft(2), "ops");
        mail(20, false);
        assertTrue(rollouts.find(rollout.id()).orElseThrow().counts().others().count() > 2);
        time.advance(Duration.ofHours(1));
        rollouts.tick();
        var second = rollouts.find(rollout.id()).orElseThrow();
        assertEquals(List.of(1, Trials.NONE, Trials.NONE), List.of(second.progress().stage(), second.counts().held(),
                second.counts().others()));
        var silent = new Outcome.Deferred("4.4.1", "no answer", "h", Optional.empty());
        for (int i = 0; i < 40; i++) // as where our provider drops port 25
            database.write(rollouts.settled(delivery(1_000 + i, Domain.of("d" + i + ".example")), attempt(silent)));
        rollouts.tick();
        var now = rollouts.find(rollout.id()).orElseThrow();
        assertEquals(List.of(new Trials(40, 40), Rollout.Status.Running), List.of(now.counts().held(),
                now.progress().status()));
    }

    /// RFC 8689 §4.1: what one sender asked for is no verdict on the share's mode.
    @Test
    void mailWhoseSenderDecidesAboutTlsProvesNothingForTheShare() throws Exception {
        var rollout = rollouts.start(draft(2), "ops");
        ClaimedDelivery mail = delivery(1, covered());
        var failure = new Failure(Reason.REQUIRETLS_SUPPORT, "no REQUIRETLS", "enable it");
        var unmet = new Outcome.Deferred("4.7.30", "no REQUIRETLS", "h", Optional.of(failure));
        database.write(rollouts.settled(asking(mail, RequireTlsTag.Required),
                new AttemptResult(Map.of(0, unmet), List.of(), List.of())));
        database.write(rollouts.settled(asking(mail, RequireTlsTag.NotRequired), attempt(false)));
        assertEquals(0, rollouts.find(rollout.id()).orElseThrow().counts().messages());
        database.write(rollouts.settled(asking(mail, RequireTlsTag.Required), attempt(true)));
        assertEquals(1, rollouts.find(rollout.id()).orElseThrow().counts().messages());
    }

    @Test
    void rolloutGoesOnAfterARestart() throws Exception {
        var rollout = rollouts.start(draft(2), "ops");
        connectors = new Connectors(database, time);
        rollouts = new Rollouts(database, connectors, traffic, log, time);
        mail(20, false);
        time.advance(Duration.ofHours(1));
        rollouts.tick();
        assertEquals(1, rollouts.find(rollout.id()).orElseThrow().progress().stage());
    }

    /// It was told of a rollout whose share held no domain and of one whose faulty domain had no mail.
    @Test
    void theEndSaysWhatWasProvenAndWhatHadNoMail() throws Exception {
        traffic.served.addAll(List.of(Domain.of("a.example"), Domain.of("b.example"), Domain.of("c.example")));
        var rollout = rollouts.start(draft(1), "ops");
        assertEquals(2, rollouts.stage(rollout).in(RolloutStage.State.Quiet).size(), "half of three");
        advance(rollout, rollouts.stage(rollout).in(RolloutStage.State.Quiet).getFirst());
        assertEquals(1, rollouts.find(rollout.id()).orElseThrow().progress().stage());
        advance(rollout, Domain.of("a.example"));
        var ended = rollouts.find(rollout.id()).orElseThrow();
        assertEquals(Rollout.Status.Finished, ended.progress().status());
        assertTrue(ended.progress().why().matches("every share held: [12] domains? proven; no mail to .*\\.example"),
                ended.progress().why());
        assertTrue(ended.history().getFirst().endsWith(".example"), ended.history().toString());
    }

    @Test
    void aDomainThatWouldHaveFailedIsWaitedForUntilItHasMailOrAnException() throws Exception {
        Domain faulty = Domain.of("faulty.example");
        traffic.served.addAll(List.of(Domain.of("a.example"), faulty));
        traffic.refused.add(faulty);
        var rollout = rollouts.start(draft("Default", List.of(100.0), Duration.ZERO,
                new Rollout.Limit(1, 1, true)), "ops");
        advance(rollout, Domain.of("a.example"));
        var waiting = rollouts.find(rollout.id()).orElseThrow();
        assertEquals(Rollout.Status.Running, waiting.progress().status());
        assertTrue(rollouts.outlook(waiting).why().startsWith("no mail yet to faulty.example"),
                rollouts.outlook(waiting).why());
        Changed.except(connectors, TlsOverride.of("Default", faulty, TlsValidation.Opportunistic, "r",
                "o", "admin", time.instant(), time.instant().plusSeconds(60)));
        rollouts.tick();
        assertEquals("every share held: 1 domain proven", rollouts.find(rollout.id()).orElseThrow().progress().why());
    }

    @Test
    void anAttemptThatHadBegunIsWaitedForAndOneThatBeganLaterIsNot() throws Exception {
        var rollout = rollouts.start(draft(1), "ops");
        traffic.underWay = Optional.of(time.instant());
        advance(rollout, covered());
        assertEquals(0, rollouts.find(rollout.id()).orElseThrow().progress().stage());
        assertEquals("an attempt is under way",
                rollouts.outlook(rollouts.find(rollout.id()).orElseThrow()).why());
        traffic.underWay = Optional.of(time.instant().plusSeconds(1));
        time.advance(Duration.ofSeconds(1));
        rollouts.tick();
        assertEquals(1, rollouts.find(rollout.id()).orElseThrow().progress().stage());
    }

    @Test
    void whatAReceiverRefusesForReasonsOfItsOwnIsNeitherSuccessNorFailure() throws Exception {
        var rollout = rollouts.start(draft(1), "ops");
        database.write(rollouts.settled(delivery(1, covered()), attempt(
                new Outcome.Failed("5.1.1", "550 5.1.1 no such user", "h", Optional.empty()))));
        database.write(rollouts.settled(delivery(2, covered()), attempt(
                new Outcome.Deferred("4.2.0", "450 greylisted", "h", Optional.empty()))));
        var running = rollouts.find(rollout.id()).orElseThrow();
        assertEquals(0, running.counts().messages());
        assertEquals(List.of(covered()), rollouts.stage(running).in(RolloutStage.State.Unproven));
    }

    @Test
    void ourOwnTroubleIsUnknownAndNeverABreach() throws Exception {
        var rollout = rollouts.start(draft(1), "ops");
        var ours = new Failure(Reason.LOCAL_DNS, "no DNS server answers", "look at them");
        for (int i = 0; i < 50; i++)
            database.write(rollouts.settled(delivery(i, covered()),
                    attempt(new Outcome.Deferred("4.4.3", "no DNS server answers", "", Optional.of(ours)))));
        rollouts.tick();
        var running = rollouts.find(rollout.id()).orElseThrow();
        assertEquals(Rollout.Status.Running, running.progress().status());
        assertEquals(0, running.counts().messages());
        assertEquals(50, running.counts().unknown());
        database.write(rollouts.settled(delivery(1, covered()), attempt(false)));
        assertEquals(49, rollouts.find(rollout.id()).orElseThrow().counts().unknown(),
                "the same message passed in the end");
    }
}
