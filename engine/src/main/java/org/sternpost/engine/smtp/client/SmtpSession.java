package org.sternpost.engine.smtp.client;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.net.ConnectionDeadline;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.smtp.client.MailTransaction.Way;
import org.sternpost.engine.smtp.client.OutgoingContent.ContentUnreadableException;
import org.sternpost.engine.smtp.client.SmtpClient.ExtensionMemory.Extension;
import org.sternpost.engine.smtp.client.SmtpClient.ExtensionMemory;
import org.sternpost.engine.smtp.client.SmtpClient.Timeouts;
import org.sternpost.engine.store.Content;
import org.sternpost.engine.time.Time;

/// One outgoing session with one host, from the greeting to QUIT (RFC 5321 §3).
///
/// Calls block. What the peer says is a [Reply]; what breaks the session is a [BrokenSessionException].
public final class SmtpSession implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(SmtpSession.class.getName());
    private static final Duration QUIT_PATIENCE = Duration.ofSeconds(2); // also for the farewell of TLS

    private final Timeouts timeouts;
    private final ExtensionMemory memory;
    private final Time time;
    private final InetSocketAddress peer;
    private final InetAddress local;
    private final Socket plain; // closing this one never waits; TLS would first say goodbye, behind a blocked write
    private Dialogue dialogue;
    private Capabilities capabilities = Capabilities.NONE;
    private boolean triedTls;
    private boolean reset; // a transaction is open that nobody wants

    /// Of a connection that stands; made by [SmtpClient].
    SmtpSession(Socket socket, InetSocketAddress peer, Timeouts timeouts, ExtensionMemory memory, Time time)
            throws IOException {
        this.timeouts = timeouts;
        this.memory = memory;
        this.time = time;
        this.peer = peer;
        this.plain = socket;
        this.local = socket.getLocalAddress();
        this.dialogue = new Dialogue(socket, socket, time);
    }

    /// The host's greeting (RFC 5321 §3.1).
    public Reply banner() throws BrokenSessionException { return dialogue.read(Stage.Banner, timeouts.banner()); }

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
        // RFC 3207 §6, CVE-2011-0411: what came in clear after the reply may be an attacker's; nobody may read it.
        if (reply.code() == 220 && dialogue.hasMore(Stage.StartTls))
            throw new BrokenSessionException(Stage.StartTls, BrokenSessionException.Fault.Injected,
                    "the host sent more in clear after its reply to STARTTLS");
        return reply;
    }

    /// True once STARTTLS was said, whatever came of it.
    public boolean triedTls() { return triedTls; }

    /// Our address on the connection, also when it is over.
    public InetAddress localAddress() { return local; }

    /// The socket that stands now.
    public Socket socket() { return dialogue.socket(); }

    /// Goes on over TLS; what was learned in clear is forgotten (RFC 3207 §4.2).
    ///
    /// @param below the connection of the TLS: what it has to read is not read yet
    public void secured(Socket tls, Socket below) throws BrokenSessionException {
        try {
            dialogue = new Dialogue(tls, below, time);
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

    private List<Answer> transaction(Envelope envelope, OutgoingContent content) throws IOException {
        var way = new Way(may(Extension.PIPELINING), may(Extension.CHUNKING), reset,
                () -> memory.failed(peer, Extension.PIPELINING), () -> memory.failed(peer, Extension.CHUNKING));
        var answers = new MailTransaction(dialogue, timeouts, way, capabilities.commands(envelope, content), content)
                .run();
        // What was not taken is forgotten before the next: only a message that was taken leaves no doubt that it ended.
        reset = answers.stream().noneMatch(answer -> answer instanceof Answer.Said said && said.delivered());
        return answers;
    }

    private boolean may(Extension extension) {
        return capabilities.has(extension.name()) && memory.isTrusted(peer, extension);
    }

    /// True if the host has not closed the session, nor said anything that nobody asked for, such as 421.
    public boolean isQuiet() { return dialogue.isQuiet(); }

    /// Says goodbye, waits a moment for the answer, and closes.
    public void quit() {
        try {
            dialogue.say(List.of("QUIT"), QUIT_PATIENCE);
            dialogue.read(Stage.Hello, QUIT_PATIENCE);
        } catch (BrokenSessionException gone) {
            LOG.log(Level.DEBUG, "the host did not wait for QUIT: {0}", gone.getMessage());
        } finally {
            close();
        }
    }

    /// Within TLS a close says so to the host (RFC 8446 §6.1); one that takes no octets more is not waited for.
    @Override
    public void close() {
        try (var _ = ConnectionDeadline.over(plain, time, time.steady().plus(QUIT_PATIENCE))) {
            shut(dialogue.socket());
        }
        shut(plain);
    }

    private Reply ask(Stage stage, String command) throws BrokenSessionException {
        return dialogue.ask(stage, command, timeouts.command());
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
