package org.sternpost.engine.message;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;

/// One MIME part that is ready to travel: its type, and its octets in seven bits (RFC 2045 §6).
///
/// @param type     value of `Content-Type`, with parameters
/// @param disposition value of `Content-Disposition`; empty text when there is none
/// @param encoding value of `Content-Transfer-Encoding`
/// @param octets   encoded, with CRLF line ends
public record Part(String type, String disposition, String encoding, byte[] octets) {

    private static final int LINE_OCTETS_MAX = 998; // RFC 5322 §2.1.1
    private static final int ENCODED_CHARACTERS = 76; // RFC 2045 §6.7, §6.8
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    /// Text for people; lines end as this machine or any other ends them.
    public static Part text(String text) {
        byte[] octets = (String.join("\r\n", text.lines().toList()) + "\r\n").getBytes(StandardCharsets.UTF_8);
        boolean ascii = text.chars().allMatch(c -> c < 0x80);
        return of("text/plain; charset=" + (ascii ? "us-ascii" : "utf-8"), octets);
    }

    /// As they are where every host takes them, else as quoted-printable, which no type `message/rfc822` may have.
    public static Part of(String type, byte[] octets) {
        return isPlain(octets)
                ? new Part(type, "", "7bit", octets)
                : new Part(type, "", "quoted-printable", quoted(octets));
    }

    /// As they are, for who is known to take eight bits, and with [#isEightBit] alone.
    public static Part eightBit(String type, byte[] octets) { return new Part(type, "", "8bit", octets); }

    /// Octets that are no text.
    public static Part binary(String type, byte[] octets) {
        String text = Base64.getMimeEncoder(ENCODED_CHARACTERS, new byte[]{'\r', '\n'}).encodeToString(octets);
        return new Part(type, "", "base64", (text + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    /// The same to be kept as a file.
    public Part attached(String fileName) {
        return new Part(type, "attachment; filename=\"" + fileName + "\"", encoding, octets);
    }

    /// True if the octets pass any host: ASCII without NUL, in lines of at most 998 that CRLF ends (RFC 2045 §2.7).
    public static boolean isPlain(byte[] octets) { return isLines(octets, false); }

    /// The same of octets beyond ASCII too (RFC 2045 §2.8).
    public static boolean isEightBit(byte[] octets) { return isLines(octets, true); }

    private static boolean isLines(byte[] octets, boolean eightBit) {
        int length = 0;
        for (int i = 0; i < octets.length; i++) {
            byte octet = octets[i];
            boolean lineEnd = octet == '\r' && i + 1 < octets.length && octets[i + 1] == '\n';
            if (lineEnd) {
                length = 0;
                i++;
            } else if (octet == 0 || octet < 0 && !eightBit || octet == '\r' || octet == '\n'
                    || ++length > LINE_OCTETS_MAX)
                return false;
        }
        return true;
    }

    private static byte[] quoted(byte[] octets) {
        var out = new ByteArrayOutputStream(octets.length * 2);
        int column = 0;
        for (int i = 0; i < octets.length; i++) {
            int octet = octets[i] & 0xff;
            if (octet == '\r' && i + 1 < octets.length && octets[i + 1] == '\n') {
                out.writeBytes(new byte[]{'\r', '\n'});
                column = 0;
                i++;
                continue;
            }
            // RFC 2045 §6.7: white space at the end of a line is encoded, for hosts take it away.
            boolean last = i + 1 == octets.length || octets[i + 1] == '\r';
            boolean literal = octet > 0x20 && octet < 0x7f && octet != '=' || (octet == ' ' || octet == '\t') && !last;
            int width = literal ? 1 : 3;
            if (column + width > ENCODED_CHARACTERS - 1) {
                out.writeBytes(new byte[]{'=', '\r', '\n'});
                column = 0;
            }
            if (literal) out.write(octet);
            else
                out.writeBytes(("=" + HEX.toHexDigits((byte) octet)).getBytes(StandardCharsets.US_ASCII));
            column += width;
        }
        return out.toByteArray();
    }
}
