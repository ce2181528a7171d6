package org.sternpost.engine.time;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Alarms, of which nearly all are cancelled minutes before they are due: each read and write of a connection sets one.
///
/// So one that is far waits beside those of the same few seconds, in no order: to set and to cancel it takes no lock
/// and wakes nobody. As long as any is far, the thread that rings looks now and then for those that have come near,
/// and only these are put in order.
final class Alarms {

    private static final Duration IDLE = Duration.ofSeconds(10); // then the thread ends until it is needed

    private final LongSupplier nanos;
    private final long span;
    private final ScheduledThreadPoolExecutor near = near();
    private final Map<Long, Spell> far = new ConcurrentHashMap<>(); // by the number of the span they are due in
    private final AtomicBoolean looking = new AtomicBoolean();

    /// @param nanos the steady clock
    /// @param span  alarms due within so long of each other wait together, and what is due sooner is near
    Alarms(LongSupplier nanos, Duration span) {
        this.nanos = nanos;
        this.span = span.toNanos();
    }

    /// @param due by the steady clock
    Time.Alarm set(long due, Runnable then) {
        var alarm = new Ring(due, then);
        long number = due / span;
        if (number <= nextSpan()) alarm.comeNear();
        else {
            alarm.stayIn(far.computeIfAbsent(number, _ -> new Spell()));
            if (!looking.get()) look();
        }
        return alarm;
    }

    /// Alarms that are far and were not cancelled.
    int waiting() { return far.values().stream().mapToInt(spell -> spell.alarms.size()).sum(); }

    private long nextSpan() { return nanos.getAsLong() / span + 1; }

    private void look() {
        if (looking.compareAndSet(false, true)) near.schedule(this::takeOver, span / 2, TimeUnit.NANOSECONDS);
    }

    private void takeOver() {
        long next = nextSpan();
        far.forEach((number, spell) -> {
            if (number > next && !spell.alarms.isEmpty()) return;
            far.remove(number);
            spell.end();
        });
        looking.set(false);
        if (!far.isEmpty()) look();
    }

    private static ScheduledThreadPoolExecutor near() {
        var near = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("alarms").factory());
        near.setRemoveOnCancelPolicy(true);
        near.setKeepAliveTime(IDLE.toMillis(), TimeUnit.MILLISECONDS);
        near.allowCoreThreadTimeOut(true);
        return near;
    }

    /// Alarms that are due within the same span.
    private static final class Spell {

        private final Set<Ring> alarms = ConcurrentHashMap.newKeySet();
        private volatile boolean ended;

        /// Whoever comes later sees that it has ended, and whoever came before is seen here.
        private void end() {
            ended = true;
            alarms.forEach(this::release);
        }

        private void release(Ring alarm) { if (alarms.remove(alarm)) alarm.comeNear(); }
    }

    private final class Ring implements Time.Alarm, Runnable {

        private final long due;
        private final Runnable then;
        private volatile boolean cancelled;
        private volatile @Nullable Spell spell;
        private volatile @Nullable Future<?> order;

        private Ring(long due, Runnable then) {
            this.due = due;
            this.then = then;
        }

        private void stayIn(Spell among) {
            spell = among;
            among.alarms.add(this);
            if (among.ended) among.release(this);
        }

        private void comeNear() {
            if (!cancelled) order = near.schedule(this, due - nanos.getAsLong(), TimeUnit.NANOSECONDS);
        }

        @Override
        public void run() { if (!cancelled) then.run(); }

        @Override
        public void cancel() {
            cancelled = true;
            if (spell instanceof Spell among && among.alarms.remove(this)) return;
            if (order instanceof Future<?> set) set.cancel(false);
        }

        /// Hardly any two are due at the same nanosecond.
        @Override
        public int hashCode() { return Long.hashCode(due); }

        @Override
        public boolean equals(Object other) { return this == other; }
    }
}
