package org.sternpost.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is said of a rate after however many looks is wrong no more often than was asked for.
class TrialsTest {

    private static final int RUNS = 1_000;

    /// Its mean under the rate itself is 1 after any number of trials: all that Ville's inequality asks for.
    @ParameterizedTest
    @ValueSource(doubles = {0.001, 0.005, 0.02, 0.3, 0.9})
    void theEvidenceAgainstATrueRateIsAMartingale(double rate) {
        for (int count : new int[]{1, 2, 7, 20}) {
            double mean = 0;
            double ways = 1; // count over hits
            for (int hits = 0; hits <= count; hits++) {
                mean += ways * Math.pow(rate, hits) * Math.pow(1 - rate, count - hits)
                        * Math.exp(new Trials(count, hits).evidenceAgainst(rate));
                ways = ways * (count - hits) / (hits + 1);
            }
            assertEquals(1, mean, 1e-9, count + " trials");
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.005, 0.05, 0.5})
    void whoLooksAfterEachTrialIsMisledNoMoreOftenThanHeAllowed(double rate) {
        double falseAlarm = 0.05;
        int above = 0;
        int below = 0;
        for (int run = 0; run < RUNS; run++) {
            var random = new Random(run);
            boolean exceeded = false;
            boolean missed = false;
            int hits = 0;
            for (int count = 1; count <= 500; count++) {
                boolean hit = random.nextDouble() < rate;
                if (hit) hits++;
                exceeded |= hit && new Trials(count, hits).exceed(rate, falseAlarm);
                missed |= count % 100 == 0 && new Trials(count, hits).most(falseAlarm) < rate;
            }
            if (exceeded) above++;
            if (missed) below++;
        }
        assertTrue(above <= falseAlarm * RUNS && below <= falseAlarm * RUNS, above + " and " + below + " of " + RUNS);
        assertTrue(above + below > 0, "a test that never errs says nothing");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            # count, hits, rate, seen
            3,     3,   0.01,  true
            2,     2,   0.05,  false
            20,    5,   0.01,  true
            20,    2,   0.01,  false
            1000,  10,  0.01,  false
            1000,  40,  0.01,  true
            1000,  5,   0.01,  false
            0,     0,   0.01,  false
            10,    1,   0,     true
            10,    0,   0,     false
            10,    10,  1,     false
            """)
    void aRateIsExceededOnceChanceIsNoExplanation(long count, long hits, double rate, boolean seen) {
        assertEquals(seen, new Trials(count, hits).exceed(rate, 0.001));
    }

    @Test
    void theMostIsNearTheRateOnceThereAreManyAndAllOfNone() {
        assertEquals(1, Trials.NONE.most(0.001));
        assertEquals(0.011, new Trials(100_000, 1_000).most(0.001), 0.002);
        assertTrue(new Trials(10, 0).most(0.001) > 0.5);
        assertTrue(new Trials(10_000, 0).most(0.001) < 0.002);
        assertEquals(1, new Trials(10, 10).most(0.001));
        assertFalse(new Trials(Long.MAX_VALUE, 0).exceed(0.5, 0.001), "no count overflows");
    }

    @Test
    void whatIsNoCountIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Trials(1, 2));
        assertThrows(IllegalArgumentException.class, () -> new Trials(1, -1));
    }
}
