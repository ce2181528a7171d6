package org.sternpost.engine.smtp.server;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLSocket;
import org.sternpost.engine.net.ConnectionDeadline.DeadlineInput;
import org.sternpost.engine.net.ConnectionDeadline;
import org.sternpost.engine.net.ForwardSecrecy;
import org.sternpost.engine.net.PeerTurn;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.smtp.SmtpInput;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.tls.ServerIdentity;

/// Both directions of one session, in clear at first and within TLS once the client has asked for it.
final class SmtpConnection implements AutoCloseable {

    private static final int REPLIES_OCTETS = 4_096;
    private static final Duration PATIENCE = Duration.ofMillis(100);
    private static final Duration FAREWELL = Duration.ofSeconds(1); // for 421 to go out within TLS too
    private static final Duration LINGER = Duration.ofSeconds(5);
    private static final int LINGER_OCTETS_MAX = 256 << 10;
    private static final String UNFINISHED = "the client finished nothing";

    private static final System.Logger LOG = System.getLogger(SmtpConnection.class.getName());

    private final Socket plain;
    private final Duration patience;
    private final Duration whole;
    private final Instant end;
    private final Time time;
    private final ReentrantLock speaking = new ReentrantLock();
    private final PeerTurn turn;
    private Socket socket;
    private DeadlineInput input;
    private SmtpInput in;
    private volatile OutputStream out;
    private boolean secure;
    private volatile boolean shaking;
    private boolean shortened; // the command under way has less than the patience there usually is

    /// @param patience for a command to come, and for a client to take what is said
    /// @param whole    for all together, however busy the client looks
    SmtpConnection(Socket plain, Duration patience, Duration whole, Time time) throws IOException {
        this.plain = plain;
        this.patience = patience;
        this.whole = whole;
        this.time = time;
        this.end = time.steady().plus(whole);
        this.turn = new PeerTurn(time);
        this.socket = plain;
        this.input = new DeadlineInput(plain, plain, time, UNFINISHED, turn, FAREWELL);
        this.in = new SmtpInput(input);
        this.out = replies(plain);
        plain.setTcpNoDelay(true);
        plain.setSoTimeout((int) patience.toMillis());
    }

    /// A write that blocks knows no timeout: who takes no replies must not hold a session for good.
    private OutputStream replies(Socket to) throws IOException {
        var out = to.getOutputStream();
        return new BufferedOutputStream(new FilterOutputStream(out) {
            @Override
            public void write(byte[] octets, int offset, int length) throws IOException {
                try (var _ = watch()) {
                    out.write(octets, offset, length);
                }
            }
        }, REPLIES_OCTETS);
    }

    /// Also who has no time left has a moment for the farewell.
    private ConnectionDeadline watch() {
        Duration left = left();
        return ConnectionDeadline.over(plain, time, time.steady().plus(left.compareTo(LINGER) < 0 ? LINGER : left));
    }

    /// Patience, or what is left of the whole.
    private Duration left() {
        Duration left = Duration.between(time.steady(), end);
        return left.compareTo(patience) < 0 ? left : patience;
    }

    /// True if what did not come in time had no time left of the whole.
    boolean over() { return shortened || !time.steady().isBefore(end); }

    /// True in the last quarter: what begins now may not come to its end.
    boolean nearlyOver() { return !time.steady().isBefore(end.minus(whole.dividedBy(4))); }

    /// The next line must be here whole in time, however it drips.
    void beginCommand() {
        Duration left = left();
        shortened = left.compareTo(patience) < 0;
        input.begin(left);
    }

    /// A message may take as long as it is large, and no longer.
    void beginData(int octetsPerSecond) {
        shortened = false;
        input.beginFlow(patience, octetsPerSecond, end);
    }

    /// How long the client has been silent, but for what it earned by what it sent; empty if it is not its turn.
    Optional<Duration> silence() { return turn.silence(); }

    /// Ends the session if it is the client's turn; whoever did that then lets it [#dismiss].
    boolean endIfSilent() { return turn.end(); }

    /// Says why, as far as the client hears it, and closes.
    void dismiss(Reply why) {
        if (!shaking) betweenReplies(() -> sayLast(why)); // in clear it would be garbage in the midst of a handshake
        cut();
    }

    /// True within TLS.
    boolean secure() { return secure; }

    SmtpInput in() { return in; }

    void say(Reply reply) throws IOException {
        speaking.lock();
        try {
            out.write(text(reply).getBytes(StandardCharsets.UTF_8));
        } finally {
            speaking.unlock();
        }
    }

    void flush() throws IOException { out.flush(); }

    void sayLast(Reply reply) {
        try {
            say(reply);
            out.flush();
        } catch (IOException gone) {
            LOG.log(System.Logger.Level.DEBUG, "event=farewell-unheard why={0}", gone.getMessage());
        }
    }

    /// Does something once whoever says farewell meanwhile has finished.
    void beforeFarewell(Runnable task) {
        speaking.lock();
        try {
            task.run();
        } finally {
            speaking.unlock();
        }
    }

    /// Does something between two replies, unless the client is so slow to read one that there is no between.
    void betweenReplies(Runnable task) {
        try {
            if (!speaking.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) return;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return;
        }
        try {
            task.run();
        } finally {
            speaking.unlock();
        }
    }

    /// Shakes hands; what was buffered in clear is dropped with its buffer (RFC 3207 §4.2).
    void secure(ServerIdentity identity) throws IOException {
        out.flush();
        var tls = (SSLSocket) identity.context().getSocketFactory().createSocket(plain, null, true);
        tls.setUseClientMode(false);
        tls.setEnabledProtocols(new String[]{"TLSv1.3", "TLSv1.2"}); // RFC 8996 §5
        tls.setEnabledCipherSuites(ForwardSecrecy.of(tls.getEnabledCipherSuites()));
        try (var _ = watch()) {
            shaking = true;
            turn.theirs(time.steady());
            tls.startHandshake();
            turn.ours();
            shaking = false;
        } catch (SocketTimeoutException slow) {
            // A farewell in clear would be garbage to somebody in the midst of a handshake.
            throw new IOException("the client did not finish the handshake in time", slow);
        }
        socket = tls;
        input = new DeadlineInput(tls, plain, time, UNFINISHED, turn, FAREWELL);
        in = new SmtpInput(input);
        out = replies(tls);
        secure = true;
    }

    /// Lets what was said last arrive: whoever closes with octets unread makes the client's system drop it.
    void linger() {
        try (var _ = ConnectionDeadline.over(plain, time, time.steady().plus(LINGER))) {
            socket.shutdownOutput();
            var rest = new byte[4_096];
            var from = socket.getInputStream();
            int read = 0;
            for (int n = from.read(rest); n > 0 && read < LINGER_OCTETS_MAX; n = from.read(rest))
                read += n;
        } catch (IOException gone) {
            LOG.log(System.Logger.Level.DEBUG, "event=farewell why={0}", gone.getMessage());
        }
    }

    /// Ends in peace; within TLS this says so to the client (RFC 8446 §6.1).
    @Override
    public void close() throws IOException {
        try (var _ = watch()) {
            if (!plain.isClosed()) socket.close();
        } finally {
            plain.close();
        }
    }

    /// Ends at once, whatever another thread reads or writes.
    void cut() {
        try {
            plain.close();
        } catch (IOException gone) {
            LOG.log(System.Logger.Level.DEBUG, "event=close why={0}", gone.getMessage());
        }
    }

    /// Every line with its code (RFC 5321 §4.2.1).
    private static String text(Reply reply) {
        var text = new StringBuilder();
        for (int i = 0; i < reply.lines().size(); i++)
            text.append(reply.code()).append(i == reply.lines().size() - 1 ? ' ' : '-')
                    .append(reply.lines().get(i).replace('\r', ' ').replace('\n', ' ')).append("\r\n");
        return text.toString();
    }
}
