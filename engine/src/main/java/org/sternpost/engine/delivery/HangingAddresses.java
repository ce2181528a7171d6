package org.sternpost.engine.delivery;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sternpost.engine.time.Time;

/// Which addresses gave no answer in time, whoever called them and for whichever destination
/// (docs/transport-security.md#host-hangs).
///
/// A host that hangs costs each caller the minutes of RFC 5321 §4.5.3.2, so a few find out and all others are spared:
/// an address that has not answered yet has few calls at once, one that hung rests, and then has one call at a time
/// until it answers. Whoever has one IPv6 network has as many addresses as they like, so those of one /64 that have
/// not answered share those few calls; what rests is the single address, which its neighbours cannot help. Nothing
/// here says that a host is at fault: whoever is not called hears when it was tried.
final class HangingAddresses {

    private static final int ADDRESSES_MAX = 20_000; // those called longest ago are forgotten
    private static final int CALLS_AT_ONCE = 20; // to an address, or an IPv6 network, that has not answered yet
    private static final int NETWORK_OCTETS = 8; // RFC 4291 §2.5.4: the rest is whatever the network's owner likes
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

    /// Addresses that share their calls.
    private static final class Network {
        private int addresses;
        private int unanswered; // calls under way to those that have not answered
    }

    private static final class State {
        private final Object key;
        private final Network network;
        private int calls;
        private int hangs;
        private Instant tried = Instant.MIN;
        private Instant again = Instant.MIN;
        private Instant answered = Instant.MIN;

        State(Object key, Network network) {
            this.key = key;
            this.network = network;
        }

        boolean answers() { return hangs == 0 && answered.isAfter(Instant.MIN); }

        boolean isBusy() { return !answers() && network.unanswered >= CALLS_AT_ONCE; }

        /// All that a state is changes here, so that its network counts right.
        void change(Runnable change) {
            network.unanswered -= answers() ? 0 : calls;
            change.run();
            network.unanswered += answers() ? 0 : calls;
        }
    }

    private final Duration wait;
    private final Time time;
    private final Map<Object, Network> networks = new HashMap<>();
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
        Instant end = time.steady().plus(patience);
        try {
            while (state.hangs == 0 && state.isBusy() && time.steady().isBefore(end))
                time.awaitUntil(this, time.shown(end));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return new Leave.Busy();
        }
        Instant now = time.steady();
        if (state.hangs > 0 && (now.isBefore(state.again) || state.calls > 0))
            return new Leave.Resting(time.shown(state.tried),
                    time.shown(now.isBefore(state.again) ? state.again : now));
        if (state.isBusy()) return new Leave.Busy();
        state.change(() -> state.calls++);
        return new Leave.Granted();
    }

    /// The same for a call that goes on where another just ended.
    synchronized void resume(InetSocketAddress peer) {
        State state = state(peer);
        state.change(() -> state.calls++);
    }

    /// Told after each call.
    ///
    /// @param began by the steady clock
    /// @param hung  it gave no answer in time
    synchronized void ended(InetSocketAddress peer, Instant began, boolean hung) {
        State state = state(peer);
        state.change(() -> {
            state.calls = Math.max(0, state.calls - 1);
            if (hung) rest(state, began);
            else if (Duration.between(began, time.steady()).compareTo(SLOW) < 0) {
                state.hangs = 0;
                state.answered = time.steady();
            }
        });
        notifyAll();
    }

    private void rest(State state, Instant began) {
        // Others had their answer meanwhile, so one lost packet makes no hanging host; calls made at once are one.
        if (!state.answered.isBefore(began) || !state.tried.isBefore(began)) return;
        Instant now = time.steady();
        state.again = now.plus(wait.multipliedBy(RESTS.get(Math.min(state.hangs, RESTS.size() - 1))));
        state.hangs++;
        state.tried = now;
    }

    /// An operator says that all may be called again.
    synchronized void forget() {
        for (var left = states.values().iterator(); left.hasNext();) {
            State state = left.next();
            state.change(() -> state.hangs = 0);
            if (state.calls > 0) continue;
            left.remove();
            leave(state);
        }
        notifyAll();
    }

    private State state(InetSocketAddress peer) {
        State state = states.computeIfAbsent(peer, this::join);
        var eldest = states.values().iterator();
        while (states.size() > ADDRESSES_MAX && eldest.hasNext()) {
            State one = eldest.next();
            if (one.calls > 0 || one == state) break;
            eldest.remove();
            leave(one);
        }
        return state;
    }

    private State join(InetSocketAddress peer) {
        Object key = network(peer);
        Network network = networks.computeIfAbsent(key, _ -> new Network());
        network.addresses++;
        return new State(key, network);
    }

    private void leave(State state) { if (--state.network.addresses == 0) networks.remove(state.key); }

    /// An IPv4 address is scarce enough to stand for itself.
    private static Object network(InetSocketAddress peer) {
        InetAddress address = peer.getAddress();
        return address instanceof Inet6Address
                ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), NETWORK_OCTETS))
                : peer;
    }
}
