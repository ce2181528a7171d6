package org.sternpost.engine.control;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import org.sternpost.engine.time.Time;

/// Looks at something again and again: hands out one look after another, and waits between two. Whoever reads it is
/// waited for too, so looks do not pile up.
final class RepeatedLook<V extends Record> extends Spliterators.AbstractSpliterator<V> {

    private final Duration interval;
    private final long count;
    private final Look<V> look;
    private final Time time;
    private final Deque<V> ready = new ArrayDeque<>();
    private long looks;

    /// One look; never without a record.
    interface Look<V extends Record> {
        List<V> at(long number) throws ManagementException;
    }

    /// @param interval between two looks
    /// @param count    of looks; 0 for no end
    RepeatedLook(Duration interval, long count, Look<V> look, Time time) throws ManagementException {
        super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
        this.interval = interval;
        this.count = count;
        this.look = look;
        this.time = time;
        ready.addAll(look.at(++looks)); // what is wrong with it is an answer, and no end in the middle of one
    }

    @Override
    public boolean tryAdvance(Consumer<? super V> to) {
        try {
            if (ready.isEmpty()) {
                if (count == looks) return false;
                time.sleep(interval);
                ready.addAll(look.at(++looks));
            }
        } catch (ManagementException broken) {
            throw broken.inStream();
        } catch (InterruptedException left) {
            Thread.currentThread().interrupt();
            return false;
        }
        to.accept(ready.remove());
        return true;
    }
}
