package org.sternpost.engine.message;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A message in seven bits, for a host without 8BITMIME (RFC 6152 §3): parts in eight bits as quoted-printable, if they
/// are text, else as base64 (RFC 2045 §6.7, §6.8).
public final class SevenBit extends InputStream {

    private static final int LINE_CHARACTERS_MAX = 76; // RFC 2045 §6.7, §6.8
    private static final int BASE64_OCTETS = LINE_CHARACTERS_MAX / 4 * 3;
    private static final String HEX = "0123456789ABCDEF";
    private static final List<String> SIGNATURES = List.of("DKIM-Signature", "ARC-Message-Signature", "ARC-Seal",
            "DomainKey-Signature");

    /// Whether and how a message can be told in seven bits.
    public sealed interface Plan {

        /// @param parts by number, that must be encoded
        record Convert(Set<Integer> parts) implements Plan {}

        /// @param why in words that go on `the message`
        record Impossible(String why) implements Plan {}
    }

    private final InputStream in;
    private final MimeWalk walk;
    private byte[] ready = new byte[0];
    private int next;
    private boolean over;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(1024);

    private SevenBit(InputStream in, Set<Integer> parts) {
        this.in = in;
        this.walk = new MimeWalk(in, new Writer(out, parts));
    }

    /// Looks a message through.
    public static Plan plan(InputStream in) throws IOException {
        var survey = new Survey();
        var walk = new MimeWalk(in, survey);
        try {
            while (survey.obstacle.isEmpty() && walk.step())
                continue;
        } catch (MimeWalk.TooComplexException why) {
            return new Plan.Impossible("cannot be converted: " + why.getMessage());
        }
        return survey.obstacle.<Plan>map(Plan.Impossible::new).orElseGet(() -> new Plan.Convert(survey.parts));
    }

    public static InputStream of(InputStream in, Plan.Convert plan) { return new SevenBit(in, plan.parts()); }

    @Override
    public int read() throws IOException { return isReady() ? ready[next++] & 0xff : -1; }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (!isReady()) return -1;
        int taken = Math.min(length, ready.length - next);
        System.arraycopy(ready, next, into, offset, taken);
        next += taken;
        return taken;
    }

    @Override
    public void close() throws IOException { in.close(); }

    private boolean isReady() throws IOException {
        while (next == ready.length && !over) {
            over = !walk.step();
            ready = out.toByteArray();
            out.reset();
            next = 0;
        }
        return next < ready.length;
    }

    private static final class Survey implements MimeWalk.Visitor {

        private final Set<Integer> parts = new HashSet<>();
        private Optional<String> obstacle = Optional.empty();
        private boolean sealed;

        @Override
        public void header(MimePart part, List<MimeWalk.Line> lines) {
            for (MimeWalk.Line line : lines) {
                // RFC 2047 §1: a header has no transfer encoding, so nobody can say what these octets mean.
                if (line.isEightBit()) stop("has header fields in raw eight-bit octets");
                if (part.number() == 0) sealed |= SIGNATURES.stream().anyMatch(name -> MimePart.isField(line, name));
            }
        }

        @Override
        public void body(MimePart part, MimeWalk.Line line) {
            if (!line.isEightBit()) return;
            if (sealed || part.signed()) stop("has a signature that a conversion would break");
            // RFC 2046 §5.1, §5.2: no encoding is allowed for these.
            else if (part.type().startsWith("multipart/") || part.type().startsWith("message/"))
                stop("has eight-bit octets in a part of type " + part.type() + ", which may not be encoded");
            else if (!part.isIdentity()) stop("has eight-bit octets in a part that says it is " + part.encoding());
            else
                parts.add(part.number());
        }

        @Override
        public void end(MimePart part, boolean atBoundary) {}

        @Override
        public void between(MimeWalk.Line line, boolean boundary) {
            if (line.isEightBit()) stop("has eight-bit octets outside of its parts");
        }

        private void stop(String why) { if (obstacle.isEmpty()) obstacle = Optional.of(why); }
    }

    private static final class Writer implements MimeWalk.Visitor {

        private final ByteArrayOutputStream out;
        private final Set<Integer> parts;
        private final ByteArrayOutputStream octets = new ByteArrayOutputStream(); // of base64, not yet a line
        private boolean lineDue;

        Writer(ByteArrayOutputStream out, Set<Integer> parts) {
            this.out = out;
            this.parts = parts;
        }

        @Override
        public void header(MimePart part, List<MimeWalk.Line> lines) {
            boolean encode = parts.contains(part.number());
            boolean drop = false;
            boolean version = false;
            for (MimeWalk.Line line : lines) {
                if (!MimePart.goesOn(line))
                    drop = MimePart.isField(line, "Content-Transfer-Encoding")
                            && (encode || part.isIdentity());
                version |= MimePart.isField(line, "MIME-Version");
                if (!drop) line(line.octets(), true);
            }
            if (encode && part.isWhole() && !version) say("MIME-Version: 1.0");
            // RFC 1428 §3: eight bits without a charset have one that nobody knows.
            if (encode && !part.declared()) say("Content-Type: text/plain; charset=unknown-8bit");
            if (encode) say("Content-Transfer-Encoding: " + (part.isText() ? "quoted-printable" : "base64"));
            else if (part.isIdentity() && !part.encoding().equals("7bit")) say("Content-Transfer-Encoding: 7bit");
            say("");
        }

        @Override
        public void body(MimePart part, MimeWalk.Line line) {
            if (!parts.contains(part.number())) line(line.octets(), line.ended());
            else if (part.isText()) quoted(line);
            else {
                if (lineDue) octets.writeBytes(new byte[]{'\r', '\n'});
                octets.writeBytes(line.octets());
                lineDue = line.ended();
                base64(false);
            }
        }

        @Override
        public void end(MimePart part, boolean atBoundary) {
            if (!parts.contains(part.number()) || part.isText()) return;
            if (lineDue && !atBoundary) octets.writeBytes(new byte[]{'\r', '\n'});
            lineDue = false;
            base64(true);
        }

        @Override
        public void between(MimeWalk.Line line, boolean boundary) { line(line.octets(), line.ended()); }

        private void quoted(MimeWalk.Line line) {
            byte[] from = line.octets();
            int width = 0;
            for (int i = 0; i < from.length; i++) {
                int c = from[i] & 0xff;
                boolean blank = c == ' ' || c == '\t';
                // RFC 2045 §6.7: blanks at the end of a line are encoded.
                boolean plain = c > ' ' && c < 0x7f && c != '=' || blank && i < from.length - 1;
                if (width + (plain ? 1 : 3) > LINE_CHARACTERS_MAX - 1) {
                    say("=");
                    width = 0;
                }
                if (plain) out.write(c);
                else
                    out.writeBytes(new byte[]{'=', (byte) HEX.charAt(c >> 4), (byte) HEX.charAt(c & 15)});
                width += plain ? 1 : 3;
            }
            if (line.ended()) say("");
        }

        private void base64(boolean last) {
            byte[] all = octets.toByteArray();
            int from = 0;
            for (; all.length - from >= BASE64_OCTETS || last && from < all.length; from += BASE64_OCTETS) {
                int length = Math.min(BASE64_OCTETS, all.length - from);
                say(Base64.getEncoder().encodeToString(Arrays.copyOfRange(all, from, from + length)));
            }
            octets.reset();
            if (from < all.length) octets.write(all, from, all.length - from);
        }

        private void line(byte[] octetsOfLine, boolean ended) {
            out.writeBytes(octetsOfLine);
            if (ended) say("");
        }

        private void say(String text) { out.writeBytes((text + "\r\n").getBytes(StandardCharsets.US_ASCII)); }
    }
}
