package org.sternpost.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.connector.Changed;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.TlsOverride;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.delivery.AttemptResult;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Reason;

/// A rollout has finished once all that had mail are proven, and says of whom nothing is known.
class RolloutEndTest extends RolloutBench {

    private static final Domain GOOD = Domain.of("good.example");
    private static final Domain ODD = Domain.of("odd.example");
    private static final Domain QUIET = Domain.of("quiet.example");
    private static final String WAY_OUT = "; an exception takes a domain out";
    private static final String FAILED = "the latest mail to odd.example failed validation (New-PartnerNotice writes "
            + "to who can mend it)" + WAY_OUT;
    private static final String TOLD_NOTHING = "mail to odd.example has told nothing, for it was put off or refused "
            + "for other reasons (Get-MessageTrace)" + WAY_OUT;
    private static final AttemptResult PUT_OFF = attempt(new Outcome.Deferred("4.2.0", "later", "h", Optional.empty()));
    private static final AttemptResult OURS = attempt(new Outcome.Deferred("4.4.3", "no DNS", "", Optional.of(
            new Failure(Reason.LOCAL_DNS, "no server answers", "restore it"))));

    /// Within the limit, so that it is no breach; the very message that was held back may be the one that passes.
    @Test
    void aDomainThatFailsHoldsTheEndUntilItsMailPasses() throws Exception {
        served(GOOD, ODD, QUIET);
        var rollout = rollouts.start(whole(), "ops");
        mail(1, GOOD, attempt(false));
        mail(2, GOOD, attempt(false));
        var held = delivery(3, ODD);
        database.write(rollouts.settled(held, attempt(true)));
        time.advance(Duration.ofDays(40));
        assertWaits(rollout, FAILED);
        mail(4, ODD, PUT_OFF);
        assertWaits(rollout, FAILED);
        assertEquals(List.of(ODD), rollouts.stage(rollout).in(RolloutStage.State.Failing));
        database.write(rollouts.settled(held, attempt(false)));
        assertEquals(List.of(GOOD, ODD), rollouts.stage(rollout).in(RolloutStage.State.Proven));
        assertFinished(rollout, "every share held: 2 domains proven; no mail to quiet.example");
    }

    /// What once passed is no more so after it failed.
    @Test
    void theLatestMailTells() throws Exception {
        served(GOOD, ODD);
        var rollout = rollouts.start(whole(), "ops");
        mail(1, GOOD, attempt(false));
        mail(2, ODD, attempt(false));
        mail(3, ODD, attempt(true));
        time.advance(Duration.ofHours(1));
        assertWaits(rollout, FAILED);
    }

    @Test
    void anExceptionTakesADomainThatFailsOutAndTheEndSaysSo() throws Exception {
        served(GOOD, ODD);
        var rollout = rollouts.start(whole(), "ops");
        mail(1, GOOD, attempt(false));
        mail(2, ODD, attempt(true));
        time.advance(Duration.ofHours(1));
        assertWaits(rollout, FAILED);
        except(ODD);
        assertFinished(rollout,
                "every share held: 1 domain proven; failing, and left out by an exception or another route: "
                        + "odd.example");
    }

    /// A host that is down is one to hear of; a domain that never took mail, a mistyped one say, is none.
    @Test
    void aDomainWhoseMailToldNothingIsWaitedForWhereItTookMailBefore() throws Exception {
        served(GOOD, ODD);
        var rollout = rollouts.start(whole(), "ops");
        mail(1, GOOD, attempt(false));
        mail(2, ODD, OURS);
        mail(3, ODD, PUT_OFF);
        mail(4, Domain.of("mistyped.example"), attempt(new Outcome.Failed("5.1.2", "no such domain", "",
                Optional.empty())));
        mail(5, GOOD, attempt(false));
        time.advance(Duration.ofHours(1));
        assertWaits(rollout, TOLD_NOTHING);
        mail(6, ODD, attempt(false));
        assertFinished(rollout, "every share held: 2 domains proven; unproven: mistyped.example");
    }

    /// Also of one that is in the share since the first stage.
    @Test
    void whatWasToldInAnEarlierStageHolds() throws Exception {
        served(GOOD, ODD);
        var rollout = rollouts.start(draft("Default", List.of(99.9, 100.0), Duration.ofHours(1),
                new Rollout.Limit(60, 1, true)), "ops");
        mail(1, GOOD, attempt(false));
        mail(2, ODD, attempt(true));
        time.advance(Duration.ofHours(1));
        rollouts.tick();
        assertEquals(1, rollouts.find(rollout.id()).orElseThrow().progress().stage());
        mail(3, GOOD, attempt(false));
        mail(4, GOOD, PUT_OFF);
        time.advance(Duration.ofHours(1));
        assertWaits(rollout, FAILED);
        mail(5, ODD, PUT_OFF);
        assertWaits(rollout, FAILED);
        mail(6, ODD, attempt(false));
        assertFinished(rollout, "every share held: 2 domains proven");
    }

    @Test
    void whatWaitsHasNoTimeForItsEndBeforeTheShareHasStoodEither() throws Exception {
        served(GOOD, ODD);
        var rollout = rollouts.start(whole(), "ops");
        mail(1, GOOD, attempt(false));
        mail(2, ODD, attempt(true));
        var outlook = rollouts.outlook(rollouts.find(rollout.id()).orElseThrow());
        assertEquals(new RolloutOutlook(Optional.empty(), FAILED + "; the share must stand until "
                + time.instant().plus(Duration.ofHours(1))), outlook);
        mail(2, ODD, attempt(false));
        assertEquals(Optional.of(time.instant().plus(Duration.ofHours(1))),
                rollouts.outlook(rollouts.find(rollout.id()).orElseThrow()).nextStep());
    }

    /// The order of what mail told is not in the tables of before: its worst counts until there is more.
    @Test
    void aRolloutOfAnOlderVersionKnowsWhatItsMailTold() throws Exception {
        served(GOOD, ODD);
        var rollout = rollouts.start(whole(), "ops");
        mail(1, GOOD, attempt(false));
        mail(2, ODD, attempt(true));
        database.write(connection -> {
            try (var drop = connection.createStatement()) {
                return drop.executeUpdate("DROP TABLE rollout_told");
            }
        });
        database.close();
        for (int start = 0; start < 2; start++) {
            database = SqliteDatabase.open(directory,
                    Stream.of(Connectors.SCHEMA, Rollouts.SCHEMA).flatMap(List::stream).toList());
            connectors = new Connectors(database, time);
            rollouts = new Rollouts(database, connectors, traffic, log, time);
            if (start == 0) mail(3, ODD, PUT_OFF);
            time.advance(Duration.ofHours(1));
            assertWaits(rollout, FAILED);
            if (start == 0) database.close();
        }
        mail(4, ODD, attempt(false));
        assertFinished(rollout, "every share held: 2 domains proven");
    }

    private void served(Domain... domains) { traffic.served.addAll(List.of(domains)); }

    private Rollout whole() {
        return draft("Default", List.of(100.0), Duration.ofHours(1), new Rollout.Limit(60, 1, true));
    }

    private void mail(int number, Domain domain, AttemptResult attempt) throws IOException {
        database.write(rollouts.settled(delivery(number, domain), attempt));
    }

    private void except(Domain domain) throws Exception {
        Changed.except(connectors, TlsOverride.of("Default", domain, TlsValidation.Opportunistic, "r", "o", "admin",
                time.instant(), time.instant().plus(Duration.ofDays(1))));
    }

    private void assertWaits(Rollout rollout, String why) throws IOException {
        rollouts.tick();
        Rollout now = rollouts.find(rollout.id()).orElseThrow();
        assertEquals(Rollout.Status.Running, now.progress().status(), now.progress().why());
        assertEquals(new RolloutOutlook(Optional.empty(), why), rollouts.outlook(now));
    }

    private void assertFinished(Rollout rollout, String why) throws IOException {
        rollouts.tick();
        Rollout now = rollouts.find(rollout.id()).orElseThrow();
        assertEquals(why, now.progress().why());
        assertEquals(Rollout.Status.Finished, now.progress().status());
    }
}
