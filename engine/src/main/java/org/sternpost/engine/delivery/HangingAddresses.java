package org.sternpost.engine.delivery;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import org.sternpost.engine.time.Time;

/// Which addresses gave no answer in time, whoever called them and for whichever destination
/// (docs/transport-security.md#host-hangs).
///
/// A host that hangs costs each caller the minutes of RFC 5321 §4.5.3.2, so a few find out and all others are spared:
/// an address that has not answered yet has few calls at once, one that hung rests, and then has one call at a time
/// until it answers. Nothing here says that a host is at fault: whoever is not called hears when it was tried.
final class HangingAddresses {

    private static final int ADDRESSES_MAX = 20_000; // those called longest ago are forgotten
    private static final int CALLS_AT_ONCE = 20; // to an address that has not answered yet
    private static final Duration SLOW = Duration.ofMinutes(1); // what takes longer is no answer to rely on
    private static final List<Integer> RESTS = List.of(1, 3, 6, 12); // times one wait; the last one repeats

    /// Whether an address may be called now.
    sealed interface Leave {

        /// It may, and [#ended] must be told how it went.
        record Granted() implements Leave {}

        /// It gave no answer when it was last tried.
        ///
        /// @param again when it may be called, or is being called for the others
        record Resting(Instant tried, Instant again) implements Leave {}

        /// It has not answered yet, and enough others wait for its first answer.
        record Busy() implements Leave {}
    }

    private static final class State {
        private int calls;
        private int hangs;
        private Instant tried = Instant.MIN;
        private Instant again = Instant.MIN;
        private Instant answered = Instant.MIN;

        boolean answers() { return hangs == 0 && answered.isAfter(Instant.MIN); }
    }

    private final Duration wait;
    private final Time time;
    private final LinkedHashMap<InetSocketAddress, State> states = new LinkedHashMap<>(16, 0.75f, true);

    /// @param wait for one answer, by which rests are measured
    HangingAddresses(Duration wait, Time time) {
        this.wait = wait;
        this.time = time;
    }

    /// Asked before a call.
    ///
    /// @param patience how long to wait for the first answer that others wait for
    synchronized Leave begin(InetSocketAddress peer, Duration patience) {
        State state = state(peer);
        Instant end = time.instant().plus(patience);
        try {
            while (state.hangs == 0 && !state.answers() && state.calls >= CALLS_AT_ONCE
                    && time.instant().isBefore(end))
                time.awaitUntil(this, end);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return new Leave.Busy();
        }
        Instant now = time.instant();
        if (state.hangs > 0 && (now.isBefore(state.again) || state.calls > 0))
            return new Leave.Resting(state.tried, now.isBefore(state.again) ? state.again : now);
        if (!state.answers() && state.calls >= CALLS_AT_ONCE) return new Leave.Busy();
        state.calls++;
        return new Leave.Granted();
    }

    /// The same for a call that goes on where another just ended.
    synchronized void resume(InetSocketAddress peer) { state(peer).calls++; }

    /// Told after each call.
    ///
    /// @param hung it gave no answer in time
    synchronized void ended(InetSocketAddress peer, Instant began, boolean hung) {
        State state = state(peer);
        state.calls = Math.max(0, state.calls - 1);
        Instant now = time.instant();
        if (hung) {
            // Others had their answer meanwhile, so one lost packet makes no hanging host; calls made at once are one.
            if (!state.answered.isBefore(began) || !state.tried.isBefore(began)) return;
            state.again = now.plus(wait.multipliedBy(RESTS.get(Math.min(state.hangs, RESTS.size() - 1))));
            state.hangs++;
            state.tried = now;
        } else if (Duration.between(began, now).compareTo(SLOW) < 0) {
            state.hangs = 0;
            state.answered = now;
        }
        notifyAll();
    }

    /// An operator says that all may be called again.
    synchronized void forget() {
        states.values().removeIf(state -> state.calls == 0);
        states.values().forEach(state -> state.hangs = 0);
        notifyAll();
    }

    private State state(InetSocketAddress peer) {
        State state = states.computeIfAbsent(peer, _ -> new State());
        var eldest = states.entrySet().iterator();
        while (states.size() > ADDRESSES_MAX && eldest.hasNext()) {
            var one = eldest.next();
            if (one.getValue().calls == 0 && one.getValue() != state) eldest.remove();
            else
                break;
        }
        return state;
    }
}
