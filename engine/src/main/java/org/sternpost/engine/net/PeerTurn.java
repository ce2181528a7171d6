package org.sternpost.engine.net;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.sternpost.engine.time.Time;

/// Whose turn it is in a dialogue. While it is the peer's, another thread may end the dialogue, and only then: what has
/// come is answered.
public final class PeerTurn {

    private enum State { Ours, Theirs, Ended }

    private final Time time;
    private final AtomicReference<State> state = new AtomicReference<>(State.Ours);
    private volatile Instant awaited = Instant.EPOCH; // later by what this process was stalled since its start

    public PeerTurn(Time time) { this.time = time; }

    /// The peer is to say something.
    ///
    /// @param since from when on it counts as silent, by the steady clock
    /// @throws IOException if the dialogue was ended
    public void theirs(Instant since) throws IOException {
        awaited = since.minus(time.stalled());
        pass(State.Ours, State.Theirs);
    }

    /// The peer has said something, or its time is over.
    ///
    /// @throws IOException if the dialogue was ended
    public void ours() throws IOException { pass(State.Theirs, State.Ours); }

    private void pass(State from, State to) throws IOException {
        if (!state.compareAndSet(from, to)) throw new IOException("the session was ended for another client");
    }

    /// How long it is the peer's turn, without what this process was stalled
    /// (docs/transport-security.md#own-stall); empty if it is not.
    public Optional<Duration> silence() {
        if (state.get() != State.Theirs) return Optional.empty();
        return Optional.of(Duration.between(awaited, time.steady().minus(time.stalled())));
    }

    /// Ends the dialogue if it is the peer's turn: nothing more of it is read.
    ///
    /// @return false if it is not
    public boolean end() { return state.compareAndSet(State.Theirs, State.Ended); }
}
