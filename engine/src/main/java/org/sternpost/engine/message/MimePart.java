package org.sternpost.engine.message;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the header of a message or part says of its content (RFC 2045 §5, §6).
///
/// @param number   in the order of the message, from 0
/// @param isWhole  the header is that of a message and not of a part in it
/// @param signed   it stands within `multipart/signed`
/// @param type     `text/plain`, in lower case
/// @param declared it has a Content-Type
/// @param encoding of Content-Transfer-Encoding, in lower case; `7bit` if it says nothing
record MimePart(int number, boolean isWhole, boolean signed, String type, boolean declared, String encoding,
        Optional<String> boundary) {

    /// Gives nothing back that it took: a choice to return to for each character of a stranger's would fill the stack.
    private static final Pattern BOUNDARY = Pattern
            .compile("(?i);\\s*boundary\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([^\\s;]+))");

    static MimePart of(int number, boolean isWhole, boolean signed, List<MimeWalk.Line> header) {
        Optional<String> content = value(header, "content-type");
        String type = content.map(said -> said.split(";", 2)[0].strip().toLowerCase(Locale.ROOT)).orElse("text/plain");
        var boundary = content.filter(_ -> type.startsWith("multipart/")).map(BOUNDARY::matcher)
                .filter(Matcher::find)
                .map(found -> found.group(1) == null ? found.group(2) : found.group(1).replaceAll("\\\\(.)", "$1"));
        return new MimePart(number, isWhole, signed, type, content.isPresent(),
                value(header, "content-transfer-encoding").map(said -> said.strip().toLowerCase(Locale.ROOT))
                        .orElse("7bit"),
                boundary.map(String::stripTrailing));
    }

    /// A message within the message: its own header follows.
    boolean isMessage() { return type.equals("message/rfc822") && isIdentity(); }

    boolean isText() { return type.startsWith("text/"); }

    /// True if the content stands as it is.
    boolean isIdentity() { return encoding.equals("7bit") || encoding.equals("8bit") || encoding.equals("binary"); }

    /// True if a line begins the field, or goes on with it.
    static boolean isField(MimeWalk.Line line, String name) {
        String text = line.text();
        return text.regionMatches(true, 0, name, 0, name.length())
                && text.substring(name.length()).stripLeading().startsWith(":");
    }

    static boolean goesOn(MimeWalk.Line line) { return line.octets()[0] == ' ' || line.octets()[0] == '\t'; }

    private static Optional<String> value(List<MimeWalk.Line> header, String name) {
        for (int i = 0; i < header.size(); i++)
            if (isField(header.get(i), name)) {
                var value = new StringBuilder(header.get(i).text().substring(header.get(i).text().indexOf(':') + 1));
                for (int more = i + 1; more < header.size() && goesOn(header.get(more)); more++)
                    value.append(header.get(more).text());
                return Optional.of(value.toString());
            }
        return Optional.empty();
    }
}
