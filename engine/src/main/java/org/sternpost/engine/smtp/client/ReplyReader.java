package org.sternpost.engine.smtp.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import org.sternpost.engine.mail.VisibleText;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.smtp.client.SmtpSession.Stage;

/// Reads replies within limits; whoever breaks them breaks the session.
final class ReplyReader {

    private static final int LINE_OCTETS_MAX = 2048; // RFC 5321 §4.5.3.1.5 says 512; real hosts say more
    private static final int LINES_MAX = 100; // more than any EHLO
    private static final int BUFFER_OCTETS = 1024; // of thousands of sessions that wait; replies seldom have more

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_OCTETS];
    private int next;
    private int end;

    ReplyReader(InputStream in) { this.in = in; }

    /// True if octets were read that belong to no reply asked for yet.
    boolean hasMore() throws IOException { return next < end || in.available() > 0; }

    Reply read(Stage stage) throws BrokenSessionException {
        try {
            return parse(stage);
        } catch (BrokenSessionException already) {
            throw already;
        } catch (IOException broken) {
            throw new BrokenSessionException(stage, broken);
        }
    }

    private Reply parse(Stage stage) throws IOException {
        var lines = new ArrayList<String>();
        int code = 0;
        while (true) {
            String line = line(stage);
            if (!isReply(line))
                throw new BrokenSessionException(stage,
                        "the host said '" + VisibleText.of(line) + "', which is no reply of SMTP");
            code = deciding(code, Integer.parseInt(line.substring(0, 3)));
            lines.add(line.length() > 4 ? VisibleText.of(line.substring(4)) : "");
            if (line.length() <= 3 || line.charAt(3) == ' ') return new Reply(code, lines);
            if (lines.size() >= LINES_MAX)
                throw new BrokenSessionException(stage, "the host sent a reply of more than " + LINES_MAX + " lines");
        }
    }

    /// RFC 5321 §4.2: three digits, then a space, a hyphen or nothing.
    private static boolean isReply(String line) {
        return line.length() >= 3 && line.charAt(0) >= '2' && line.charAt(0) <= '5' && isDigit(line.charAt(1))
                && isDigit(line.charAt(2)) && (line.length() == 3 || line.charAt(3) == ' ' || line.charAt(3) == '-');
    }

    private static boolean isDigit(char c) { return c >= '0' && c <= '9'; }

    /// RFC 5321 §4.2.1: every line of a reply has the same code. Of several within one class the last one counts; else
    /// the worst, for what is refused on one line is not done.
    private static int deciding(int before, int said) { return said / 100 >= before / 100 ? said : before; }

    /// Up to the next LF. What is in the buffer as a whole is read where it stands.
    private String line(Stage stage) throws IOException {
        byte[] begun = {};
        while (true) {
            int from = next;
            while (next < end && buffer[next] != '\n')
                next++;
            if (begun.length + next - from > LINE_OCTETS_MAX)
                throw new BrokenSessionException(stage,
                        "the host sent a line of more than " + LINE_OCTETS_MAX + " octets");
            if (next < end) {
                int length = next++ - from;
                return begun.length == 0 ? text(buffer, from, length) : text(joined(begun, from, length));
            }
            begun = joined(begun, from, next - from);
            fill();
        }
    }

    private void fill() throws IOException {
        int read = in.read(buffer);
        next = 0;
        end = Math.max(0, read);
        if (read < 0) throw new EOFException("the host closed the connection");
    }

    private byte[] joined(byte[] begun, int from, int length) {
        if (length == 0) return begun;
        byte[] whole = Arrays.copyOf(begun, begun.length + length);
        System.arraycopy(buffer, from, whole, begun.length, length);
        return whole;
    }

    private static String text(byte[] line) { return text(line, 0, line.length); }

    private static String text(byte[] octets, int from, int length) {
        boolean cr = length > 0 && octets[from + length - 1] == '\r';
        return new String(octets, from, cr ? length - 1 : length, StandardCharsets.UTF_8);
    }
}
