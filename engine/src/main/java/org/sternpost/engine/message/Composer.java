package org.sternpost.engine.message;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.sternpost.engine.mail.Address;

/// Makes every message that the gateway itself writes: header fields and one text, or several parts
/// (RFC 5322 §3.6, RFC 2045, RFC 2046 §5.1).
///
/// What comes out has lines of at most 998 octets and seven bits, so that every host takes it; only an address outside
/// ASCII, which needs SMTPUTF8 anyway, stands as it is (RFC 6532 §3).
public final class Composer {

    private final FieldWriter header = new FieldWriter(false);

    /// Adds a field; words outside ASCII become encoded words.
    ///
    /// @throws IllegalArgumentException if the name is none, ours or there already, or the value has control characters
    public Composer field(String name, String value) {
        if (name.toLowerCase(Locale.ROOT).startsWith("content-") || name.equalsIgnoreCase("MIME-Version"))
            throw new IllegalArgumentException("the field " + name + " is written by the gateway");
        header.field(name, value);
        return this;
    }

    /// Adds a field of addresses.
    public Composer addresses(String name, List<Address> addresses) {
        header.list(name, addresses.stream().map(Address::inHeader).toList());
        return this;
    }

    /// Adds a field with one address and the name of who has it, in ASCII.
    public Composer mailbox(String name, String phrase, Address address) {
        header.list(name, List.of(phrase + " <" + address.inHeader() + ">"));
        return this;
    }

    /// A message of one text.
    public byte[] text(String body) {
        header.field("MIME-Version", "1.0");
        var out = new ByteArrayOutputStream();
        out.writeBytes(header.octets());
        put(out, Part.text(body));
        return out.toByteArray();
    }

    /// A message of several parts.
    ///
    /// @param type     `multipart/report; report-type=delivery-status`
    /// @param boundary stands in none of the parts; at most 70 characters (RFC 2046 §5.1.1)
    public byte[] parts(String type, String boundary, List<Part> parts) {
        header.field("MIME-Version", "1.0").field("Content-Type", type + "; boundary=\"" + boundary + "\"");
        var out = new ByteArrayOutputStream();
        out.writeBytes(header.octets());
        for (Part part : parts) {
            out.writeBytes(ascii("\r\n--" + boundary + "\r\n"));
            put(out, part);
        }
        out.writeBytes(ascii("\r\n--" + boundary + "--\r\n"));
        return out.toByteArray();
    }

    private static void put(ByteArrayOutputStream out, Part part) {
        var fields = new FieldWriter(false).field("Content-Type", part.type());
        if (!part.disposition().isEmpty()) fields.field("Content-Disposition", part.disposition());
        out.writeBytes(fields.field("Content-Transfer-Encoding", part.encoding()).end().octets());
        out.writeBytes(part.octets());
    }

    private static byte[] ascii(String text) { return text.getBytes(StandardCharsets.US_ASCII); }
}
