package org.sternpost.shell.line;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CoderResult;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// The text of a script, whichever editor saved it: UTF-8 with or without a mark, UTF-16 with its mark, any line ends.
///
/// What is neither is refused by name, never read wrongly.
public final class SourceText {
    private static final Charset WINDOWS = Charset.forName("windows-1252");
    private static final char END_OF_DOS_FILE = 0x1A;

    private SourceText() {}

    /// Why a text cannot be read, in words for who saved it.
    public static final class UnreadableTextException extends IOException {
        private static final long serialVersionUID = 1L;

        UnreadableTextException(String message) { super(message); }
    }

    public static String read(Path file) throws IOException { return decode(Files.readAllBytes(file)); }

    /// The characters of a script; lines end in `\n`.
    public static String decode(byte[] octets) throws UnreadableTextException {
        if (starts(octets, 0xFF, 0xFE, 0, 0) || starts(octets, 0, 0, 0xFE, 0xFF))
            throw new UnreadableTextException("it is saved as UTF-32; save it as UTF-8");
        if (starts(octets, 0xFF, 0xFE)) return plain(marked(octets, 2, StandardCharsets.UTF_16LE));
        if (starts(octets, 0xFE, 0xFF)) return plain(marked(octets, 2, StandardCharsets.UTF_16BE));
        int mark = starts(octets, 0xEF, 0xBB, 0xBF) ? 3 : 0;
        return plain(utf8(octets, mark));
    }

    private static boolean starts(byte[] octets, int... with) {
        for (int i = 0; i < with.length; i++)
            if (octets.length <= i || (octets[i] & 0xFF) != with[i]) return false;
        return true;
    }

    private static String marked(byte[] octets, int from, Charset charset) throws UnreadableTextException {
        try {
            return charset.newDecoder().decode(ByteBuffer.wrap(octets, from, octets.length - from)).toString();
        } catch (CharacterCodingException broken) {
            throw new UnreadableTextException("it begins as " + charset + " and is not; save it as UTF-8");
        }
    }

    private static String utf8(byte[] octets, int from) throws UnreadableTextException {
        var in = ByteBuffer.wrap(octets, from, octets.length - from);
        var out = CharBuffer.allocate(octets.length + 1);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
        String text = out.flip().toString();
        int nul = text.indexOf('\0');
        if (nul >= 0)
            throw new UnreadableTextException("line " + line(text, nul)
                    + " has a NUL: it is saved as UTF-16 without a mark, or is no text; save it as UTF-8");
        if (!result.isError()) return text;
        int octet = octets[in.position()] & 0xFF;
        String meant = new String(new byte[]{(byte) octet}, WINDOWS);
        throw new UnreadableTextException("line " + line(text, text.length())
                + " has the octet 0x%02X, which is no UTF-8"
                        .formatted(octet)
                + (meant.equals("\uFFFD") ? "" : " (in Windows-1252 it is " + meant + ")")
                + "; save the file as UTF-8");
    }

    private static long line(String text, int before) {
        return text.substring(0, before).chars().filter(c -> c == '\n').count() + 1;
    }

    private static String plain(String text) {
        String lines = text.replace("\r\n", "\n").replace('\r', '\n');
        int end = lines.length();
        while (end > 0 && (lines.charAt(end - 1) == END_OF_DOS_FILE || lines.charAt(end - 1) == '\n'))
            end--;
        // Line ends stay where no end-of-file mark followed them.
        return lines.indexOf(END_OF_DOS_FILE, end) < 0 ? lines : lines.substring(0, end) + "\n";
    }
}
