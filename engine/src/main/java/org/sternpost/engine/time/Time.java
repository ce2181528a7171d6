package org.sternpost.engine.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/// The only door to the clock, to waiting and to chance. Tests pass `SimTime`, which jumps instead of sleeping.
///
/// There are three clocks. [#instant] is the machine's, which somebody may set at any moment: it is for what others
/// read and for what outlives this process. [#steady] nobody sets: it is for how long something takes, so that no peer
/// is called slow, and none is borne for hours, because the other clock jumped. [#ages] is for what is forgotten, given
/// up or returned because it is old, none of which can be taken back.
public interface Time extends InstantSource {

    /// A clock that goes on evenly whatever becomes of the machine's. Its moments mean something to each other alone.
    Instant steady();

    /// What is old by it is old however somebody sets the machine's clock.
    AgeClock ages();

    /// How long in all this process was kept from running, as far as somebody watches: its machine had no processor for
    /// it, or it was stopped. Of two moments the difference is what counts; see [TimeLimit].
    default Duration stalled() { return Duration.ZERO; }

    /// Begins to watch for that.
    default AutoCloseable watchStalls() { return () -> {}; }

    /// What [#instant] shows when [#steady] comes to a moment, unless it is set before.
    default Instant shown(Instant moment) { return instant().plus(Duration.between(steady(), moment)); }

    /// Waits until `due`; returns at once if it has passed.
    void sleepUntil(Instant due) throws InterruptedException;

    /// Waits on `monitor`, whose lock the caller holds, until it is notified or `due` has come.
    ///
    /// May return early; the caller checks its condition again.
    void awaitUntil(Object monitor, Instant due) throws InterruptedException;

    /// Does something once [#steady] has come to `due`, unless it is cancelled before. As many may be set as there are
    /// connections, and again for each of their reads and writes: one costs no thread.
    ///
    /// @param then must not block, as the others wait for it
    Alarm alarm(Instant due, Runnable then);

    /// What was set to happen at a moment.
    interface Alarm {
        /// It happens no more, if it has not begun.
        void cancel();
    }

    /// Randomness fit for identities and jitter; safe for many threads.
    RandomGenerator random();

    /// Waits for a span.
    default void sleep(Duration span) throws InterruptedException { sleepUntil(instant().plus(span)); }
}
