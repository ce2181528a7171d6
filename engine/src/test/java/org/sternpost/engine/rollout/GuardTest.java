package org.sternpost.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Reason;

class GuardTest {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");

    @ParameterizedTest
    @CsvSource(textBlock = """
            0, 199,   0, 24, Stay
            0, 200,   0, 23, Stay
            0, 200,   1, 24, Advance
            0, 200,   2,  0, Breach
            0, 400,   2, 24, Advance
            0, 400,   3, 24, Breach
            0,   1,   1,  0, Stay
            0,   2,   2,  0, Breach
            0, 117, 117,  0, Breach
            3, 200,   0, 24, Finish
            3, 200,   0, 23, Stay
            """)
    void shareAdvancesWhenItHeldAndBreachesOnceTheLimitCannotBeKept(int stage, long messages, long failures, long hours,
            String step) throws Exception {
        assertEquals(step, judged(stage, messages, failures, hours, false, List.of()).getClass().getSimpleName());
        // Our own trouble never advances a share, and hides no breach that was seen.
        var ours = Optional.of(new Failure(Reason.LOCAL_DNS, "no server answers", "restore it"));
        var rollout = counted(rollout(List.of(5.0, 25.0, 50.0, 100.0), stage), messages, failures, 0);
        assertEquals(step.equals("Breach") ? "Breach" : "Stay", Guard.judge(rollout,
                START.plus(Duration.ofHours(hours)), facts(ours, false, List.of())).getClass().getSimpleName());
    }

    /// Long before the count is sure: of 2,000 messages 10 may fail.
    @ParameterizedTest
    @CsvSource(textBlock = """
            10,   2, Stay
            10,   3, Breach
            100,  4, Stay
            100,  8, Breach
            1500, 10, Stay
            1500, 11, Breach
            """)
    void moreFailuresThanChanceBringsAreABreachAtOnce(long messages, long failures, String step) throws Exception {
        var counts = new Rollout.Counts(messages, failures, 0, Trials.NONE, Trials.NONE);
        assertEquals(step, Guard.judge(rollout(2_000, counts), START, facts(false, List.of())).getClass()
                .getSimpleName());
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            # share     old mode
            40, 0,      200, 0,   Stay
            40, 20,     200, 2,   Breach
            40, 20,     200, 90,  Stay
            40, 4,      200, 2,   Stay
            4, 4,       0, 0,     Stay
            4, 4,       4, 0,     Stay
            """)
    void aShareWhoseMailIsPutOffMoreThanTheOthersIsABreach(long held, long late, long others, long lateOthers,
            String step) throws Exception {
        var counts = new Rollout.Counts(10, 0, 0, new Trials(held, late), new Trials(others, lateOthers));
        assertEquals(step, Guard.judge(rollout(200, counts), START, facts(false, List.of())).getClass()
                .getSimpleName());
    }

    private static Rollout rollout(int minMessages, Rollout.Counts counts) {
        var plan = new Rollout.Plan(TlsValidation.Opportunistic, TlsValidation.Enabled, List.of(50.0, 100.0),
                Duration.ofHours(24), new Rollout.Limit(0.5, minMessages, true));
        return new Rollout("R-1", "banks", plan,
                new Rollout.Progress(Rollout.Status.Running, 0, START, START, ""), counts, List.of());
    }

    @Test
    void anAttemptUnderWayIsWaitedForBeforeTheShareGrowsOrTheRolloutEnds() throws Exception {
        assertEquals(new Guard.Stay("an attempt is under way"), judged(0, 200, 0, 24, true, List.of()));
        assertEquals(new Guard.Stay("an attempt is under way"), judged(3, 200, 0, 24, true, List.of()));
    }

    @Test
    void aRolloutDoesNotFinishBeforeADomainThatWouldHaveFailedHadMail() throws Exception {
        var faulty = List.of(Domain.of("faulty.example"));
        assertEquals(new Guard.Advance(1), judged(0, 200, 0, 24, false, faulty));
        assertEquals(new Guard.Stay("no mail yet to faulty.example, which would have failed when it was last seen; "
                + "an exception takes a domain out"), judged(3, 200, 0, 24, false, faulty));
    }

    @Test
    void ourOwnTroubleIsSaidAndIsNoBreach() throws Exception {
        var rollout = counted(rollout(List.of(100.0), 0), 12, 0, 88);
        assertEquals(
                new Guard.Stay("12 of 200 messages told of the share so far; trouble of our own (DNS, network) kept "
                        + "88 from telling"),
                Guard.judge(rollout, START, facts(false, List.of())));
    }

    private static Guard judged(int stage, long messages, long failures, long hours, boolean underWay,
            List<Domain> owed) throws Exception {
        var rollout = counted(rollout(List.of(5.0, 25.0, 50.0, 100.0), stage), messages, failures, 0);
        return Guard.judge(rollout, START.plus(Duration.ofHours(hours)), facts(underWay, owed));
    }

    private static Guard.Facts facts(boolean underWay, List<Domain> owed) {
        return facts(Optional.empty(), underWay, owed);
    }

    private static Guard.Facts facts(Optional<Failure> ours, boolean underWay, List<Domain> owed) {
        return new Guard.Facts() {
            @Override
            public Optional<Failure> ours() { return ours; }

            @Override
            public boolean isUnderWay() { return underWay; }

            @Override
            public AwaitedDomains awaited() { return new AwaitedDomains(List.of(), List.of(), owed); }
        };
    }

    @Test
    void sharesMustGrowToTheWhole() {
        assertThrows(IllegalArgumentException.class, () -> rollout(List.of(), 0));
        assertThrows(IllegalArgumentException.class, () -> rollout(List.of(50.0), 0));
        assertThrows(IllegalArgumentException.class, () -> rollout(List.of(50.0, 25.0, 100.0), 0));
        assertThrows(IllegalArgumentException.class, () -> rollout(List.of(0.0, 100.0), 0));
    }

    private static Rollout rollout(List<Double> shares, int stage) {
        var plan = new Rollout.Plan(TlsValidation.Opportunistic, TlsValidation.Enabled, shares, Duration.ofHours(24),
                new Rollout.Limit(0.5, 200, true));
        return new Rollout("R-1", "banks", plan,
                new Rollout.Progress(Rollout.Status.Running, stage, START, START, ""), Rollout.Counts.NONE, List.of());
    }

    private static Rollout counted(Rollout r, long messages, long failures, long unknown) {
        return new Rollout(r.id(), r.connector(), r.plan(), r.progress(),
                new Rollout.Counts(messages, failures, unknown, Trials.NONE, Trials.NONE), r.history());
    }
}
