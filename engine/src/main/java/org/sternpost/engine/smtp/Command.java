package org.sternpost.engine.smtp;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Characters;
import org.sternpost.engine.mail.Envelope.BodyType;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Notify;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.mail.Envelope.Ret;

/// One command line: its verb in capitals and what follows. With it the one grammar by which commands are read from
/// clients and written to hosts.
public record Command(String verb, String argument) {

    private static final String CHUNK_VERB = "BDAT";
    private static final int CHUNK_DIGITS_MAX = 18; // that fit a long; no session lasts long enough to send so much

    /// A path with its parameters, after `MAIL FROM:` or `RCPT TO:`.
    ///
    /// @param path       between the angle brackets
    /// @param parameters by name in capitals; empty text for one without a value
    public record Path(String path, Map<String, String> parameters) {}

    /// A line that breaks the grammar, or asks for what is not taken, with the reply it gets.
    public static final class MalformedCommandException extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Reply reply;

        public MalformedCommandException(int code, String text) {
            super(text);
            this.reply = Reply.of(code, text);
        }

        static MalformedCommandException parameter(String why) {
            return new MalformedCommandException(501, "5.5.4 " + why);
        }

        /// RFC 5321 §4.1.1.11: what was not announced is refused.
        static MalformedCommandException unknownParameter(String name) {
            return new MalformedCommandException(555, "5.5.4 parameter " + name + " is not known here");
        }

        /// What its client hears.
        public Reply reply() { return reply; }
    }

    /// Reads a line, which has no CRLF any more.
    public static Command of(byte[] line) throws MalformedCommandException {
        String text = withoutBlanksAtEnd(text(line)); // RFC 5321 §4.1.1: white space before the end of a line is borne
        if (Characters.any(text, c -> c < 0x20 || c == 0x7f))
            throw new MalformedCommandException(500, "5.5.2 the command has a control character");
        int space = text.indexOf(' ');
        String verb = (space < 0 ? text : text.substring(0, space)).toUpperCase(Locale.ROOT);
        return new Command(verb, space < 0 ? "" : withoutSpacesInFront(text.substring(space + 1)));
    }

    private static String text(byte[] line) throws MalformedCommandException {
        for (byte octet : line)
            if (octet < 0) return utf8(line);
        return new String(line, StandardCharsets.US_ASCII);
    }

    private static String utf8(byte[] line) throws MalformedCommandException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
        } catch (CharacterCodingException _) {
            throw new MalformedCommandException(500, "5.5.2 the command is not UTF-8");
        }
    }

    /// True if whoever said a line may have meant BDAT, however wrong it is: then what follows is a message.
    public static boolean mayAnnounceChunk(byte[] line) {
        int at = 0;
        while (at < line.length && line[at] >= 0 && line[at] <= ' ')
            at++;
        if (line.length - at < CHUNK_VERB.length()) return false;
        for (int i = 0; i < CHUNK_VERB.length(); i++)
            if (Character.toUpperCase((char) line[at + i]) != CHUNK_VERB.charAt(i)) return false;
        return true;
    }

    /// What BDAT announces (RFC 3030 §2).
    ///
    /// @param octets that follow the command
    /// @param last   the message ends with them
    public record Chunk(long octets, boolean last) {}

    /// Reads what follows BDAT.
    public Chunk chunk() throws MalformedCommandException {
        int space = argument.indexOf(' ');
        String octets = space < 0 ? argument : argument.substring(0, space);
        String marker = space < 0 ? "" : withoutSpacesInFront(argument.substring(space));
        if (!isNumber(octets, CHUNK_DIGITS_MAX) || !marker.isEmpty() && !marker.equalsIgnoreCase("LAST"))
            throw new MalformedCommandException(501, "5.5.4 write BDAT and a number of octets, and LAST for the last");
        return new Chunk(Long.parseLong(octets), !marker.isEmpty());
    }

    /// Reads the path that follows a keyword such as `FROM:` (RFC 5321 §4.1.2).
    public Path path(String keyword) throws MalformedCommandException { return path(keyword, false); }

    /// The same, where wanted also of an address without brackets.
    ///
    /// Departs from RFC 5321 §4.1.2 where it is lenient: old devices write `MAIL FROM:a@example.org`.
    public Path path(String keyword, boolean lenient) throws MalformedCommandException {
        if (!argument.regionMatches(true, 0, keyword, 0, keyword.length()))
            throw new MalformedCommandException(501, "5.5.4 write " + verb + " " + keyword + "<address>");
        String rest = withoutSpacesInFront(argument.substring(keyword.length()));
        if (!rest.startsWith("<") && lenient) return bare(rest);
        if (!rest.startsWith("<"))
            throw new MalformedCommandException(501, "5.5.4 the address is not in angle brackets");
        int end = closing(rest);
        if (end < 0) throw new MalformedCommandException(501, "5.5.4 the closing angle bracket is missing");
        String after = rest.substring(end + 1);
        if (!after.isEmpty() && !after.startsWith(" "))
            throw new MalformedCommandException(501, "5.5.4 a space belongs after the closing angle bracket");
        return new Path(withoutRoute(rest.substring(1, end)), parameters(after));
    }

    /// An address without brackets, up to the first space.
    private static Path bare(String rest) throws MalformedCommandException {
        int space = rest.indexOf(' ');
        String path = space < 0 ? rest : rest.substring(0, space);
        if (path.isEmpty() || path.indexOf('<') >= 0 || path.indexOf('>') >= 0)
            throw new MalformedCommandException(501, "5.5.4 the address is missing, or half in angle brackets");
        return new Path(withoutRoute(path), parameters(rest.substring(path.length())));
    }

    /// Reads what follows a path: `NAME` or `NAME=value`, with one space before each (RFC 5321 §4.1.2).
    ///
    /// @return by name in capitals; empty text for one without a value
    public static Map<String, String> parameters(String text) throws MalformedCommandException {
        if (text.isEmpty()) return Map.of();
        var parameters = new LinkedHashMap<String, String>();
        for (String parameter : text.split(" ")) {
            if (parameter.isEmpty()) continue;
            int equals = parameter.indexOf('=');
            String name = equals < 0 ? parameter : parameter.substring(0, equals);
            String value = equals < 0 ? "" : parameter.substring(equals + 1);
            if (!isName(name) || equals >= 0 && !isValue(value))
                throw MalformedCommandException.parameter("'" + parameter + "' is no parameter");
            if (parameters.put(name.toUpperCase(Locale.ROOT), value) != null)
                throw MalformedCommandException.parameter(name.toUpperCase(Locale.ROOT) + " is given twice");
        }
        return parameters;
    }

    /// True for a number without a sign, of so many digits at most.
    public static boolean isNumber(String text, int digitsMax) {
        return !text.isEmpty() && text.length() <= digitsMax && Characters.all(text, c -> c >= '0' && c <= '9');
    }

    /// RFC 5321 §4.1.2: letters, digits and hyphens, and no hyphen first.
    private static boolean isName(String text) {
        return !text.isEmpty() && text.charAt(0) != '-' && Characters.all(text,
                c -> c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-');
    }

    /// RFC 5321 §4.1.2: any character but "=", space and controls; RFC 6531 §3.3 adds those outside ASCII.
    private static boolean isValue(String value) {
        return !value.isEmpty() && Characters.all(value, c -> c > ' ' && c != '=' && !Address.breaksLines(c));
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

    /// The parameters of MAIL as the command says them. Whoever takes them in and whoever sends them on use this one
    /// grammar, so what was accepted can be said again.
    ///
    /// @param size       octets declared (RFC 1870 §4), of this transaction alone
    /// @param parameters kept with the message
    public record MailCommand(OptionalLong size, MailParameters parameters) {

        public static final String REQUIRETLS = "REQUIRETLS"; // RFC 8689 §2

        /// Reads parameters by their names; one that is not known is refused (RFC 5321 §4.1.1.11).
        public static MailCommand of(Map<String, String> given) throws MalformedCommandException {
            var size = OptionalLong.empty();
            var body = BodyType.SevenBit;
            boolean utf8 = false;
            var ret = Ret.None;
            String envid = "";
            var requireTls = RequireTlsTag.None;
            for (var parameter : given.entrySet()) {
                String value = parameter.getValue();
                switch (parameter.getKey()) {
                    case "SIZE" -> size = OptionalLong.of(size(value));
                    case "BODY" -> body = oneOf("BODY", value, "8BITMIME", "7BIT")
                            ? BodyType.EightBitMime
                            : BodyType.SevenBit;
                    case "SMTPUTF8" -> utf8 = alone("SMTPUTF8", value);
                    // RFC 3461 §4.3
                    case "RET" -> ret = oneOf("RET", value, "FULL", "HDRS") ? Ret.Full : Ret.Headers;
                    case "ENVID" -> envid = given("ENVID", value);
                    case REQUIRETLS -> requireTls = alone(REQUIRETLS, value)
                            ? RequireTlsTag.Required
                            : RequireTlsTag.None;
                    default -> throw MalformedCommandException.unknownParameter(parameter.getKey());
                }
            }
            try {
                return new MailCommand(size, new MailParameters(body, utf8, ret, envid, requireTls));
            } catch (IllegalArgumentException bad) {
                throw MalformedCommandException.parameter(String.valueOf(bad.getMessage()));
            }
        }

        /// As a command says them, each after a space.
        public String written() {
            var said = new StringBuilder();
            if (size.isPresent()) said.append(" SIZE=").append(size.getAsLong());
            if (parameters.body() == BodyType.EightBitMime) said.append(" BODY=8BITMIME");
            if (parameters.smtpUtf8()) said.append(" SMTPUTF8");
            if (parameters.requireTls() == RequireTlsTag.Required) said.append(" REQUIRETLS");
            // RFC 3461 §5.2.1: passed on as it was said, and nothing where nothing was said.
            said.append(switch (parameters.ret()) {
                case None -> "";
                case Headers -> " RET=HDRS";
                case Full -> " RET=FULL";
            });
            if (!parameters.envid().isEmpty()) said.append(" ENVID=").append(parameters.envid());
            return said.toString();
        }

        private static long size(String value) throws MalformedCommandException {
            // RFC 1870 §4: 1 to 20 digits; what a long cannot hold is too large in any case.
            if (!isNumber(value, 20)) throw MalformedCommandException.parameter("SIZE needs a number of octets");
            return value.length() > 18 ? Long.MAX_VALUE : Long.parseLong(value);
        }

        private static boolean oneOf(String name, String value, String yes, String no)
                throws MalformedCommandException {
            if (value.equalsIgnoreCase(yes)) return true;
            if (value.equalsIgnoreCase(no)) return false;
            throw MalformedCommandException.parameter(name + " is " + yes + " or " + no);
        }

        private static boolean alone(String name, String value) throws MalformedCommandException {
            if (!value.isEmpty()) throw MalformedCommandException.parameter(name + " takes no value");
            return true;
        }

        private static String given(String name, String value) throws MalformedCommandException {
            if (value.isEmpty()) throw MalformedCommandException.parameter(name + " needs a value");
            return value;
        }
    }

    /// The parameters of RCPT as the command says them, in one grammar for both sides, as [MailCommand] is.
    public static final class RcptCommand {

        private RcptCommand() {}

        /// Reads parameters by their names; one that is not known is refused (RFC 5321 §4.1.1.11).
        ///
        /// @param smtpUtf8 MAIL asked for SMTPUTF8
        public static Recipient of(Address address, Map<String, String> given, boolean smtpUtf8)
                throws MalformedCommandException {
            Set<Notify> notifyOn = Set.of();
            String orcpt = "";
            for (var parameter : given.entrySet())
                switch (parameter.getKey()) {
                    case "NOTIFY" -> notifyOn = notifyOn(parameter.getValue());
                    case "ORCPT" -> orcpt = MailCommand.given("ORCPT", parameter.getValue());
                    default -> throw MalformedCommandException.unknownParameter(parameter.getKey());
                }
            // RFC 6533 §3: an address of type utf-8 may be sent as it is when SMTPUTF8 was asked for.
            if (!smtpUtf8 && !Characters.areAscii(orcpt))
                throw MalformedCommandException
                        .parameter("ORCPT has characters outside ASCII and MAIL has no SMTPUTF8");
            try {
                return new Recipient(address, notifyOn, orcpt);
            } catch (IllegalArgumentException bad) {
                throw MalformedCommandException.parameter(String.valueOf(bad.getMessage()));
            }
        }

        /// As a command says them, each after a space.
        ///
        /// @param smtpUtf8 MAIL says SMTPUTF8
        public static String written(Recipient recipient, boolean smtpUtf8) {
            var said = new StringBuilder();
            if (!recipient.notifyOn().isEmpty())
                said.append(" NOTIFY=").append(recipient.notifyOn().stream().sorted()
                        .map(on -> on.name().toUpperCase(Locale.ROOT)).collect(Collectors.joining(",")));
            // RFC 6533 §3: without SMTPUTF8 in seven bits.
            String orcpt = (smtpUtf8 ? recipient : recipient.sevenBit()).orcpt();
            if (!orcpt.isEmpty()) said.append(" ORCPT=").append(orcpt);
            return said.toString();
        }

        private static Set<Notify> notifyOn(String value) throws MalformedCommandException {
            var set = EnumSet.noneOf(Notify.class);
            for (String word : value.split(",", -1)) {
                Notify notify = switch (word.toUpperCase(Locale.ROOT)) {
                    case "NEVER" -> Notify.Never;
                    case "SUCCESS" -> Notify.Success;
                    case "FAILURE" -> Notify.Failure;
                    case "DELAY" -> Notify.Delay;
                    default ->
                        throw MalformedCommandException.parameter("NOTIFY is NEVER, or some of SUCCESS,FAILURE,DELAY");
                };
                if (!set.add(notify)) throw MalformedCommandException.parameter("NOTIFY says " + word + " twice");
            }
            return set;
        }
    }
}
