package org.sternpost.engine.net;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;
import javax.net.ssl.SSLSocket;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.time.TimeLimit;

/// Closes a connection at a moment, unless ended before.
///
/// A peer that gives an octet now and then keeps every single read alive, and a blocked write or handshake knows no
/// whole; only closing the connection under them ends that. Whoever has ended it may go on with the connection, however
/// late the thread comes that would close it.
public final class ConnectionDeadline implements AutoCloseable {

    private final Closeable connection;
    private final Time time;
    private final TimeLimit limit;
    private Time.Alarm alarm;
    private boolean ended;
    private boolean expired;

    private ConnectionDeadline(Closeable connection, Time time, TimeLimit limit) {
        this.connection = connection;
        this.time = time;
        this.limit = limit;
        this.alarm = set();
    }

    /// Begins to watch.
    ///
    /// @param due by the steady clock, where this process runs all the while
    public static ConnectionDeadline over(Closeable connection, Time time, Instant due) {
        return over(connection, time, TimeLimit.until(time, due));
    }

    /// Begins to watch until a limit ends.
    public static ConnectionDeadline over(Closeable connection, Time time, TimeLimit limit) {
        return new ConnectionDeadline(connection, time, limit);
    }

    /// Connects within a limit.
    ///
    /// @throws StalledException if it is over because this process did not run
    public static void connect(Socket socket, InetSocketAddress peer, Time time, TimeLimit limit) throws IOException {
        var watch = over(socket, time, limit);
        try (watch) {
            socket.connect(peer, (int) Math.min(limit.longest().toMillis(), Integer.MAX_VALUE));
        } catch (SocketTimeoutException silent) {
            throw watch.late("no connection stood", limit.span());
        } catch (IOException broken) {
            throw watch.expired() ? watch.late("no connection stood", limit.span()) : broken;
        }
    }

    /// True if the moment came before the end.
    public synchronized boolean expired() { return expired; }

    /// What to say of a moment that came before the end: of the peer, unless this process was stalled too long.
    ///
    /// @param span as people know it
    public SocketTimeoutException late(String ofPeer, Duration span) { return late(limit, span, ofPeer); }

    private static SocketTimeoutException late(TimeLimit limit, Duration span, String ofPeer) {
        String why = ofPeer + " within " + ConnectionWords.span(span);
        return limit.isOurs() ? new StalledException(why) : new SocketTimeoutException(why);
    }

    /// Ends the watch.
    @Override
    public void close() {
        Time.Alarm last;
        synchronized (this) {
            ended = true;
            last = alarm;
        }
        last.cancel();
    }

    private Time.Alarm set() { return time.alarm(limit.due(), new Expiry()); }

    /// No lambda, of which thousands are made a second: before they are fully compiled the JDK makes one slowly.
    private final class Expiry implements Runnable {
        @Override
        public void run() { Thread.ofVirtual().name("deadline").start(ConnectionDeadline.this::expire); }
    }

    private synchronized void expire() {
        if (ended) return;
        if (!limit.isOver()) {
            alarm = set(); // what this process was stalled meanwhile is given back
            return;
        }
        expired = true;
        try {
            connection.close();
        } catch (IOException gone) {
            System.getLogger(ConnectionDeadline.class.getName()).log(System.Logger.Level.DEBUG, "close failed", gone);
        }
    }

    /// What a peer sends, each time up to a moment, however slowly it drips.
    public static final class DeadlineInput extends InputStream {

        private static final int NONE = -1;
        private static final Duration LOOK_MAX = Duration.ofMinutes(1); // however slowly a record drips
        private static final int LOOK_MILLIS = 1; // for the rest of a record of TLS that has begun to arrive

        private final Socket socket;
        private final Socket below;
        private final InputStream in;
        private final Time time;
        private final String unfinished;
        private TimeLimit limit;
        private int ahead = NONE; // an octet that a look for more had to take
        private int octetsPerSecond; // of a flow; 0 while what comes earns no time
        private Duration patience = Duration.ZERO;
        private Instant flowEnd = Instant.MAX;
        private Instant flowBegan = Instant.EPOCH;
        private Instant awaited;
        private Duration stalledBefore = Duration.ZERO;
        private long flowed;
        private final PeerTurn turn;
        private final Duration farewell;

        /// @param below      what TLS runs over, if it does; else the same
        /// @param unfinished what to say of a peer that was too slow: "the host did not finish its reply"
        public DeadlineInput(Socket socket, Socket below, Time time, String unfinished) throws IOException {
            this(socket, below, time, unfinished, new PeerTurn(time), Duration.ZERO);
        }

        /// @param turn     told whenever it waits for the peer
        /// @param farewell how much later than the moment a connection of TLS is closed under a read that does not
        ///                 end by itself; until then who waited may still say why
        public DeadlineInput(Socket socket, Socket below, Time time, String unfinished, PeerTurn turn,
                Duration farewell) throws IOException {
            this.turn = turn;
            this.farewell = farewell;
            this.awaited = time.steady();
            this.socket = socket;
            this.below = below;
            this.in = socket.getInputStream();
            this.time = time;
            this.unfinished = unfinished;
            this.limit = TimeLimit.until(time, Instant.MAX);
        }

        /// All reads from now on together may take so long.
        public void begin(Duration span) {
            patience = span;
            limit = TimeLimit.of(time, span);
            octetsPerSecond = 0;
            awaited = time.steady();
        }

        /// Each read from now on may take so long, and all together so long and what octets have earned besides.
        ///
        /// @param rate octets that earn a second
        /// @param end  however much has come
        public void beginFlow(Duration span, int rate, Instant end) {
            patience = span;
            octetsPerSecond = rate;
            flowBegan = time.steady();
            stalledBefore = time.stalled();
            flowEnd = end;
            flowed = 0;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (ahead != NONE) {
                into[offset] = (byte) ahead;
                ahead = NONE;
                return 1;
            }
            if (octetsPerSecond > 0) limit = TimeLimit.until(time, flowDue());
            turn.theirs(octetsPerSecond > 0 ? flowBegan.plusSeconds(flowed / octetsPerSecond) : awaited);
            try {
                while (true) {
                    OptionalInt read = read(into, offset, length, limit.due());
                    if (read.isPresent()) return read.getAsInt();
                }
            } finally {
                turn.ours();
            }
        }

        /// Empty if nothing came in time, and this process was stalled meanwhile, so that there is more time.
        private OptionalInt read(byte[] into, int offset, int length, Instant due) throws IOException {
            long left = Duration.between(time.steady(), due).toMillis();
            if (left <= 0) throw late();
            socket.setSoTimeout((int) Math.min(left, Integer.MAX_VALUE));
            try {
                // One read of a plain socket takes what is there; of TLS it may wait for a whole record.
                int read = socket instanceof SSLSocket ? watched(into, offset, length) : in.read(into, offset, length);
                flowed += Math.max(0, read);
                return OptionalInt.of(read);
            } catch (SocketTimeoutException silent) {
                if (below.isClosed() || !limit.due().isAfter(due)) throw late();
                return OptionalInt.empty();
            }
        }

        private Instant flowDue() {
            Instant silent = time.steady().plus(patience);
            Instant slow = flowBegan.plus(patience).plusSeconds(flowed / octetsPerSecond)
                    .plus(time.stalled().minus(stalledBefore));
            Instant first = silent.isBefore(slow) ? silent : slow;
            return first.isBefore(flowEnd) ? first : flowEnd;
        }

        private int watched(byte[] into, int offset, int length) throws IOException {
            var watch = ConnectionDeadline.over(below, time, farewell.isZero()
                    ? limit
                    : TimeLimit.until(time, limit.due().plus(farewell)));
            try (watch) {
                int read = in.read(into, offset, length);
                if (read < 0 && watch.expired()) throw late();
                return read;
            } catch (IOException broken) {
                throw watch.expired() ? late() : broken;
            }
        }

        /// More than nothing if the peer has sent what was not read yet.
        ///
        /// Octets of TLS may be a message of TLS itself, such as a ticket (RFC 8446 §4.6), and only reading them tells.
        @Override
        public int available() throws IOException {
            int there = in.available(); // a call of the system, where the socket is plain
            if (ahead != NONE) return 1 + there;
            if (there > 0 || !(socket instanceof SSLSocket) || below.getInputStream().available() == 0) return there;
            look();
            return (ahead == NONE ? 0 : 1) + in.available();
        }

        /// True if the peer has sent nothing that was not read yet, and has not closed. Waits for it a moment.
        ///
        /// @throws IOException if it has closed
        public boolean isQuiet() throws IOException {
            if (available() > 0) return false;
            look();
            return ahead == NONE;
        }

        private void look() throws IOException {
            socket.setSoTimeout(LOOK_MILLIS);
            var limit = ConnectionDeadline.over(below, time, time.steady().plus(LOOK_MAX));
            try (limit) {
                ahead = in.read();
                if (ahead == NONE) throw new EOFException("the host closed the connection");
            } catch (SocketTimeoutException nothing) {
                ahead = NONE;
            }
            if (limit.expired())
                throw new SocketTimeoutException(unfinished + " within " + LOOK_MAX.toSeconds() + " s");
        }

        private SocketTimeoutException late() { return ConnectionDeadline.late(limit, patience, unfinished); }
    }
}
