package org.sternpost.engine.smtp.server;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.sternpost.engine.smtp.ParameterException;
import org.sternpost.engine.smtp.ParameterText;
import org.sternpost.engine.smtp.Reply;

/// One command line: its verb in capitals and what follows.
record Command(String verb, String argument) {

    /// A path with its parameters, after `MAIL FROM:` or `RCPT TO:`.
    ///
    /// @param path       between the angle brackets
    /// @param parameters by name in capitals; empty text for one without a value
    record Path(String path, Map<String, String> parameters) {}

    /// A line that breaks the grammar; says which reply it gets.
    static final class MalformedCommandException extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Reply reply;

        MalformedCommandException(Reply reply) {
            super(reply.toString());
            this.reply = reply;
        }

        MalformedCommandException(int code, String text) { this(Reply.of(code, text)); }

        MalformedCommandException(ParameterException bad) { this(bad.reply()); }

        /// What its client hears.
        Reply reply() { return reply; }
    }

    static Command of(byte[] line) throws MalformedCommandException {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
        } catch (CharacterCodingException _) {
            throw new MalformedCommandException(500, "5.5.2 the command is not UTF-8");
        }
        text = withoutBlanksAtEnd(text); // RFC 5321 §4.1.1: white space before the end of a line is borne
        if (text.chars().anyMatch(c -> c < 0x20 || c == 0x7f))
            throw new MalformedCommandException(500, "5.5.2 the command has a control character");
        int space = text.indexOf(' ');
        String verb = (space < 0 ? text : text.substring(0, space)).toUpperCase(Locale.ROOT);
        return new Command(verb, space < 0 ? "" : withoutSpacesInFront(text.substring(space + 1)));
    }

    /// Reads the path that follows a keyword such as `FROM:` (RFC 5321 §4.1.2).
    Path path(String keyword) throws MalformedCommandException {
        if (!argument.regionMatches(true, 0, keyword, 0, keyword.length()))
            throw new MalformedCommandException(501, "5.5.4 write " + verb + " " + keyword + "<address>");
        String rest = withoutSpacesInFront(argument.substring(keyword.length()));
        if (!rest.startsWith("<"))
            throw new MalformedCommandException(501, "5.5.4 the address is not in angle brackets");
        int end = closing(rest);
        if (end < 0) throw new MalformedCommandException(501, "5.5.4 the closing angle bracket is missing");
        String after = rest.substring(end + 1);
        if (!after.isEmpty() && !after.startsWith(" "))
            throw new MalformedCommandException(501, "5.5.4 a space belongs after the closing angle bracket");
        try {
            return new Path(withoutRoute(rest.substring(1, end)), ParameterText.read(after));
        } catch (ParameterException bad) {
            throw new MalformedCommandException(bad);
        }
    }

    private static String withoutBlanksAtEnd(String text) {
        int end = text.length();
        while (end > 0 && (text.charAt(end - 1) == ' ' || text.charAt(end - 1) == '\t'))
            end--;
        return text.substring(0, end);
    }

    private static String withoutSpacesInFront(String text) {
        int from = 0;
        while (from < text.length() && text.charAt(from) == ' ')
            from++;
        return text.substring(from);
    }

    /// The bracket that is not within quotes.
    private static int closing(String text) {
        boolean quoted = false;
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted && c == '\\') i++;
            else if (c == '"') quoted = !quoted;
            else if (c == '>' && !quoted) return i;
        }
        return -1;
    }

    /// RFC 5321 §4.1.1.3: a source route is taken and ignored.
    private static String withoutRoute(String path) {
        int colon = path.indexOf(':');
        return path.startsWith("@") && colon > 0 ? path.substring(colon + 1) : path;
    }
}
