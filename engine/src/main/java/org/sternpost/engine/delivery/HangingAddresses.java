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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.smtp.client.BrokenSessionException;
import org.sternpost.engine.time.Time;

/// Which addresses gave no answer, whoever called them and for whichever destination
/// (docs/transport-security.md#host-hangs).
///
/// A host that is down costs one call, not one for each message or domain that it serves: an address of which nothing
/// is known has one call at a time, and the others wait a moment for what that finds out. One that hung costs each
/// caller the minutes of RFC 5321 §4.5.3.2; one whose machine refuses connections costs less, and is looked at again
/// sooner. Either rests, and then has one call at a time until it answers. One that answers late has a few.
/// Whoever has one IPv6 network has as many addresses as they like, so those of one /64 that have not answered share a
/// few calls too; what rests is the single address, which its neighbours cannot help. Nothing here says that a host is
/// at fault: whoever is not called hears when it was tried, and what became of that.
final class HangingAddresses {

    private static final int ADDRESSES_MAX = 20_000; // those called longest ago are forgotten
    private static final int CALLS_AT_ONCE = 20; // to an IPv6 network that has not answered yet, or a slow address
    private static final int NETWORK_OCTETS = 8; // RFC 4291 §2.5.4: the rest is whatever the network's owner likes
    private static final Duration SLOW = Duration.ofMinutes(1); // what takes longer is no answer to rely on
    private static final List<Integer> RESTS = List.of(1, 3, 6, 12); // times one wait; the last one repeats
    private static final int REFUSED = 5; // part of one wait for which an address rests that refused a connection

    /// Whether an address may be called now.
    sealed interface Leave {

        /// It may, and [#ended] must be told how it went.
        record Granted() implements Leave {}

        /// It could not be talked to when it was last tried.
        ///
        /// @param again   when it may be called, or is being called for the others
        /// @param refused how its machine refused; empty where nothing came in time
        record Resting(Instant tried, Instant again, Optional<BrokenSessionException> refused) implements Leave {}

        /// It has not answered yet, and enough others wait for its first answer.
        record Busy() implements Leave {}
    }

    /// What a call says of the address.
    sealed interface End {

        /// There was an answer, whatever it was.
        record Answered() implements End {}

        /// Nothing came in time.
        record Late() implements End {}

        /// Its machine refused the connection, or the last router before it did.
        record Refused(BrokenSessionException how) implements End {}

        /// Nothing: our own trouble, or the time that the caller had, ended it.
        record Unknown() implements End {}
    }

    /// Addresses that share their calls.
    private static final class Network {
        private final Set<DestinationKey> waiting = new LinkedHashSet<>(); // until a call ends
        private int addresses;
        private int unanswered; // calls under way to those that have not answered
    }

    private static final class State {
        private final Object key;
        private final Network network;
        private int calls;
        private int hangs;
        private boolean slow; // it answers, but not soon
        private Optional<BrokenSessionException> refused = Optional.empty();
        private Instant called = Instant.MIN;
        private Instant tried = Instant.MIN;
        private Instant again = Instant.MIN;
        private Instant answered = Instant.MIN;

        State(Object key, Network network) {
            this.key = key;
            this.network = network;
        }

        boolean answers() { return !isDown() && answered.isAfter(Instant.MIN); }

        boolean isDown() { return hangs > 0 || refused.isPresent(); }

        boolean isBusy() {
            return !answers() && (calls >= (slow ? CALLS_AT_ONCE : 1) || network.unanswered >= CALLS_AT_ONCE);
        }

        /// All that a state is changes here, so that its network counts right.
        void change(Runnable change) {
            network.unanswered -= answers() ? 0 : calls;
            change.run();
            network.unanswered += answers() ? 0 : calls;
        }
    }

    private final Duration wait;
    private final Time time;
    private final Consumer<DestinationKey> turn;
    private final Map<Object, Network> networks = new HashMap<>();
    private final LinkedHashMap<InetSocketAddress, State> states = new LinkedHashMap<>(16, 0.75f, true);

    /// @param wait for one answer, by which rests are measured
    /// @param turn told who may ask again, of those that heard [Leave.Busy]
    HangingAddresses(Duration wait, Time time, Consumer<DestinationKey> turn) {
        this.wait = wait;
        this.time = time;
        this.turn = turn;
    }

    /// Asked before a call.
    ///
    /// @param who      wants to be told when its turn comes
    /// @param patience how long the first answer may take that others wait for too
    synchronized Leave begin(InetSocketAddress peer, DestinationKey who, Duration patience) {
        var leave = begin(peer, patience);
        if (leave instanceof Leave.Busy) state(peer).network.waiting.add(who);
        return leave;
    }

    private Leave begin(InetSocketAddress peer, Duration patience) {
        State state = state(peer);
        try {
            // Who waits longer than this already will not be answered sooner for one waiting more.
            while (!state.isDown() && state.isBusy() && time.steady().isBefore(state.called.plus(patience)))
                time.awaitUntil(this, time.shown(state.called.plus(patience)));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return new Leave.Busy();
        }
        Instant now = time.steady();
        if (state.isDown() && (now.isBefore(state.again) || state.calls > 0))
            return new Leave.Resting(time.shown(state.tried),
                    time.shown(now.isBefore(state.again) ? state.again : now), state.refused);
        if (state.isBusy()) return new Leave.Busy();
        if (state.calls == 0) state.called = now;
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
    void ended(InetSocketAddress peer, Instant began, End end) { known(peer, began, end).forEach(turn); }

    /// @return whose turn it is now: of all who wait where there is an answer to tell, else of as many as may call
    private synchronized List<DestinationKey> known(InetSocketAddress peer, Instant began, End end) {
        State state = state(peer);
        state.change(() -> {
            state.calls = Math.max(0, state.calls - 1);
            switch (end) {
                case End.Answered() -> answered(state, began);
                case End.Late() -> {
                    if (!rest(state, began, RESTS.get(Math.min(state.hangs, RESTS.size() - 1)) * REFUSED)) return;
                    state.hangs++;
                    state.refused = Optional.empty();
                }
                case End.Refused(var how) -> {
                    if (rest(state, began, 1)) state.refused = Optional.of(how);
                }
                case End.Unknown() -> {
                }
            }
        });
        notifyAll();
        var waiting = state.network.waiting;
        var next = waiting.stream().limit(state.answers() || state.isDown() ? waiting.size() : CALLS_AT_ONCE).toList();
        next.forEach(waiting::remove);
        return next;
    }

    private void answered(State state, Instant began) {
        state.refused = Optional.empty();
        state.slow = Duration.between(began, time.steady()).compareTo(SLOW) >= 0;
        if (state.slow) return;
        state.hangs = 0;
        state.answered = time.steady();
    }

    /// @param parts of one wait
    /// @return false if it says nothing new
    private boolean rest(State state, Instant began, int parts) {
        // Others had their answer meanwhile, so one lost packet makes no hanging host; calls made at once are one.
        if (!state.answered.isBefore(began) || !state.tried.isBefore(began)) return false;
        Instant now = time.steady();
        state.again = now.plus(wait.multipliedBy(parts).dividedBy(REFUSED));
        state.tried = now;
        return true;
    }

    /// An operator says that all may be called again.
    synchronized void forget() {
        for (var left = states.values().iterator(); left.hasNext();) {
            State state = left.next();
            state.change(() -> {
                state.hangs = 0;
                state.refused = Optional.empty();
            });
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
