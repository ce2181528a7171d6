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
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Reason;

class GuardTest {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");

    @ParameterizedTest
    @CsvSource(textBlock = """
            0, 199, 199, 24, Stay
            0, 200,   0, 23, Stay
            0, 200,   1, 24, Advance
            0, 200,   2,  0, Breach
            0, 400,   2, 24, Advance
            3, 200,   0, 24, Finish
            3, 200,   0, 23, Stay
            """)
    void shareAdvancesWhenItHeldAndBreachesAboveTheLimit(int stage, long messages, long failures, long hours,
            String step) {
        var rollout = rollout(List.of(5.0, 25.0, 50.0, 100.0), stage).counted(messages, failures);
        assertEquals(step, judged(rollout, hours, Optional.empty()));
        // Our own trouble never advances a share, and hides no breach that was seen.
        var ours = Optional.of(new Failure(Reason.LOCAL_DNS, "no server answers", "restore it"));
        assertEquals(step.equals("Breach") ? "Breach" : "Wait", judged(rollout, hours, ours));
    }

    private static String judged(Rollout rollout, long hours, Optional<Failure> ours) {
        return Guard.judge(rollout, START.plus(Duration.ofHours(hours)), ours).getClass().getSimpleName();
    }

    @Test
    void sharesMustGrowToTheWhole() {
        assertThrows(IllegalArgumentException.class, () -> rollout(List.of(), 0));
        assertThrows(IllegalArgumentException.class, () -> rollout(List.of(50.0), 0));
        assertThrows(IllegalArgumentException.class, () -> rollout(List.of(50.0, 25.0, 100.0), 0));
        assertThrows(IllegalArgumentException.class, () -> rollout(List.of(0.0, 100.0), 0));
    }

    private static Rollout rollout(List<Double> shares, int stage) {
        return new Rollout("R-1", "banks", TlsValidation.Opportunistic, TlsValidation.Enabled, shares,
                Duration.ofHours(24), 0.5, 200, true, Rollout.Status.Running, stage, START, START, 0, 0, "", List.of());
    }
}
