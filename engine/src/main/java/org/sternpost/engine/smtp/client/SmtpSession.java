package org.sternpost.engine.smtp.client;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.time.Curfew;
import org.sternpost.engine.time.Time;

/// One outgoing session with one host, from the greeting to QUIT (RFC 5321 §3).
///
/// Calls block. What the peer says is a [Reply]; what breaks the session is a [BrokenSession].
public final class SmtpSession implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(SmtpSession.class.getName());
    private static final int BUFFER_OCTETS = 16 * 1024;
    private static final int PIPELINED_MAX = 100; // commands in flight; RFC 5321 §4.5.3.1.8 recipients
    private static final Duration QUIT_PATIENCE = Duration.ofSeconds(2); // also for the farewell of TLS

    private final Timeouts timeouts;
    private final Time time;
    private final InetAddress local;
    private final Socket plain; // closing this one never waits; TLS would first say goodbye, behind a blocked write
    private Socket socket;
    private Punctual input;
    private ReplyReader replies;
    private OutputStream out;
    private Capabilities capabilities = Capabilities.NONE;

    private SmtpSession(Socket socket, Timeouts timeouts, Time time) throws IOException {
        this.timeouts = timeouts;
        this.time = time;
        this.plain = socket;
        this.socket = socket;
        this.local = socket.getLocalAddress();
        this.input = new Punctual(socket, plain, time);
        this.replies = new ReplyReader(input);
        this.out = new BufferedOutputStream(socket.getOutputStream(), BUFFER_OCTETS);
    }

    /// Connects; the greeting is yet to be read.
    public static SmtpSession connect(InetSocketAddress peer, Optional<InetAddress> source, Timeouts timeouts,
            Time time) throws BrokenSession {
        var socket = new Socket();
        try {
            if (source.isPresent()) socket.bind(new InetSocketAddress(source.get(), 0));
            socket.setTcpNoDelay(true);
            socket.connect(peer, (int) timeouts.connect().toMillis());
            return new SmtpSession(socket, timeouts, time);
        } catch (IOException refused) {
            shut(socket);
            throw new BrokenSession(Stage.Connect, refused, OwnNetwork.isCause(refused, peer));
        }
    }

    /// The host's greeting (RFC 5321 §3.1).
    public Reply banner() throws BrokenSession { return read(Stage.Banner, timeouts.banner()); }

    /// EHLO; falls back to HELO for a host that does not know it, if TLS may be missed (RFC 5321 §3.2).
    public Reply hello(String name, boolean heloAllowed) throws BrokenSession {
        Reply reply = ask(Stage.Hello, "EHLO " + name);
        capabilities = reply.accepts() ? Capabilities.of(reply) : Capabilities.NONE;
        boolean unknown = reply.code() == 500 || reply.code() == 502;
        return unknown && heloAllowed ? ask(Stage.Hello, "HELO " + name) : reply;
    }

    /// True if the host announced the keyword in its last reply to EHLO.
    public boolean offers(String keyword) { return capabilities.has(keyword); }

    /// STARTTLS. After `220` the handshake is next, on [#socket].
    public Reply startTls() throws BrokenSession {
        Reply reply = ask(Stage.StartTls, "STARTTLS");
        try {
            // RFC 3207 §6, CVE-2011-0411: what came in clear after the reply may be an attacker's; nobody may read it.
            if (reply.code() == 220 && replies.hasMore())
                throw new BrokenSession(Stage.StartTls, "the host sent more in clear after its reply to STARTTLS");
        } catch (BrokenSession already) {
            throw already;
        } catch (IOException broken) {
            throw new BrokenSession(Stage.StartTls, broken);
        }
        return reply;
    }

    /// Our address on the connection, also when it is over.
    public String localAddress() { return local.getHostAddress(); }

    /// The socket that stands now.
    public Socket socket() { return socket; }

    /// Goes on over TLS; what was learned in clear is forgotten (RFC 3207 §4.2).
    public void secured(Socket tls) throws BrokenSession {
        try {
            socket = tls;
            input = new Punctual(tls, plain, time);
            replies = new ReplyReader(input);
            out = new BufferedOutputStream(tls.getOutputStream(), BUFFER_OCTETS);
            capabilities = Capabilities.NONE;
        } catch (IOException broken) {
            throw new BrokenSession(Stage.StartTls, broken);
        }
    }

    /// Sends one parcel; an answer for each of its recipients, in their order.
    ///
    /// @throws Parcel.Unreadable if our own copy of the message fails; the session is of no further use then
    public List<Answer> send(Parcel parcel) throws IOException {
        var unfit = capabilities.unfit(parcel);
        if (unfit.isPresent()) return same(parcel, unfit.get());
        var envelope = new ArrayList<String>();
        envelope.add("MAIL FROM:<" + parcel.from() + ">" + capabilities.mailParameters(parcel));
        for (var to : parcel.to())
            envelope.add("RCPT TO:<" + to.address() + ">" + capabilities.recipientParameters(to));
        boolean pipelining = capabilities.has("PIPELINING") && envelope.size() <= PIPELINED_MAX + 1;
        if (pipelining) say(envelope, timeouts.command());
        Reply mail = pipelining ? read(Stage.Mail, timeouts.command()) : ask(Stage.Mail, envelope.getFirst());
        var answers = new ArrayList<Answer>();
        for (int i = 1; i < envelope.size() && (pipelining || mail.accepts()); i++)
            answers.add(new Answer.Said(Stage.Recipient, pipelining
                    ? read(Stage.Recipient, timeouts.command())
                    : ask(Stage.Recipient, envelope.get(i))));
        if (!mail.accepts()) return same(parcel, new Answer.Said(Stage.Mail, mail));
        return answers.stream().anyMatch(SmtpSession::accepted) ? content(parcel, answers) : answers;
    }

    /// Forgets the transaction under way (RFC 5321 §4.1.1.5).
    public Reply reset() throws BrokenSession { return ask(Stage.Hello, "RSET"); }

    /// Says goodbye, waits a moment for the answer, and closes.
    public void quit() {
        try {
            say(List.of("QUIT"), QUIT_PATIENCE);
            read(Stage.Hello, QUIT_PATIENCE);
        } catch (BrokenSession gone) {
            LOG.log(Level.DEBUG, "the host did not wait for QUIT: {0}", gone.getMessage());
        } finally {
            close();
        }
    }

    /// Within TLS a close says so to the host (RFC 8446 §6.1); one that takes no octets more is not waited for.
    @Override
    public void close() {
        try (var _ = Curfew.over(plain, time, time.instant().plus(QUIT_PATIENCE))) {
            shut(socket);
        }
        shut(plain);
    }

    /// DATA for the recipients that were accepted; its answer is theirs.
    private List<Answer> content(Parcel parcel, List<Answer> envelope) throws IOException {
        Reply data = ask(Stage.Data, "DATA");
        // RFC 5321 §4.1.1.4: only 354 opens the content; no other reply is leave to send.
        if (data.code() != 354) return merged(envelope, new Answer.Said(Stage.Data, data));
        // A blocked write knows no timeout of its own; closing the socket ends it.
        var curfew = Curfew.over(plain, time, time.instant().plus(timeouts.transfer()));
        try (curfew) {
            ContentWriter.write(parcel.content(), out);
        } catch (Parcel.Unreadable ours) {
            close();
            throw ours;
        } catch (IOException broken) {
            throw new BrokenSession(Stage.Data, broken);
        }
        return merged(envelope, new Answer.Said(Stage.Content, read(Stage.Content, timeouts.content())));
    }

    private Reply ask(Stage stage, String command) throws BrokenSession {
        say(List.of(command), timeouts.command());
        return read(stage, timeouts.command());
    }

    private void say(List<String> commands, Duration patience) throws BrokenSession {
        var curfew = Curfew.over(plain, time, time.instant().plus(patience));
        try (curfew) {
            for (String command : commands) {
                // A line end inside a command would be another command: what brought it here is a defect of ours.
                if (command.chars().anyMatch(c -> c < 0x20 || c == 0x7f))
                    throw new IllegalArgumentException("a command has control characters");
                LOG.log(Level.DEBUG, "C: {0}", command);
                out.write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
            }
            out.flush();
        } catch (IOException broken) {
            throw new BrokenSession(Stage.Mail, curfew.struck()
                    ? new SocketTimeoutException("the host took no command within " + patience.toSeconds() + " s")
                    : broken);
        }
    }

    private Reply read(Stage stage, Duration patience) throws BrokenSession {
        input.begin(patience);
        Reply reply = replies.read(stage);
        LOG.log(Level.DEBUG, "S: {0}", reply);
        return reply;
    }

    private static boolean accepted(Answer answer) {
        return answer instanceof Answer.Said said && said.reply().accepts();
    }

    private static List<Answer> same(Parcel parcel, Answer answer) {
        return Collections.nCopies(parcel.to().size(), answer);
    }

    private static List<Answer> merged(List<Answer> envelope, Answer.Said data) {
        return envelope.stream().map(one -> accepted(one) ? data : one).toList();
    }

    private static void shut(Socket socket) {
        try {
            socket.close();
        } catch (IOException gone) {
            LOG.log(Level.DEBUG, "closing: {0}", gone.getMessage());
        }
    }
}
