package org.sternpost.engine.mtasts;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.sternpost.engine.mail.VisibleText;
import org.sternpost.engine.mtasts.Policy.MxPattern;

/// The grammar of a policy file (RFC 8461 §3.2).
public sealed interface PolicyFile {

    /// @param body the text as fetched
    record Valid(Policy policy, String body) implements PolicyFile {}

    record Invalid(String why) implements PolicyFile {}

    int FILE_OCTETS_MAX = 64 * 1024; // RFC 8461 §3.3
    Set<String> KNOWN = Set.of("version", "mode", "max_age"); // besides mx
    long MAX_AGE_SECONDS_MAX = 31_557_600; // RFC 8461 §3.2: about a year
    Pattern LINE = Pattern.compile(
            "(?<name>[A-Za-z0-9][A-Za-z0-9_.-]{0,31}):[ \\t]*"
                    + "(?<value>[^ \\t\\p{Cc}](?:[^\\p{Cc}]*[^ \\t\\p{Cc}])?)[ \\t]*");

    /// Reads the octets of a body.
    static PolicyFile of(byte[] body) {
        if (body.length > FILE_OCTETS_MAX) return new Invalid("the file has more than 64 KiB");
        try {
            return of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
        } catch (CharacterCodingException bad) {
            return new Invalid("the file is not UTF-8");
        }
    }

    /// Reads the text of a body.
    static PolicyFile of(String body) {
        if (body.length() > FILE_OCTETS_MAX) return new Invalid("the file has more than 64 KiB");
        Map<String, String> first = new HashMap<>();
        Set<MxPattern> mx = new LinkedHashSet<>();
        // Departs from RFC 8461 §3.2: empty lines at the end are let pass; editors leave them, and nothing hides there.
        for (String line : withoutEmptyEnd(body).split("\\r?\\n", -1)) {
            Matcher field = LINE.matcher(line);
            if (!field.matches()) return new Invalid("'" + VisibleText.excerpt(line) + "' is no 'name: value' line");
            String name = field.group("name");
            String value = field.group("value");
            // RFC 8461 §3.2: mx may repeat; of every other field the first counts.
            if (!name.equals("mx")) first.putIfAbsent(name, value);
            else
                try {
                    if (value.endsWith(".")) return new Invalid("mx '" + value + "' ends in a dot");
                    mx.add(MxPattern.of(value));
                } catch (IllegalArgumentException bad) {
                    return new Invalid(VisibleText.excerpt(String.valueOf(bad.getMessage())));
                }
        }
        return fields(body, first, new ArrayList<>(mx));
    }

    private static PolicyFile fields(String body, Map<String, String> first, List<MxPattern> mx) {
        String version = first.getOrDefault("version", "");
        if (!version.equals("STSv1"))
            return new Invalid(version.isEmpty()
                    ? "version is missing"
                    : "version is '" + VisibleText.excerpt(version) + "', not STSv1");
        Policy.Mode mode = switch (first.getOrDefault("mode", "")) {
            case "enforce" -> Policy.Mode.Enforce;
            case "testing" -> Policy.Mode.Testing;
            case "none" -> Policy.Mode.None;
            default -> null;
        };
        if (mode == null)
            return new Invalid(first.containsKey("mode")
                    ? "mode is '" + VisibleText.excerpt(first.getOrDefault("mode", ""))
                            + "', none of enforce, testing, none"
                    : "mode is missing");
        String age = first.getOrDefault("max_age", "");
        if (!age.matches("[0-9]{1,10}"))
            return new Invalid(age.isEmpty()
                    ? "max_age is missing"
                    : "max_age is '" + VisibleText.excerpt(age) + "', not 1 to 10 digits");
        // RFC 8461 §3.2: only mode none goes without mx.
        if (mx.isEmpty() && mode != Policy.Mode.None)
            return new Invalid("no line begins with 'mx:', without which no host is allowed in mode " + mode.word()
                    + others(first));
        // Departs from RFC 8461 §3.2: a larger max_age is capped, since refusing the policy would protect less.
        long seconds = Math.min(Long.parseLong(age), MAX_AGE_SECONDS_MAX);
        return new Valid(new Policy(mode, mx, Duration.ofSeconds(seconds)), body);
    }

    /// Fields that nobody knows, among which a misspelt one may be.
    private static String others(Map<String, String> fields) {
        String names = fields.keySet().stream().filter(name -> !KNOWN.contains(name)).sorted()
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "" : "; it has fields of unknown name: " + names;
    }

    /// By hand: a repeated group would cost a stranger's 64 KiB of newlines one stack frame each.
    private static String withoutEmptyEnd(String body) {
        int end = body.length();
        while (end > 0 && body.charAt(end - 1) == '\n')
            end -= end > 1 && body.charAt(end - 2) == '\r' ? 2 : 1;
        return body.substring(0, end);
    }
}
