package org.sternpost.shell.groovy;

import groovy.lang.Script;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.time.Spans;

/// What a script file says of itself: the comment that it begins with, and its parameters.
final class ScriptHelp {

    private static final List<String> ASKS = List.of("--help", "-help", "-?");
    private static final String COMMENT = "//";

    private ScriptHelp() {}

    /// True if the words behind a script's name ask for it; a parameter of that name goes before.
    static boolean isAsked(Script script, List<String> words) {
        return words.stream().anyMatch(word -> ASKS.stream().anyMatch(word::equalsIgnoreCase))
                && ScriptParameters.fields(script).stream().noneMatch(f -> f.getName().equalsIgnoreCase("help"));
    }

    /// @param text of the file
    static List<String> of(String text, Script script) {
        var lines = new ArrayList<>(text.lines().takeWhile(line -> line.startsWith(COMMENT))
                .map(line -> line.substring(COMMENT.length()).replaceFirst("^ ", "")).toList());
        List<Field> fields = ScriptParameters.fields(script);
        if (!lines.isEmpty() && !fields.isEmpty()) lines.add("");
        int width = fields.stream().mapToInt(f -> f.getName().length()).max().orElse(0);
        for (Field field : fields) {
            ScriptParam about = field.getAnnotation(ScriptParam.class);
            String preset = about.mandatory() ? "needed" : preset(script, field);
            lines.add("  -" + field.getName() + " ".repeat(width - field.getName().length() + 2) + about.help()
                    + (preset.isEmpty() ? "" : " (" + preset + ")"));
        }
        return lines;
    }

    private static String preset(Script script, Field field) {
        try {
            field.setAccessible(true);
            return ScriptParameters.isSwitch(field) ? "" : words(field.get(script));
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// A value as it would be given.
    private static String words(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case java.time.Duration span -> Spans.brief(span);
            case List<?> list -> list.stream().map(String::valueOf).collect(Collectors.joining(","));
            default -> value.toString();
        };
    }
}
