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
import java.util.Set;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.net.ConnectionDeadline.DeadlineInput;
import org.sternpost.engine.net.ConnectionDeadline;
import org.sternpost.engine.smtp.Command.RcptCommand;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.smtp.client.ContentWriter.ContentUnreadableException;
import org.sternpost.engine.smtp.client.SmtpClient.PipelineMemory;
import org.sternpost.engine.smtp.client.SmtpClient.Timeouts;
import org.sternpost.engine.store.Content;
import org.sternpost.engine.time.Time;

/// One outgoing session with one host, from the greeting to QUIT (RFC 5321 §3).
///
/// Calls block. What the peer says is a [Reply]; what breaks the session is a [BrokenSessionException].
public final class SmtpSession implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(SmtpSession.class.getName());
    private static final int BUFFER_OCTETS = 16 * 1024;
    private static final String UNFINISHED = "the host did not finish its reply";
    private static final int CLOSING = 421; // RFC 5321 §3.8
    private static final int CONTENT_WANTED = 354; // RFC 5321 §4.2.3
    private static final Duration QUIT_PATIENCE = Duration.ofSeconds(2); // also for the farewell of TLS

    private final Timeouts timeouts;
    private final PipelineMemory pipelines;
    private final Time time;
    private final InetSocketAddress peer;
    private final InetAddress local;
    private final Socket plain; // closing this one never waits; TLS would first say goodbye, behind a blocked write
    private Socket socket;
    private DeadlineInput input;
    private ReplyReader replies;
    private OutputStream out;
    private Capabilities capabilities = Capabilities.NONE;
    private boolean triedTls;

    /// Of a connection that stands; made by [SmtpClient].
    SmtpSession(Socket socket, InetSocketAddress peer, Timeouts timeouts, PipelineMemory pipelines, Time time)
            throws IOException {
        this.timeouts = timeouts;
        this.pipelines = pipelines;
        this.time = time;
        this.peer = peer;
        this.plain = socket;
        this.socket = socket;
        this.local = socket.getLocalAddress();
        this.input = new DeadlineInput(socket, plain, time, UNFINISHED);
        this.replies = new ReplyReader(input);
        this.out = new BufferedOutputStream(socket.getOutputStream(), BUFFER_OCTETS);
    }

    /// The host's greeting (RFC 5321 §3.1).
    public Reply banner() throws BrokenSessionException { return read(Stage.Banner, timeouts.banner()); }

    /// EHLO; falls back to HELO for a host that does not know it, if TLS may be missed (RFC 5321 §3.2).
    public Reply hello(String name, boolean heloAllowed) throws BrokenSessionException {
        Reply reply = ask(Stage.Hello, "EHLO " + name);
        capabilities = reply.accepts() ? Capabilities.of(reply) : Capabilities.NONE;
        boolean unknown = reply.code() == 500 || reply.code() == 502;
        return unknown && heloAllowed ? ask(Stage.Hello, "HELO " + name) : reply;
    }

    /// True if the host announced the keyword in its last reply to EHLO.
    public boolean offers(String keyword) { return capabilities.has(keyword); }

    /// All that the host announced, in upper case.
    public Set<String> keywords() { return capabilities.keywords().keySet(); }

    /// STARTTLS. After `220` the handshake is next, on [#socket].
    public Reply startTls() throws BrokenSessionException {
        triedTls = true;
        Reply reply = ask(Stage.StartTls, "STARTTLS");
        try {
            // RFC 3207 §6, CVE-2011-0411: what came in clear after the reply may be an attacker's; nobody may read it.
            if (reply.code() == 220 && replies.hasMore())
                throw new BrokenSessionException(Stage.StartTls, BrokenSessionException.Fault.Injected,
                        "the host sent more in clear after its reply to STARTTLS");
        } catch (BrokenSessionException already) {
            throw already;
        } catch (IOException broken) {
            throw new BrokenSessionException(Stage.StartTls, broken);
        }
        return reply;
    }

    /// True once STARTTLS was said, whatever came of it.
    public boolean triedTls() { return triedTls; }

    /// Our address on the connection, also when it is over.
    public InetAddress localAddress() { return local; }

    /// The socket that stands now.
    public Socket socket() { return socket; }

    /// Goes on over TLS; what was learned in clear is forgotten (RFC 3207 §4.2).
    public void secured(Socket tls) throws BrokenSessionException {
        try {
            socket = tls;
            input = new DeadlineInput(tls, plain, time, UNFINISHED);
            replies = new ReplyReader(input);
            out = new BufferedOutputStream(tls.getOutputStream(), BUFFER_OCTETS);
            capabilities = Capabilities.NONE;
        } catch (IOException broken) {
            throw new BrokenSessionException(Stage.StartTls, broken);
        }
    }

    /// Sends one message to all recipients of its envelope; an answer for each of them, in their order.
    ///
    /// @throws ContentUnreadableException if our own copy of the message fails; the session is of no further use then
    public List<Answer> send(Envelope envelope, Content content) throws IOException {
        return switch (capabilities.fit(envelope, content)) {
            case Capabilities.Fit.Unfit(var why) -> Collections.nCopies(envelope.recipients().size(), why);
            case Capabilities.Fit.Fits(var fitting) -> transaction(envelope, fitting);
        };
    }

    private List<Answer> transaction(Envelope envelope, Content content) throws IOException {
        var commands = new ArrayList<String>();
        var asked = capabilities.mailCommand(envelope, content);
        commands.add("MAIL FROM:<" + envelope.sender() + ">" + asked.written());
        for (Recipient to : envelope.recipients())
            commands.add("RCPT TO:<" + to.address() + ">"
                    + RcptCommand.written(capabilities.asked(to), asked.parameters().smtpUtf8()));
        boolean pipelining = capabilities.has("PIPELINING") && pipelines.isTrusted(peer);
        var answers = pipelining ? together(commands) : oneByOne(commands);
        // RFC 5321 §3.8: after 421 the session is over, whatever a host still says to the commands of the same group.
        if (answers.stream().anyMatch(SmtpSession::closes)) return answers;
        // What comes now belongs to no command, so nobody knows which reply was whose.
        calm(Stage.Recipient);
        return answers.stream().anyMatch(SmtpSession::accepted) ? content(content, answers) : answers;
    }

    private static boolean closes(Answer answer) {
        return answer instanceof Answer.Said(_, var reply) && reply.code() == CLOSING;
    }

    /// Forgets the transaction under way (RFC 5321 §4.1.1.5).
    public Reply reset() throws BrokenSessionException { return ask(Stage.Hello, "RSET"); }

    /// Says goodbye, waits a moment for the answer, and closes.
    public void quit() {
        try {
            say(List.of("QUIT"), QUIT_PATIENCE);
            read(Stage.Hello, QUIT_PATIENCE);
        } catch (BrokenSessionException gone) {
            LOG.log(Level.DEBUG, "the host did not wait for QUIT: {0}", gone.getMessage());
        } finally {
            close();
        }
    }

    /// Within TLS a close says so to the host (RFC 8446 §6.1); one that takes no octets more is not waited for.
    @Override
    public void close() {
        try (var _ = ConnectionDeadline.over(plain, time, time.instant().plus(QUIT_PATIENCE))) {
            shut(socket);
        }
        shut(plain);
    }

    /// DATA for the recipients that were accepted; its answer is theirs.
    private List<Answer> content(Content content, List<Answer> envelope) throws IOException {
        Reply data = ask(Stage.Data, "DATA");
        // RFC 5321 §4.1.1.4: only 354 opens the content; no other reply is leave to send.
        if (data.code() != CONTENT_WANTED) return merged(envelope, new Answer.Said(Stage.Data, data));
        // A blocked write knows no timeout of its own; closing the socket ends it.
        var limit = ConnectionDeadline.over(plain, time, time.instant().plus(timeouts.transfer()));
        try (limit) {
            ContentWriter.write(content, out);
        } catch (ContentUnreadableException ours) {
            close();
            throw ours;
        } catch (IOException broken) {
            throw new BrokenSessionException(Stage.Data, broken);
        }
        return merged(envelope, contentReply());
    }

    private Answer contentReply() {
        try {
            return new Answer.Said(Stage.Content, read(Stage.Content, timeouts.content()));
        } catch (BrokenSessionException broken) {
            return new Answer.Lost(broken);
        }
    }

    /// The envelope as one group of commands (RFC 2920 §3.1).
    private List<Answer> together(List<String> envelope) throws BrokenSessionException {
        calm(Stage.Mail);
        say(envelope, timeouts.command());
        var answers = new ArrayList<Answer>();
        Reply mail = read(Stage.Mail, timeouts.command());
        // RFC 5321 §3.8: after 421 no more replies come.
        while (answers.size() < envelope.size() - 1 && mail.code() != CLOSING) {
            Reply reply = readOfGroup();
            if (reply.code() == CLOSING) return filled(answers, envelope, new Answer.Said(Stage.Recipient, reply));
            answers.add(new Answer.Said(Stage.Recipient, reply));
        }
        return mail.accepts() ? answers : refused(envelope, mail);
    }

    /// The next reply of a group; a host from which none comes has lost the command.
    private Reply readOfGroup() throws BrokenSessionException {
        try {
            return read(Stage.Recipient, timeouts.command());
        } catch (BrokenSessionException broken) {
            if (!(broken.getCause() instanceof SocketTimeoutException)) throw broken;
            pipelines.lost(peer);
            throw new BrokenSessionException(Stage.Recipient, BrokenSessionException.Fault.Pipeline,
                    "the host answered only some of the commands that were sent together");
        }
    }

    private List<Answer> oneByOne(List<String> envelope) throws BrokenSessionException {
        Reply mail = ask(Stage.Mail, envelope.getFirst());
        if (!mail.accepts()) return refused(envelope, mail);
        var answers = new ArrayList<Answer>();
        for (String command : envelope.subList(1, envelope.size())) {
            Reply reply = ask(Stage.Recipient, command);
            if (reply.code() == CLOSING) return filled(answers, envelope, new Answer.Said(Stage.Recipient, reply));
            answers.add(new Answer.Said(Stage.Recipient, reply));
        }
        return answers;
    }

    /// RFC 5321 §3.8: whoever had no answer, or one that led to nothing, has that of the host that leaves.
    private static List<Answer> filled(List<Answer> answers, List<String> envelope, Answer.Said closing) {
        var all = new ArrayList<>(merged(answers, closing));
        all.addAll(Collections.nCopies(envelope.size() - 1 - all.size(), closing));
        return all;
    }

    private static List<Answer> refused(List<String> envelope, Reply mail) {
        return Collections.nCopies(envelope.size() - 1, new Answer.Said(Stage.Mail, mail));
    }

    private Reply ask(Stage stage, String command) throws BrokenSessionException {
        calm(stage);
        say(List.of(command), timeouts.command());
        return read(stage, timeouts.command());
    }

    /// A reply that is there before it was asked for would be taken for that of the next command, and so on for ever.
    private void calm(Stage stage) throws BrokenSessionException {
        try {
            if (replies.hasMore())
                throw new BrokenSessionException(stage, BrokenSessionException.Fault.Unasked,
                        "the host sent a reply to nothing that it was asked");
        } catch (BrokenSessionException already) {
            throw already;
        } catch (IOException broken) {
            throw new BrokenSessionException(stage, broken);
        }
    }

    private void say(List<String> commands, Duration patience) throws BrokenSessionException {
        var limit = ConnectionDeadline.over(plain, time, time.instant().plus(patience));
        try (limit) {
            for (String command : commands) {
                // A line end inside a command would be another command: what brought it here is a defect of ours.
                if (command.chars().anyMatch(c -> c < 0x20 || c == 0x7f))
                    throw new IllegalArgumentException("a command has control characters");
                LOG.log(Level.DEBUG, "C: {0}", command);
                out.write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
            }
            out.flush();
        } catch (IOException broken) {
            throw new BrokenSessionException(Stage.Mail, limit.expired()
                    ? new SocketTimeoutException("the host took no command within " + patience.toSeconds() + " s")
                    : broken);
        }
    }

    private Reply read(Stage stage, Duration patience) throws BrokenSessionException {
        input.begin(patience);
        Reply reply = replies.read(stage);
        LOG.log(Level.DEBUG, "S: {0}", reply);
        if (!belongs(stage, reply))
            throw new BrokenSessionException(stage, "the host said '" + reply + "' where no such reply belongs");
        return reply;
    }

    /// RFC 5321 §4.3.2: 3yz answers DATA and nothing else, and 2yz everything else.
    private static boolean belongs(Stage stage, Reply reply) {
        return switch (reply.severity()) {
            case Completion -> stage != Stage.Data;
            case Intermediate -> stage == Stage.Data && reply.code() == CONTENT_WANTED;
            case Transient, Permanent -> true;
        };
    }

    private static boolean accepted(Answer answer) {
        return answer instanceof Answer.Said said && said.reply().accepts();
    }

    private static List<Answer> merged(List<Answer> envelope, Answer data) {
        return envelope.stream().map(one -> accepted(one) ? data : one).toList();
    }

    static void shut(Socket socket) {
        try {
            socket.close();
        } catch (IOException gone) {
            LOG.log(Level.DEBUG, "closing: {0}", gone.getMessage());
        }
    }

    /// What became of a message for one recipient.
    public sealed interface Answer {

        /// The peer said so. Delivered if it accepts at [Stage#Content]; refused otherwise.
        record Said(Stage stage, Reply reply) implements Answer {
            public boolean delivered() { return stage == Stage.Content && reply.accepts(); }
        }

        /// The session broke while the content awaited its reply: the peer may have taken it.
        record Lost(BrokenSessionException why) implements Answer {}

        /// The peer lacks an extension that this message needs, so nothing was sent.
        ///
        /// @param code permanent enhanced code such as `5.6.7`
        record Unfit(String code, String why) implements Answer {}
    }

    /// Where in a session something was said or broke.
    public enum Stage {
        Connect("connecting"), Banner("greeting"), Hello("EHLO"), StartTls("STARTTLS"), Mail("MAIL FROM"), Recipient(
                "RCPT TO"),
        Data("DATA"), Content("end of data");

        private final String words;

        Stage(String words) { this.words = words; }

        /// As in a sentence: `in reply to MAIL FROM`.
        public String words() { return words; }
    }
}
