package org.sternpost.engine.smtp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;

/// Reads the replies of a server, however long it would like them to be.
public final class ReplyReader {

    private static final int LINE_OCTETS_MAX = 512 * 4; // RFC 5321 §4.5.3.1.5 says 512; some servers say more
    private static final int LINES_MAX = 100;

    private final SmtpInput in;

    public ReplyReader(SmtpInput in) { this.in = in; }

    /// @throws IOException if the peer left or said no reply
    public Reply read() throws IOException {
        var lines = new ArrayList<String>();
        int code = 0;
        while (lines.size() < LINES_MAX) {
            String line = line();
            int said = code(line);
            if (code != 0 && said != code) throw broken("two codes in one reply", line);
            code = said;
            char separator = line.length() > 3 ? line.charAt(3) : ' ';
            if (separator != ' ' && separator != '-') throw broken("no separator after the code", line);
            lines.add(line.length() > 4 ? line.substring(4) : "");
            if (separator == ' ') return new Reply(code, lines);
        }
        throw new IOException("the peer's reply has more than " + LINES_MAX + " lines");
    }

    private String line() throws IOException {
        return switch (in.line(LINE_OCTETS_MAX)) {
            case SmtpInput.Line.Text(var octets) -> new String(octets, StandardCharsets.UTF_8);
            case SmtpInput.Line.TooLong _ ->
                throw new IOException("the peer's reply has a line of more than " + LINE_OCTETS_MAX + " octets");
            case SmtpInput.Line.BareEnd _ -> throw new IOException("the peer's reply has a bare CR or LF");
            case SmtpInput.Line.End _ -> throw new IOException("the peer closed the connection");
        };
    }

    private static int code(String line) throws IOException {
        if (line.length() < 3 || !line.substring(0, 3).chars().allMatch(c -> c >= '0' && c <= '9'))
            throw broken("no reply code", line);
        int code = Integer.parseInt(line.substring(0, 3));
        if (code < 200 || code > 599) throw broken("no reply code", line);
        return code;
    }

    private static IOException broken(String what, String line) {
        String shown = line.length() > 80 ? line.substring(0, 80) : line;
        return new IOException("the peer's reply has " + what + ": '"
                + shown.replaceAll("\\p{Cntrl}", "?") + "'");
    }
}
