package org.sternpost.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.trust.Failure;

/// How soon the guard calls a breach, and how often for nothing, is what its page says.
class GuardTableTest {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final double[] LIMITS = {0.1, 0.5, 1, 2};
    private static final double[] RATES = {0, 0.1, 0.5, 1, 2, 5};
    private static final int[] MIN_MESSAGES = {200, 2_000};
    private static final int STAGES = 1_000;

    /// What a thousand stages of twice the minimum of messages came to.
    private record Called(int stages, int messages) {

        String cell() {
            return stages == 0
                    ? "never"
                    : String.format(Locale.ROOT, "%.1f %%, %d", 100.0 * stages / STAGES, messages);
        }
    }

    @Test
    void thePageHasWhatASimulationOfTheGuardShows() throws Exception {
        var rows = new ArrayList<String>();
        for (int minMessages : MIN_MESSAGES)
            for (double limit : LIMITS)
                rows.add(row(minMessages, limit));
        String page = Files.readString(Path.of(System.getProperty("sternpost.root", ".."), "docs/rollout.md"));
        String table = String.join("\n", rows);
        assertTrue(page.contains(table), "docs/rollout.md#guard should have these rows:\n" + table);
    }

    private static String row(int minMessages, double limit) throws IOException {
        var cells = new ArrayList<String>(List.of(String.valueOf(minMessages), limit + " %"));
        for (double rate : RATES)
            cells.add(called(minMessages, limit, rate).cell());
        return cells.stream().collect(Collectors.joining(" | ", "| ", " |"));
    }

    private static Called called(int minMessages, double limit, double rate) throws IOException {
        var plan = new Rollout.Plan(TlsValidation.Opportunistic, TlsValidation.Enabled, List.of(50.0, 100.0),
                Duration.ofHours(24), new Rollout.Limit(limit, minMessages, true));
        var random = new Random(1);
        var when = new ArrayList<Integer>();
        for (int stage = 0; stage < STAGES; stage++)
            breach(plan, rate / 100, random).ifPresent(when::add);
        Collections.sort(when);
        return new Called(when.size(), when.isEmpty() ? 0 : when.get(when.size() / 2));
    }

    /// After how many messages; only a failure can bring it about.
    private static Optional<Integer> breach(Rollout.Plan plan, double rate, Random random) throws IOException {
        int failures = 0;
        for (int messages = 1; messages <= 2 * plan.limit().minMessages(); messages++)
            if (random.nextDouble() < rate) {
                failures++;
                var counts = new Rollout.Counts(messages, failures, 0, Trials.NONE, Trials.NONE);
                var rollout = new Rollout("R-1", "banks", plan,
                        new Rollout.Progress(Rollout.Status.Running, 0, START, START, ""), counts, List.of());
                if (Guard.judge(rollout, START, NOTHING) instanceof Guard.Breach) return Optional.of(messages);
            }
        return Optional.empty();
    }

    /// What the sequential test adds is wrong no more often than is written down, whatever the count that is sure does.
    @Test
    void theEarlyCallIsWrongInOneOfAThousandStagesAtMost() {
        for (double limit : LIMITS) {
            var random = new Random(2);
            int wrong = 0;
            for (int stage = 0; stage < STAGES; stage++) {
                int failures = 0;
                boolean called = false;
                for (int messages = 1; messages <= 4_000 && !called; messages++)
                    if (random.nextDouble() < limit / 100)
                        called = new Trials(messages, ++failures).exceed(limit / 100, Guard.FALSE_ALARM);
                if (called) wrong++;
            }
            assertEquals(0, wrong, 2, "of 1,000 at " + limit + " %");
        }
    }

    private static final Guard.Facts NOTHING = new Guard.Facts() {
        @Override
        public Optional<Failure> ours() { return Optional.empty(); }

        @Override
        public boolean isUnderWay() { return false; }

        @Override
        public AwaitedDomains awaited() { return AwaitedDomains.NONE; }
    };
}
