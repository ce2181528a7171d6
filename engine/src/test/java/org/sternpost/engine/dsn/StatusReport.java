package org.sternpost.engine.dsn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sternpost.engine.dsn.StatusPart.Action;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.store.Content;

/// The machine's part of a delivery status notification, read strictly (RFC 3464 §2, RFC 6522 §3).
///
/// @param message    the per-message fields, names as written, values with their folds undone
/// @param recipients one group of fields for each
record StatusReport(Map<String, String> message, List<Map<String, String>> recipients) {

    private static final Set<String> ACTIONS = Set.of("failed", "delayed", "delivered", "relayed", "expanded");
    private static final Pattern BOUNDARY = Pattern.compile("(?i)boundary=(?:\"([^\"]+)\"|([^;\\s]+))");
    private static final Pattern STATUS = Pattern.compile("[245]\\.\\d{1,3}\\.\\d{1,3}(\\s*\\(.*\\))?");
    /// `type; text`, as addresses, MTA names and diagnostic codes are written (RFC 3464 §2.1.2).
    private static final Pattern TYPED = Pattern.compile("[A-Za-z0-9-]+\\s*;\\s*\\S.*");

    /// Reads a whole message.
    ///
    /// @throws IllegalArgumentException with a sentence if it is no notification or breaks a MUST
    static StatusReport of(String mail) {
        String text = mail.replace("\r\n", "\n");
        int end = text.indexOf("\n\n");
        String type = contentType(text.substring(0, end));
        var boundary = BOUNDARY.matcher(type);
        if (!type.startsWith("multipart/report") || !boundary.find()
                || !type.replace("\"", "").contains("report-type=delivery-status"))
            throw new IllegalArgumentException("'" + type + "' is no report of a delivery status");
        String mark = boundary.group(1) != null ? boundary.group(1) : boundary.group(2);
        String[] parts = ("\n" + text.substring(end + 2)).split("\n--" + Pattern.quote(mark) + "(?:--)?[ \t]*(?=\n|$)");
        // RFC 6522 §3: before the first mark is nothing; then words for people, then the status.
        if (parts.length < 3) throw new IllegalArgumentException("the report has no second part");
        return status(parts[2]);
    }

    private static StatusReport status(String part) {
        int start = part.indexOf("\n\n");
        if (start < 0 || !contentType(part.substring(0, start)).matches("(?s)message/(global-)?delivery-status\\b.*"))
            throw new IllegalArgumentException("the second part is no delivery status");
        var groups = new ArrayList<Map<String, String>>();
        for (String group : part.substring(start + 2).strip().split("\n{2,}"))
            groups.add(fields(group));
        Map<String, String> message = groups.removeFirst();
        requireTyped(message, "Reporting-MTA"); // RFC 3464 §2.2.2: the one required field
        if (groups.isEmpty()) throw new IllegalArgumentException("no recipient"); // RFC 3464 §2.1
        for (Map<String, String> recipient : groups) {
            requireTyped(recipient, "Final-Recipient"); // RFC 3464 §2.3.2
            if (!ACTIONS.contains(recipient.getOrDefault("Action", "").toLowerCase(Locale.ROOT))) // §2.3.3
                throw new IllegalArgumentException("no such Action: " + recipient);
            if (!STATUS.matcher(recipient.getOrDefault("Status", "")).matches()) // §2.3.4
                throw new IllegalArgumentException("no such Status: " + recipient);
            for (String typed : List.of("Original-Recipient", "Remote-MTA", "Diagnostic-Code"))
                if (recipient.containsKey(typed)) requireTyped(recipient, typed);
        }
        return new StatusReport(message, List.copyOf(groups));
    }

    /// The type in lower case, its boundary as written.
    private static String contentType(String head) {
        String type = fields(head).entrySet().stream().filter(field -> field.getKey().equalsIgnoreCase("Content-Type"))
                .map(Map.Entry::getValue).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no Content-Type in " + head));
        return Stream.of(BOUNDARY.splitWithDelimiters(type, 0))
                .map(piece -> BOUNDARY.matcher(piece).matches() ? piece : piece.toLowerCase(Locale.ROOT))
                .collect(Collectors.joining());
    }

    private static void requireTyped(Map<String, String> group, String name) {
        if (!TYPED.matcher(group.getOrDefault(name, "")).matches())
            throw new IllegalArgumentException(name + " is not 'type; text' in " + group);
    }

    /// Header fields, folds undone (RFC 5322 §2.2.3); each name once.
    private static Map<String, String> fields(String block) {
        var fields = new LinkedHashMap<String, String>();
        for (String line : block.replaceAll("\n(?=[ \t])", "").strip().split("\n")) {
            int colon = line.indexOf(':');
            if (colon < 1 || !line.substring(0, colon).matches("[!-9;-~]+"))
                throw new IllegalArgumentException("'" + line + "' is no field");
            if (fields.put(line.substring(0, colon), line.substring(colon + 1).strip()) != null
                    && !line.startsWith("Received"))
                throw new IllegalArgumentException("'" + line + "' comes twice");
        }
        return fields;
    }
}
