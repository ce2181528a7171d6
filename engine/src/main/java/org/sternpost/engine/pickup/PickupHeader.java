package org.sternpost.engine.pickup;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Characters;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.mail.VisibleText;
import org.sternpost.engine.message.AddressField;
import org.sternpost.engine.message.AddressField.Mailbox;
import org.sternpost.engine.message.FieldWriter;
import org.sternpost.engine.message.Header;

/// The header of a file: who sends it to whom, and what of it goes on (RFC 5322 §3.6).
final class PickupHeader {

    private static final int RECEIVED_FIELDS_MAX = 50; // RFC 5321 §6.3 asks for a large one; as by SMTP
    private static final String FIELDS = "begin each field with its name and a colon, and end the header with an "
            + "empty line";
    private static final String ONE_SENDER = "write one From with one address; several need a Sender with one";
    private static final String ENVELOPE_FROM = "X-Sender";
    private static final String ENVELOPE_TO = "X-Receiver";
    private static final Set<String> MAILBOXES = Set.of("from", "sender", "reply-to", "to", "cc");

    private final List<Field> fields;
    private final int recipientsMax;

    /// @param text all of it as it stands, with its line ends
    /// @param body without the name, unfolded
    private record Field(String name, String text, String body) {
        boolean is(String other) { return name.equalsIgnoreCase(other); }
    }

    /// What a header says.
    sealed interface Read {

        /// @param header what goes on, with the empty line at its end
        record Message(Envelope envelope, byte[] header) implements Read {}

        record Bad(Pickup.Bad why) implements Read {}
    }

    /// Who we are in the fields we add.
    record Origin(String hostName, QueueId id, Instant now) {}

    private static final class BadException extends Exception {
        private static final long serialVersionUID = 1;

        private final transient Pickup.Bad bad;

        BadException(String why, String remedy) {
            super(why, null, false, false);
            this.bad = new Pickup.Bad(why, remedy);
        }
    }

    private PickupHeader(List<Field> fields, int recipientsMax) {
        this.fields = fields;
        this.recipientsMax = recipientsMax;
    }

    /// The octets of a header with the empty line behind it, which stays out where the file ends before.
    ///
    /// @return empty array if there are more than so many
    static byte[] octets(InputStream in, int octetsMax) throws IOException {
        var header = new ByteArrayOutputStream();
        int line = 0; // octets of it so far
        for (int c = in.read(); c >= 0; c = in.read()) {
            if (header.size() >= octetsMax) return new byte[0];
            header.write(c);
            line++;
            if (c != '\n') continue;
            if (line == 2) break;
            line = 0;
        }
        return header.toByteArray();
    }

    /// @param octets as [#octets] has them
    static Read of(byte[] octets, int recipientsMax, Origin origin) {
        try {
            var header = new PickupHeader(fields(text(octets)), recipientsMax);
            return header.read(origin);
        } catch (BadException bad) {
            return new Read.Bad(bad.bad);
        }
    }

    private Read read(Origin origin) throws BadException {
        for (Field field : fields)
            // RFC 5322 §3.6.6: To and Cc are then of another time; who is meant now is not for us to say.
            if (field.name().toLowerCase(Locale.ROOT).startsWith("resent-"))
                throw new BadException("it has the field " + field.name() + ", so To and Cc are of an earlier time",
                        "name the recipients of now in To, Cc and Bcc without any Resent- field, or in X-Receiver");
        if (all("Received").size() > RECEIVED_FIELDS_MAX)
            throw new BadException("the message is in a loop: it has passed " + all("Received").size() + " hosts",
                    "find out who writes into this directory what has been delivered");
        Address author = author();
        boolean enveloped = !all(ENVELOPE_TO).isEmpty();
        Address sender = enveloped && !all(ENVELOPE_FROM).isEmpty() ? one(ENVELOPE_FROM) : author;
        Set<Address> to = enveloped ? recipients(List.of(ENVELOPE_TO)) : recipients(List.of("To", "Cc", "Bcc"));
        byte[] kept = kept(origin, enveloped);
        boolean utf8 = sender.needsUtf8() || to.stream().anyMatch(Address::needsUtf8);
        for (byte octet : kept)
            utf8 |= octet < 0; // RFC 6531 §3.4: what is left of UTF-8 in the header needs a host that takes it.
        return new Read.Message(new Envelope(new ReversePath.Mailbox(sender), to.stream().map(Recipient::of).toList(),
                MailParameters.utf8(utf8)), kept);
    }

    /// Who is responsible for it: Sender, or the one in From.
    private Address author() throws BadException {
        List<Field> from = all("From");
        if (from.size() != 1)
            throw new BadException(from.isEmpty() ? "it has no From" : "it has From twice", ONE_SENDER);
        List<Mailbox> authors = mailboxes(from.getFirst());
        if (authors.isEmpty()) throw new BadException("From has no address", ONE_SENDER);
        if (!all("Sender").isEmpty()) return one("Sender");
        // RFC 5322 §3.6.2: of several authors one sends, and Sender says who.
        if (authors.size() > 1)
            throw new BadException("From has " + authors.size() + " addresses and there is no Sender", ONE_SENDER);
        return authors.getFirst().address();
    }

    private Address one(String name) throws BadException {
        List<Field> given = all(name);
        if (given.size() > 1) throw new BadException("it has " + name + " twice", "keep one");
        List<Mailbox> found = mailboxes(given.getFirst());
        if (found.size() != 1)
            throw new BadException(name + " has " + (found.isEmpty() ? "no address" : found.size() + " addresses"),
                    "write one");
        return found.getFirst().address();
    }

    private Set<Address> recipients(List<String> names) throws BadException {
        var to = new LinkedHashSet<Address>();
        for (String name : names)
            for (Field field : all(name))
                for (Mailbox one : mailboxes(field))
                    to.add(one.address());
        if (to.isEmpty())
            throw new BadException("it has no recipient", "name one at least in To, Cc or Bcc, or in X-Receiver");
        if (to.size() > recipientsMax)
            throw new BadException("it has " + to.size() + " recipients; " + recipientsMax + " are allowed",
                    "write it for fewer at once, or raise pickup.maxRecipients in the settings");
        return to;
    }

    private static List<Mailbox> mailboxes(Field field) throws BadException {
        return switch (AddressField.of(field.body())) {
            case AddressField.Read.Mailboxes(var all, var _) -> all;
            case AddressField.Read.Malformed(var why) -> throw new BadException(field.name() + ": " + why,
                    "write addresses as in: Ann Lee <ann@example.org>, bob@example.org");
        };
    }

    /// The header that goes on: without who must not be seen, with what is missing.
    private byte[] kept(Origin origin, boolean enveloped) {
        var kept = new StringBuilder();
        // RFC 5321 §4.4: whoever takes a message in says so in front.
        kept.append("Received: by ").append(origin.hostName()).append(" (Sternpost) via pickup id ").append(origin.id())
                .append(";\r\n\t").append(Header.date(origin.now())).append("\r\n");
        // A signature is of the fields as they stand (RFC 6376 §3.7).
        boolean signed = !all("DKIM-Signature").isEmpty() || !all("ARC-Seal").isEmpty();
        for (Field field : fields) {
            // RFC 5322 §3.6.3: nobody is shown who else has a copy.
            if (field.is("Bcc") || enveloped && (field.is(ENVELOPE_FROM) || field.is(ENVELOPE_TO))) continue;
            kept.append(signed ? field.text() : inAscii(field));
        }
        // RFC 6409 §8: whoever takes in a message from its author adds what it lacks.
        if (all("Date").isEmpty()) kept.append("Date: ").append(Header.date(origin.now())).append("\r\n");
        if (all("Message-ID").isEmpty())
            kept.append("Message-ID: <").append(origin.id()).append('@').append(origin.hostName()).append(">\r\n");
        return kept.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    /// A field whose text may be said in encoded words is, for most hosts take no other (RFC 2047 §5); where it may
    /// not, it stays as it is. Words of it that are encoded already are decoded first: twice is not read once.
    private static String inAscii(Field field) {
        if (Characters.areAscii(field.text())) return field.text();
        try {
            return encoded(field).map(PickupHeader::text).orElse(field.text());
        } catch (IllegalArgumentException odd) {
            return field.text(); // as its author wrote it
        }
    }

    private static Optional<FieldWriter> encoded(Field field) {
        var writer = new FieldWriter(false);
        if (field.is("Subject"))
            return Header.said(field.body().strip()).map(text -> writer.field(field.name(), text));
        if (!MAILBOXES.contains(field.name().toLowerCase(Locale.ROOT))
                || !(AddressField.of(field.body()) instanceof AddressField.Read.Mailboxes(var all, var grouped))
                || grouped)
            return Optional.empty();
        var plain = new ArrayList<Mailbox>();
        for (Mailbox one : all) {
            Optional<String> name = Header.said(one.name());
            if (name.isEmpty()) return Optional.empty();
            plain.add(new Mailbox(name.get(), one.address()));
        }
        return Optional.of(writer.mailboxes(field.name(), plain));
    }

    private static String text(FieldWriter written) { return new String(written.octets(), StandardCharsets.UTF_8); }

    private List<Field> all(String name) { return fields.stream().filter(field -> field.is(name)).toList(); }

    private static String text(byte[] octets) throws BadException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
        } catch (CharacterCodingException _) {
            throw new BadException("the header is not UTF-8", "write it as UTF-8, or in encoded words (=?utf-8?...?=)");
        }
    }

    private static List<Field> fields(String header) throws BadException {
        var fields = new ArrayList<Field>();
        int number = 1;
        for (int at = 0; at < header.length() && !header.startsWith("\r\n", at);) {
            int end = header.indexOf("\r\n", at) + 2;
            int lines = 1;
            for (; end < header.length() && " \t".indexOf(header.charAt(end)) >= 0; lines++)
                end = header.indexOf("\r\n", end) + 2;
            fields.add(field(header.substring(at, end), number));
            number += lines;
            at = end;
        }
        if (fields.isEmpty())
            throw new BadException("it has no header: it begins with an empty line or has none", FIELDS);
        return fields;
    }

    /// RFC 5322 §2.2: a name of visible ASCII, and a colon; blanks before it as old software writes them (§4.5).
    private static Field field(String text, int line) throws BadException {
        int colon = text.indexOf(':');
        String name = colon < 0 ? "" : text.substring(0, colon).stripTrailing();
        if (name.isEmpty() || !Characters.all(name, c -> c > ' ' && c < 0x7f))
            throw new BadException("line " + line + " of the header is no field: '" + VisibleText.excerpt(text.strip())
                    + "'", FIELDS);
        return new Field(name, text, text.substring(colon + 1).replace("\r\n", ""));
    }
}
