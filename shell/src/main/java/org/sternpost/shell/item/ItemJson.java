package org.sternpost.shell.item;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Item;
import org.sternpost.engine.mail.VisibleText;

/// Records as JSON (RFC 8259): names in lowerCamel, moments in UTC with milliseconds, spans as `…Seconds`.
public final class ItemJson {

    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'",
            Locale.ROOT);

    private final StringBuilder text = new StringBuilder();
    private final boolean compact;

    private ItemJson(boolean compact) { this.compact = compact; }

    /// @param compact on one line
    public static String of(@Nullable Object value, boolean compact) {
        var json = new ItemJson(compact);
        json.value(value, 0);
        return json.text.toString();
    }

    /// A single value without quotes, for CSV.
    public static String scalar(Object value) {
        return switch (value) {
            case Instant i -> MOMENT.format(i.atOffset(ZoneOffset.UTC));
            case Duration d -> seconds(d);
            default -> value.toString();
        };
    }

    /// A text in quotes.
    public static String quoted(String value) {
        var quoted = new StringBuilder("\"");
        value.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (VisibleText.isHidden(c)) VisibleText.appendJson(quoted, c);
                    else
                        quoted.appendCodePoint(c);
                }
            }
        });
        return quoted.append('"').toString();
    }

    private void value(@Nullable Object value, int depth) {
        switch (value) {
            case null -> text.append("null");
            case Boolean b -> text.append(b);
            case Long l -> text.append(l);
            case Integer i -> text.append(i);
            case Double d when d.isNaN() || d.isInfinite() -> text.append("null");
            case Double d -> text.append(d == Math.rint(d) && Math.abs(d) < 1e15 ? Long.toString(d.longValue()) : d);
            case Number n -> text.append(n);
            case Duration d -> text.append(seconds(d));
            case Item item -> item(item, depth);
            case List<?> list -> list(list, depth);
            case Map<?, ?> map -> map(map, depth);
            default -> text.append(quoted(scalar(value)));
        }
    }

    private void item(Item item, int depth) {
        text.append('{');
        boolean first = true;
        for (String name : item.names()) {
            Object value = item.get(name);
            member(key(item, name, value), value, first, depth);
            first = false;
        }
        close('}', first, depth);
    }

    private void map(Map<?, ?> map, int depth) {
        text.append('{');
        boolean first = true;
        for (var entry : map.entrySet()) {
            member(String.valueOf(entry.getKey()), entry.getValue(), first, depth);
            first = false;
        }
        close('}', first, depth);
    }

    private void list(List<?> list, int depth) {
        text.append('[');
        for (int i = 0; i < list.size(); i++) {
            if (i > 0) text.append(',');
            line(depth + 1);
            value(list.get(i), depth + 1);
        }
        close(']', list.isEmpty(), depth);
    }

    private void member(String key, @Nullable Object value, boolean first, int depth) {
        if (!first) text.append(',');
        line(depth + 1);
        text.append(quoted(key)).append(compact ? ":" : ": ");
        value(value, depth + 1);
    }

    private void close(char bracket, boolean empty, int depth) {
        if (!empty) line(depth);
        text.append(bracket);
    }

    private void line(int depth) { if (!compact) text.append('\n').append("  ".repeat(depth)); }

    private static String seconds(Duration span) {
        return span.getNano() == 0 ? Long.toString(span.getSeconds()) : Double.toString(span.toMillis() / 1000.0);
    }

    /// The component's name; a span says its unit, also when it is not set.
    private static String key(Item item, String name, @Nullable Object value) {
        var property = ViewType.of(item).flatMap(type -> type.property(name));
        String key = property.map(ViewType.Property::component).orElseGet(() -> camel(name));
        boolean span = value instanceof Duration || property.map(p -> p.type() == Duration.class).orElse(false);
        return span && !key.endsWith("Seconds") ? key + "Seconds" : key;
    }

    private static String camel(String name) {
        return name.isEmpty() ? name : Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }
}
