package org.sternpost.engine.smtp.server;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.message.Header;
import org.sternpost.engine.smtp.Command;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.smtp.SmtpInput;
import org.sternpost.engine.smtp.server.Admission.SessionMemory;
import org.sternpost.engine.smtp.server.SmtpServer.ListenerConfig;
import org.sternpost.engine.smtp.server.SmtpServer.MessageSink;
import org.sternpost.engine.smtp.server.SmtpServer.ServerLimits;

/// One message on its way in, from MAIL to the reply to its last dot.
final class Transaction implements AutoCloseable {

    private static final int RECEIVED_FIELDS_MAX = 50; // RFC 5321 §6.3 asks for a large one
    private static final int RECIPIENT_OCTETS = 512; // here, in the queue, in the tables' rows
    private static final int HEADER_COPIES = 3; // as fields, and while they are unfolded
    private static final Reply MEMORY_FULL = Reply.of(452, "4.3.1 too much mail arrives at once; try again later");
    private static final int OWN_FIELDS_MAX = 5; // rules and notifications may lead mail through us a few times

    private static final System.Logger LOG = System.getLogger(Transaction.class.getName());

    private final ListenerConfig config;
    private final InetAddress client;
    private final String helo;
    private final boolean extended;
    private final boolean secure;
    private final String user;
    private final ReversePath sender;
    private final MailParameters parameters;
    private final SessionMemory.Share memory;
    private final List<Recipient> recipients = new ArrayList<>();
    private @Nullable Incoming incoming;

    /// The content as far as it has come.
    private record Incoming(IncomingBuffer buffer, SmtpInput.Arriving arriving) {}

    /// @param user who has authenticated; empty text: nobody
    Transaction(ListenerConfig config, InetAddress client, String helo, boolean extended, boolean secure,
            String user, ReversePath sender, MailParameters parameters) {
        this.config = config;
        this.client = client;
        this.helo = helo;
        this.extended = extended;
        this.secure = secure;
        this.user = user;
        this.sender = sender;
        this.parameters = parameters;
        this.memory = config.admission().memory().share();
    }

    /// Empty if there is memory for a message; else what its client hears.
    Optional<Reply> refusal() {
        return memory.take(RECIPIENT_OCTETS + IncomingBuffer.FIRST_OCTETS)
                ? Optional.empty()
                : Optional.of(MEMORY_FULL);
    }

    /// Gives back what it held.
    @Override
    public void close() {
        try {
            if (incoming != null) incoming.buffer().close();
        } catch (IOException left) {
            LOG.log(System.Logger.Level.WARNING, "event=incoming-not-removed why=\"{0}\" remedy=\"the next start "
                    + "removes it\"", left.getMessage());
        } finally {
            memory.close();
        }
    }

    static Reply tooLarge(ServerLimits limits) {
        return Reply.of(552, "5.3.4 the message is larger than " + limits.messageOctetsMax() + " octets");
    }

    boolean smtpUtf8() { return parameters.smtpUtf8(); }

    boolean hasRecipients() { return !recipients.isEmpty(); }

    Reply add(Recipient recipient) {
        if (recipients.size() >= config.limits().recipientsMax())
            return Reply.of(452, "4.5.3 a message has at most " + config.limits().recipientsMax() + " recipients");
        // RFC 5321 §4.5.3.1.8 lets the same mailbox come twice; it still gets the message once.
        if (recipients.stream().noneMatch(known -> known.address().equals(recipient.address()))) {
            long octets = 4L * (recipient.address().toString().length() + recipient.orcpt().length());
            if (!memory.take(RECIPIENT_OCTETS + octets)) return MEMORY_FULL;
            recipients.add(recipient);
        }
        return Reply.of(250, "2.1.5 Ok");
    }

    /// True once a chunk of the message has come.
    boolean inChunks() { return incoming != null; }

    /// Reads the message to its end whatever becomes of it, and answers only when it is kept or refused.
    Reply receive(SmtpInput in) throws IOException {
        Incoming message = incoming();
        return in.data(message.arriving()) == SmtpInput.Data.BareEnd
                // RFC 5321 §2.3.8: CR and LF only together; anything else is a way to smuggle (CVE-2023-51764).
                ? Reply.of(554, "5.6.0 the message has a bare CR or LF; the connection is closed")
                : answer(message.arriving().soFar(), message.buffer());
    }

    /// The same for a part of it.
    Reply receive(SmtpInput in, Command.Chunk chunk) throws IOException {
        Incoming message = incoming();
        SmtpInput.Data soFar = in.chunk(chunk.octets(), message.arriving());
        if (chunk.last()) return answer(message.arriving().end(), message.buffer());
        return soFar == SmtpInput.Data.Complete
                ? Reply.of(250, "2.0.0 Ok: " + chunk.octets() + " octets")
                : answer(soFar, message.buffer());
    }

    private Incoming incoming() {
        Incoming message = incoming;
        if (message == null) {
            var buffer = new IncomingBuffer(config.spool(), memory);
            message = new Incoming(buffer, new SmtpInput.Arriving(config.limits().messageOctetsMax(), buffer));
            incoming = message;
        }
        return message;
    }

    private Reply answer(SmtpInput.Data arrived, IncomingBuffer buffer) {
        return switch (arrived) {
            case Complete -> judge(buffer);
            case TooLarge -> tooLarge(config.limits());
            // It may go on by DATA, where a bare end is a way to smuggle.
            case BareEnd -> Reply.of(554, "5.6.0 the message has a bare CR or LF");
            case NotKept -> buffer.memoryFull()
                    ? MEMORY_FULL
                    : Reply.of(452, "4.3.1 the message cannot be kept now; try again later");
        };
    }

    private Reply judge(IncomingBuffer buffer) {
        if (!memory.take((long) HEADER_COPIES * buffer.inMemory())) return MEMORY_FULL;
        Header header = buffer.header();
        if (!header.whole()) return Reply.of(552, "5.3.4 the header is larger than " + Header.LIMITS);
        // RFC 5321 §6.3: a message that has passed too many hosts goes round in circles.
        List<String> hops = header.all("Received");
        if (hops.size() > RECEIVED_FIELDS_MAX || ownFields(hops) > OWN_FIELDS_MAX)
            return Reply.of(554, "5.4.6 the message is in a loop: it has passed " + hops.size() + " hosts");
        Instant now = config.time().instant();
        QueueId id = QueueId.fresh(now, config.time().random());
        var envelope = new Envelope(sender, recipients, parameters);
        byte[] received = received(id, now).getBytes(StandardCharsets.US_ASCII);
        try {
            return switch (config.sink().take(id, handedInBy(), envelope, header, buffer.content(received))) {
                case MessageSink.Answer.Accepted(var kept) -> Reply.of(250, "2.0.0 Ok: queued as " + kept);
                case MessageSink.Answer.Refused(var reply) -> reply;
            };
        } catch (IOException full) {
            return Reply.of(452, "4.3.1 the message cannot be kept now; try again later");
        }
    }

    /// The line that says we had the message (RFC 5321 §4.4).
    private String received(QueueId id, Instant now) {
        String address = client.getHostAddress();
        int zone = address.indexOf('%');
        if (zone > 0) address = address.substring(0, zone);
        String literal = (client instanceof Inet6Address ? "[IPv6:" : "[") + address + "]";
        return "Received: from " + helo + " (" + literal + ")\r\n\tby " + config.hostName().ascii() + " with "
                + protocol() + " id " + id + ";\r\n\t" + Header.date(now) + "\r\n";
    }

    private long ownFields(List<String> hops) {
        String us = "by " + config.hostName() + " with ";
        return hops.stream().filter(hop -> hop.contains(us)).count();
    }

    /// As trace and log show it; the message itself, which strangers read, does not name the user.
    private String handedInBy() { return client.getHostAddress() + (user.isEmpty() ? "" : " as " + user); }

    /// RFC 3848 for ESMTP with S for TLS and A for AUTH, RFC 6531 §4.3 for the same with UTF8SMTP.
    private String protocol() {
        if (!extended) return "SMTP";
        return (parameters.smtpUtf8() ? "UTF8SMTP" : "ESMTP") + (secure ? "S" : "") + (user.isEmpty() ? "" : "A");
    }
}
