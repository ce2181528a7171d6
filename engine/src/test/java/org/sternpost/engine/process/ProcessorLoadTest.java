package org.sternpost.engine.process;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.time.SystemTime;

class ProcessorLoadTest {

    private final SimTime time = new SimTime();

    @ParameterizedTest
    @CsvSource({"0, true", "0.85, true", "0.86, false", "1, false", "-1, true", "NaN, true"})
    void whatIsLeftIsSpareUpToABound(double load, boolean spare) {
        assertEquals(spare, new ProcessorLoad(() -> load, time).hasSpare());
    }

    @Test
    void itIsLookedAtTwentyTimesASecondAtMost() {
        var looks = new AtomicInteger();
        var load = new ProcessorLoad(() -> looks.incrementAndGet() % 2, time);
        for (int i = 0; i < 100; i++)
            assertEquals(false, load.hasSpare());
        time.advance(Duration.ofMillis(49));
        assertEquals(false, load.hasSpare());
        time.advance(Duration.ofMillis(1));
        assertEquals(true, load.hasSpare());
        assertEquals(2, looks.get());
    }

    @Test
    void thisMachineIsLookedAt() { assertDoesNotThrow(ProcessorLoad.ofMachine(new SystemTime())::hasSpare); }
}
