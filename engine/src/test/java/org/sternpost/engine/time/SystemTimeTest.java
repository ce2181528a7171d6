package org.sternpost.engine.time;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// The machine's clock, as far as a test can tell without setting it.
class SystemTimeTest {

    private final SystemTime time = new SystemTime();

    @Test
    void anAlarmComesWhenItsSpanIsOver() throws Exception {
        Instant began = time.steady();
        var rung = new CountDownLatch(1);
        time.alarm(began.plusMillis(20), rung::countDown);
        assertTrue(rung.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        assertFalse(time.steady().isBefore(began.plusMillis(20)));
    }

    @Test
    void anAlarmThatIsCalledOffDoesNotCome() throws Exception {
        var wrong = new AtomicBoolean();
        var later = new CountDownLatch(1);
        Instant began = time.steady();
        time.alarm(began.plusMillis(200), () -> wrong.set(true)).cancel();
        time.alarm(began.plusMillis(220), later::countDown);
        assertTrue(later.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        assertFalse(wrong.get());
    }

    /// Whoever asks for no deadline says so by one that is further than any machine lives.
    @Test
    void anAlarmForTheEndOfAllTimeIsNone() { time.alarm(Instant.MAX, () -> {}).cancel(); }
}
