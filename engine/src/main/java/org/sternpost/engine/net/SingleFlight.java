package org.sternpost.engine.net;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Work that many want at the same time, done by the first of them for all.
///
/// The others wait for what it comes to. If it comes to nothing, because the one who does it is stopped or its work
/// throws, that is its own affair: the next of them does the work himself.
///
/// @param <K> what is wanted
/// @param <V> what it comes to
public final class SingleFlight<K, V> {

    private final Map<K, Flight<V>> underWay = new HashMap<>();

    /// Does the work.
    @FunctionalInterface
    public interface Work<V, X extends Exception> {
        V result() throws X;
    }

    /// What the work came to.
    ///
    /// @param own false if somebody else did it
    public record Landed<V>(V value, boolean own) {}

    private static final class Flight<V> {
        private final CountDownLatch over = new CountDownLatch(1);
        private volatile @Nullable V value;
    }

    /// The result of the work, whoever does it.
    ///
    /// @param known    looked at once more by whoever does the work: another may have done it just before
    /// @param work     must make its result known before it returns
    /// @param patience how long to wait for somebody else's work
    /// @throws TimeoutException if another took longer
    public <X extends Exception> Landed<V> of(K key, Supplier<Optional<V>> known, Work<V, X> work, Duration patience)
            throws X, InterruptedException, TimeoutException {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            var own = new Flight<V>();
            Flight<V> first;
            synchronized (underWay) {
                first = underWay.putIfAbsent(key, own);
            }
            if (first == null) return flown(key, own, known, work);
            if (!first.over.await(end - System.nanoTime(), TimeUnit.NANOSECONDS))
                throw new TimeoutException("somebody else's work took longer than " + patience);
            V value = first.value;
            if (value != null) return new Landed<>(value, false);
        }
    }

    private <X extends Exception> Landed<V> flown(K key, Flight<V> own, Supplier<Optional<V>> known, Work<V, X> work)
            throws X {
        try {
            Optional<V> before = known.get();
            V value = before.isPresent() ? before.get() : work.result();
            // Whoever was stopped meanwhile may have got no more than that for an answer.
            if (!Thread.currentThread().isInterrupted()) own.value = value;
            return new Landed<>(value, before.isEmpty());
        } finally {
            synchronized (underWay) {
                underWay.remove(key);
            }
            own.over.countDown();
        }
    }
}
