package org.sternpost.engine.queue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.BodyType;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Notify;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.mail.Envelope.Ret;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.QueuedMessage.MessageRow;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;

/// A message with its recipients as the header of a record in a segment: all that the tables know of it when it is
/// accepted, so that they can be made again.
///
/// Fields follow in the order of [#octets], texts as their length and UTF-8. A new field is added at the end under a
/// new version; names of enums are written, not their positions, so that one more may stand anywhere among them.
public final class RecordHeader {

    private static final byte VERSION = 1;

    private RecordHeader() {}

    /// What a header says; what it cannot say is told by the checksum around it first, so `Bad` is a newer version or
    /// a mistake of ours.
    sealed interface Read {
        /// A message about which a notification of ours tells, if it is one.
        record Message(MessageRow row, Optional<QueueId> about) implements Read {}

        record Bad(String why) implements Read {}
    }

    /// What the file beside a segment says of a final recipient.
    static int number(QueuedRecipient.State state) {
        return switch (state) {
            case Delivered -> 1;
            case Failed -> 2;
            case Removed -> 3;
            case Waiting, Active, Suspended -> throw new IllegalArgumentException(state + " is not final");
        };
    }

    /// The state of a number; a newer version may know more, and whoever has one of those is final too.
    static QueuedRecipient.State state(int number) {
        return switch (number) {
            case 1 -> QueuedRecipient.State.Delivered;
            case 2 -> QueuedRecipient.State.Failed;
            default -> QueuedRecipient.State.Removed;
        };
    }

    /// An accepted message.
    public static byte[] octets(MessageRow row) { return octets(row, Optional.empty()); }

    /// @param about the message that a notification tells of
    static byte[] octets(MessageRow row, Optional<QueueId> about) {
        var octets = new ByteArrayOutputStream(256 + 128 * row.recipients().size());
        try (var out = new DataOutputStream(octets)) {
            QueuedMessage message = row.message();
            MailParameters asked = message.parameters();
            out.writeByte(VERSION);
            write(out, message.id().text());
            write(out, about.map(QueueId::text).orElse(""));
            out.writeLong(message.received().toEpochMilli());
            out.writeLong(message.expires().toEpochMilli());
            write(out, message.sender().toString());
            write(out, asked.body().name());
            out.writeBoolean(asked.smtpUtf8());
            write(out, asked.ret().name());
            write(out, asked.envid());
            write(out, asked.requireTls().name());
            write(out, message.client());
            write(out, message.internetMessageId());
            write(out, message.subject());
            out.writeLong(message.size());
            out.writeInt(row.recipients().size());
            for (QueuedRecipient recipient : row.recipients())
                write(out, recipient);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return octets.toByteArray();
    }

    private static void write(DataOutputStream out, QueuedRecipient recipient) throws IOException {
        out.writeInt(recipient.index());
        write(out, recipient.address().localPart());
        write(out, recipient.address().domain().ascii());
        write(out, Tables.names(recipient.notifyOn()));
        write(out, recipient.recipient().orcpt());
        write(out, recipient.route().connector());
        write(out, recipient.route().rule());
        write(out, recipient.state().name());
        out.writeInt(recipient.attempts());
        out.writeLong(recipient.due().toEpochMilli());
    }

    private static void write(DataOutputStream out, String text) throws IOException {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(octets.length);
        out.write(octets);
    }

    /// Reads what [#octets] wrote; refuses all else, also where it is longer than what it says.
    static Read read(byte[] header) {
        var in = ByteBuffer.wrap(header);
        try {
            byte version = in.get();
            if (version != VERSION) return new Read.Bad("version " + version + " of its header is not known here");
            String id = text(in);
            String about = text(in);
            var row = new MessageRow(message(in, new QueueId(id)), recipients(in));
            if (in.hasRemaining()) return new Read.Bad("its header has " + in.remaining() + " octets too many");
            return new Read.Message(row, about.isEmpty() ? Optional.empty() : Optional.of(new QueueId(about)));
        } catch (BufferUnderflowException cut) {
            return new Read.Bad("its header ends too early");
        } catch (IllegalArgumentException | CharacterCodingException bad) {
            return new Read.Bad("a field of its header is none: " + bad.getMessage());
        }
    }

    private static QueuedMessage message(ByteBuffer in, QueueId id) throws CharacterCodingException {
        Instant received = Instant.ofEpochMilli(in.getLong());
        Instant expires = Instant.ofEpochMilli(in.getLong());
        ReversePath sender = ReversePath.of(text(in));
        BodyType body = BodyType.valueOf(text(in));
        boolean utf8 = flag(in);
        Ret ret = Ret.valueOf(text(in));
        String envid = text(in);
        var asked = new MailParameters(body, utf8, ret, envid, RequireTlsTag.valueOf(text(in)));
        return new QueuedMessage(id, received, expires, sender, asked,
                new QueuedMessage.About(text(in), text(in), text(in), in.getLong()));
    }

    private static List<QueuedRecipient> recipients(ByteBuffer in) throws CharacterCodingException {
        int count = in.getInt();
        var recipients = new ArrayList<QueuedRecipient>(); // grows by what is there, not by what is said
        for (int i = 0; i < count; i++)
            recipients.add(recipient(in));
        if (recipients.isEmpty()) throw new IllegalArgumentException("no recipient");
        return recipients;
    }

    private static QueuedRecipient recipient(ByteBuffer in) throws CharacterCodingException {
        int index = in.getInt();
        String localPart = text(in);
        var address = new Address(localPart, new Domain(text(in)));
        Set<Notify> notifyOn = EnumSet.noneOf(Notify.class);
        for (String name : text(in).split(","))
            if (!name.isEmpty()) notifyOn.add(Notify.valueOf(name));
        var recipient = new Recipient(address, notifyOn, text(in));
        var route = new QueuedRecipient.Route(text(in), text(in));
        var state = QueuedRecipient.State.valueOf(text(in));
        return new QueuedRecipient(index, recipient, route, state, in.getInt(), Instant.ofEpochMilli(in.getLong()));
    }

    private static String text(ByteBuffer in) throws CharacterCodingException {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) throw new BufferUnderflowException();
        ByteBuffer octets = in.slice(in.position(), length);
        in.position(in.position() + length);
        return StandardCharsets.UTF_8.newDecoder().decode(octets).toString(); // refuses what is no UTF-8
    }

    private static boolean flag(ByteBuffer in) {
        return switch (in.get()) {
            case 0 -> false;
            case 1 -> true;
            default -> throw new IllegalArgumentException("neither yes nor no");
        };
    }
}
