package org.sternpost.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.connector.Changed;
import org.sternpost.engine.connector.TlsOverride;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Reason;

/// When the next step of a rollout is due, and what it waits for where no clock says so.
class RolloutOutlookTest extends RolloutBench {

    private static final Duration HOLD = Duration.ofHours(1);

    @Test
    void aTimeIsToldOnlyOnceNothingButTimeIsWaitedFor() throws Exception {
        var rollout = rollouts.start(draft(20), "ops");
        Instant held = time.instant().plus(HOLD);
        assertEquals(new RolloutOutlook(Optional.empty(), "0 of 20 messages told of the share so far"),
                outlook(rollout), "it waits for mail");
        mail(100, false);
        assertEquals(new RolloutOutlook(Optional.of(held), "the share must stand until " + held), outlook(rollout));
        traffic.underWay = Optional.of(time.instant());
        time.advance(HOLD);
        assertEquals(new RolloutOutlook(Optional.empty(), "an attempt is under way"), outlook(rollout));
        traffic.underWay = Optional.empty();
        assertEquals(new RolloutOutlook(Optional.of(time.instant()), ""), outlook(rollout), "with the next tick");
        rollouts.tick();
        assertEquals(1, rollouts.find(rollout.id()).orElseThrow().progress().stage());
    }

    @Test
    void ourOwnTroubleHasNoTime() throws Exception {
        var rollout = rollouts.start(draft(1), "ops");
        database.write(rollouts.settled(delivery(1, covered()), attempt(false)));
        var ours = new Failure(Reason.LOCAL_DNS, "no DNS server answers", "look at them");
        database.write(rollouts.settled(delivery(2, covered()),
                attempt(new Outcome.Deferred("4.4.3", "no DNS server answers", "", Optional.of(ours)))));
        assertEquals(Optional.empty(), outlook(rollout).nextStep());
        assertTrue(outlook(rollout).why().startsWith("waits for this gateway's own trouble to end"),
                outlook(rollout).why());
    }

    /// The last stage has an end: its time is that of the whole, unless a domain is owed that no clock brings mail to.
    @Test
    void atTheLastStageTheTimeIsThatOfTheEnd() throws Exception {
        Domain faulty = Domain.of("faulty.example");
        traffic.served.add(faulty);
        traffic.refused.add(faulty);
        var rollout = rollouts.start(draft("Default", List.of(100.0), HOLD, new Rollout.Limit(1, 1, true)), "ops");
        Instant held = time.instant().plus(HOLD);
        database.write(rollouts.settled(delivery(1, Domain.of("a.example")), attempt(false)));
        assertEquals(new RolloutOutlook(Optional.empty(), "no mail yet to faulty.example, which would have failed when "
                + "it was last seen; an exception takes a domain out; the share must stand until " + held),
                outlook(rollout));
        Changed.except(connectors, TlsOverride.of("Default", faulty, TlsValidation.Opportunistic, "r", "o", "admin",
                time.instant(), held.plus(HOLD)));
        assertEquals(Optional.of(held), outlook(rollout).nextStep());
        time.advance(HOLD);
        rollouts.tick();
        assertEquals(Rollout.Status.Finished, rollouts.find(rollout.id()).orElseThrow().progress().status());
        assertEquals(Optional.empty(), outlook(rollout).nextStep(), "it has ended");
    }

    /// Who watches looks every two seconds, and all mail of a month is millions of rows.
    @Test
    void atTheLastStageAllMailIsReadOnceHoweverOftenSomebodyLooks() throws Exception {
        Domain quiet = Domain.of("quiet.example");
        Domain heard = Domain.of("heard.example");
        traffic.served.addAll(List.of(quiet, heard));
        traffic.refused.addAll(List.of(quiet, heard));
        var rollout = rollouts.start(draft("Default", List.of(100.0), HOLD, new Rollout.Limit(1, 1, true)), "ops");
        database.write(rollouts.settled(delivery(1, Domain.of("a.example")), attempt(false)));
        assertTrue(outlook(rollout).why().startsWith("no mail yet to heard.example, quiet.example, "),
                outlook(rollout).why());
        database.write(rollouts.settled(delivery(2, heard), attempt(false)));
        for (int look = 0; look < 10; look++) {
            rollouts.tick();
            assertTrue(outlook(rollout).why().startsWith("no mail yet to quiet.example, "), outlook(rollout).why());
        }
        time.advance(HOLD);
        rollouts.tick();
        assertEquals(
                "no mail yet to quiet.example, which would have failed when it was last seen; an exception takes a "
                        + "domain out",
                outlook(rollout).why());
        assertEquals(1, traffic.refusedAsked);
    }

    /// One that was out by an exception when all mail was read is owed again once that has ended.
    @Test
    void aDomainIsOwedAgainWhenItsExceptionHasEnded() throws Exception {
        Domain faulty = Domain.of("faulty.example");
        traffic.served.add(faulty);
        traffic.refused.add(faulty);
        var rollout = rollouts.start(draft("Default", List.of(100.0), HOLD, new Rollout.Limit(1, 1, true)), "ops");
        database.write(rollouts.settled(delivery(1, Domain.of("a.example")), attempt(false)));
        rollouts.stage(rollout);
        Changed.except(connectors, TlsOverride.of("Default", faulty, TlsValidation.Opportunistic, "r", "o", "admin",
                time.instant(), time.instant().plus(HOLD.dividedBy(2))));
        assertEquals(Optional.of(time.instant().plus(HOLD)), outlook(rollout).nextStep());
        time.advance(HOLD);
        rollouts.tick();
        assertTrue(outlook(rollout).why().startsWith("no mail yet to faulty.example, "), outlook(rollout).why());
    }

    @Test
    void whatIsSuspendedHasNoNextStep() throws Exception {
        var rollout = rollouts.start(draft(1), "ops");
        mail(20, false);
        rollouts.suspend(rollout.id(), "change freeze", "ops");
        assertEquals(new RolloutOutlook(Optional.empty(), "change freeze"), outlook(rollout));
        assertEquals(TlsValidation.Enabled, connector().modeFor(covered()));
    }

    private RolloutOutlook outlook(Rollout rollout) throws Exception {
        return rollouts.outlook(rollouts.find(rollout.id()).orElseThrow());
    }
}
