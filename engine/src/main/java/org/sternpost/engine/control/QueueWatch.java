package org.sternpost.engine.control;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import org.sternpost.engine.control.view.WatchedQueueView;
import org.sternpost.engine.time.Time;

/// Looks at the queues again and again: hands out one look after another, and waits between two. Whoever reads it is
/// waited for too, so looks do not pile up.
final class QueueWatch extends Spliterators.AbstractSpliterator<WatchedQueueView> {

    private final QueueWatchQuery wanted;
    private final Look look;
    private final Time time;
    private final Deque<WatchedQueueView> ready = new ArrayDeque<>();
    private long looks;

    /// One look; never without a record.
    interface Look {
        List<WatchedQueueView> at(long number) throws ManagementException;
    }

    QueueWatch(QueueWatchQuery wanted, Look look, Time time) throws ManagementException {
        super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
        this.wanted = wanted;
        this.look = look;
        this.time = time;
        ready.addAll(look.at(++looks)); // what is wrong with it is an answer, and no end in the middle of one
    }

    @Override
    public boolean tryAdvance(Consumer<? super WatchedQueueView> to) {
        try {
            if (ready.isEmpty()) {
                if (wanted.count() == looks) return false;
                time.sleep(wanted.interval());
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
