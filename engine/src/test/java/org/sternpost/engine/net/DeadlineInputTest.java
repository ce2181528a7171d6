package org.sternpost.engine.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.net.ConnectionDeadline.DeadlineInput;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;

/// A clock that only the test turns: what is there is read at once, what comes too late is refused.
class DeadlineInputTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int RATE = 100; // octets that earn a second

    private final SimTime time = new SimTime();
    private Socket peer;
    private Socket ours;
    private DeadlineInput input;
    private PeerTurn turn;

    @BeforeEach
    void connect() throws IOException {
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            peer = new Socket(listener.getInetAddress(), listener.getLocalPort());
            ours = listener.accept();
        }
        turn = new PeerTurn(time);
        input = new DeadlineInput(ours, ours, time, "the peer finished nothing", turn, Duration.ZERO);
    }

    @AfterEach
    void close() throws IOException {
        peer.close();
        ours.close();
    }

    @Test
    void allReadsTogetherHaveOneDeadline() throws IOException {
        input.begin(PATIENCE);
        arrives(1);
        time.advance(Duration.ofSeconds(9));
        arrives(1);
        time.advance(Duration.ofSeconds(1));
        assertLate();
    }

    @Test
    void aNewSpanBeginsAnew() throws IOException {
        input.begin(PATIENCE);
        time.advance(Duration.ofSeconds(9));
        input.begin(PATIENCE);
        time.advance(Duration.ofSeconds(9));
        arrives(1);
    }

    /// A process that was stopped looks at what lies there before it says that nobody spoke.
    @Test
    void whatCameWhileWeDidNotRunIsRead() throws IOException {
        input.begin(PATIENCE);
        peer.getOutputStream().write('x');
        time.stall(PATIENCE.plusSeconds(5));
        assertEquals('x', input.read());
        time.advance(Duration.ofSeconds(5)); // twice its time: no more than that is given
        peer.getOutputStream().write('x');
        assertTrue(StalledException.isCause(assertThrows(SocketTimeoutException.class, () -> input.read())));
    }

    @Test
    void afterAStallItHasTheRestOfItsTime() throws IOException {
        input.begin(PATIENCE);
        time.stall(Duration.ofSeconds(9));
        time.advance(Duration.ofSeconds(9));
        arrives(1);
        time.advance(Duration.ofSeconds(1));
        assertLate();
    }

    @Test
    void aFlowThatWeDidNotReadWasNotSlow() throws IOException {
        input.beginFlow(PATIENCE, RATE, time.instant().plus(Duration.ofHours(1)));
        time.stall(Duration.ofMinutes(1));
        arrives(1);
    }

    @Test
    void whatFlowsEarnsTime() throws IOException {
        input.beginFlow(PATIENCE, RATE, time.instant().plus(Duration.ofHours(1)));
        for (int i = 0; i < 10; i++) {
            arrives(5 * RATE);
            time.advance(Duration.ofSeconds(5));
        }
        arrives(1);
    }

    @Test
    void whatDripsEarnsNone() throws IOException {
        input.beginFlow(PATIENCE, RATE, time.instant().plus(Duration.ofHours(1)));
        for (int i = 0; i < 10; i++) {
            arrives(1);
            time.advance(Duration.ofSeconds(1));
        }
        assertLate();
    }

    /// However much has flowed, it ends with the whole.
    @Test
    void aFlowEndsWithTheWhole() throws IOException {
        input.beginFlow(PATIENCE, RATE, time.instant().plus(Duration.ofSeconds(20)));
        arrives(100 * RATE);
        time.advance(Duration.ofSeconds(19));
        arrives(1);
        time.advance(Duration.ofSeconds(1));
        assertLate();
    }

    /// Somebody sets the machine's clock: no peer is late by that, and none has more time.
    @ParameterizedTest
    @ValueSource(longs = {86_400, -86_400})
    void aClockThatIsSetIsNoTimeThatPasses(long seconds) throws IOException {
        input.begin(PATIENCE);
        time.advance(Duration.ofSeconds(9));
        time.set(time.instant().plusSeconds(seconds));
        arrives(1);
        time.advance(Duration.ofSeconds(1));
        assertLate();
        input.beginFlow(PATIENCE, RATE, time.steady().plus(Duration.ofSeconds(20)));
        time.set(time.instant().plusSeconds(seconds));
        arrives(20 * RATE);
        time.advance(Duration.ofSeconds(20));
        assertLate();
    }

    /// The same for what ends a write or a handshake.
    @ParameterizedTest
    @ValueSource(longs = {86_400, -86_400})
    void aConnectionIsClosedWhenItsSpanIsOver(long seconds) throws Exception {
        var closed = new CompletableFuture<Instant>();
        try (var limit = ConnectionDeadline.over(() -> closed.complete(time.steady()), time,
                time.steady().plus(PATIENCE))) {
            time.set(time.instant().plusSeconds(seconds));
            time.advance(Duration.ofSeconds(9));
            assertFalse(limit.expired());
            time.advance(Duration.ofSeconds(1));
            assertEquals(time.steady(), closed.get(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
            assertTrue(limit.expired());
        }
    }

    /// Somebody else may end it while it waits, and what comes then is not read any more.
    @Test
    void whileThePeerIsSilentItCanBeEnded() throws Exception {
        input.beginFlow(PATIENCE, RATE, time.instant().plus(Duration.ofHours(1)));
        arrives(5 * RATE);
        time.advance(Duration.ofSeconds(8));
        assertFalse(turn.end(), "it is our turn");
        var read = CompletableFuture.supplyAsync(() -> {
            try {
                return String.valueOf(input.read());
            } catch (IOException ended) {
                return ended.getMessage();
            }
        }, task -> Thread.ofVirtual().start(task));
        for (long i = 0; i < Patience.AMPLE.toMillis() && turn.silence().isEmpty(); i++)
            Thread.onSpinWait();
        assertEquals(Optional.of(Duration.ofSeconds(3)), turn.silence(), "five of eight seconds were earned");
        time.stall(Duration.ofMinutes(1));
        assertEquals(Optional.of(Duration.ofSeconds(3)), turn.silence(), "we did not run meanwhile");
        assertTrue(turn.end());
        peer.getOutputStream().write('x');
        assertEquals("the session was ended for another client", read.get(Patience.AMPLE.toSeconds(),
                TimeUnit.SECONDS));
    }

    private void arrives(int octets) throws IOException {
        peer.getOutputStream().write(new byte[octets]);
        assertEquals(octets, input.readNBytes(octets).length);
    }

    private void assertLate() throws IOException {
        peer.getOutputStream().write('x');
        var late = assertThrows(SocketTimeoutException.class, () -> input.read());
        assertEquals("the peer finished nothing within 10 s", late.getMessage());
    }
}
