package org.sternpost.cmdlets.wire;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.NewPassword;
import org.sternpost.cmdlets.Param.Clearable;
import org.sternpost.cmdlets.Param.Percent;
import org.sternpost.cmdlets.Param.SetEdit;
import org.sternpost.cmdlets.Param.Size;
import org.sternpost.engine.connector.DomainPattern;
import org.sternpost.engine.connector.HostPort;
import org.sternpost.engine.credential.ScramKeys;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;

/// One value of a record as JSON has it: times in RFC 3339 UTC with milliseconds, spans in seconds, sizes in bytes.
final class JsonValue {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'")
            .withZone(ZoneOffset.UTC);

    // What the store keeps in milliseconds, and dates in four digits, must hold all that is taken.
    private static final Instant TIME_MIN = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant TIME_MAX = Instant.parse("9999-12-31T23:59:59Z");
    private static final double SPAN_SECONDS_MAX = 1_000 * 366 * 86_400.0;

    private JsonValue() {}

    /// A value as JSON has it.
    ///
    /// @throws IllegalArgumentException if it never leaves the shell, as a block
    public static @Nullable Object write(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case String text -> text;
            case Boolean truth -> truth;
            case Long number -> number;
            case Double number -> number;
            case Integer number -> (Object) (long) number;
            case Enum<?> constant -> constant.name();
            case Instant time -> TIME.format(time);
            case Duration span -> seconds(span);
            case Size size -> (Object) size.bytes();
            case Percent percent -> (Object) percent.value();
            case Domain domain -> domain.ascii();
            case Address address -> address.toString();
            case HostPort host -> host.toString();
            case DomainPattern pattern -> pattern.toString();
            case Path path -> path.toString();
            case NewPassword.Keys(var keys) -> keys.text();
            case NewPassword.Asked _ -> throw new IllegalArgumentException("a password that nobody gave");
            case Clearable<?> clearable -> write(clearable.asOptional().orElse(null));
            case SetEdit<?> edit when edit.replace() != null -> write(edit.replace());
            case SetEdit<?> edit -> edit(edit);
            case List<?> list -> {
                var plain = new ArrayList<@Nullable Object>();
                list.forEach(element -> plain.add(write(element)));
                yield plain;
            }
            case Map<?, ?> map -> {
                var plain = new LinkedHashMap<String, @Nullable Object>();
                map.forEach((name, element) -> plain.put(String.valueOf(name), write(element)));
                yield plain;
            }
            case Record record -> RecordJson.write(record);
            default -> throw new IllegalArgumentException(value.getClass().getSimpleName() + " stays in the shell");
        };
    }

    /// A value of a component's type.
    static @Nullable Object read(Type type, @Nullable Object plain) {
        if (type instanceof ParameterizedType generic) return readGeneric(generic, plain);
        if (!(type instanceof Class<?> wanted)) throw new IllegalArgumentException(type + " does not cross the wire");
        if (plain == null) return null;
        if (wanted == boolean.class || wanted == Boolean.class) return expect(Boolean.class, plain, "true or false");
        if (wanted == int.class || wanted == Integer.class)
            return Math.toIntExact(bounded(expect(Long.class, plain, "a whole number")));
        if (wanted == long.class || wanted == Long.class) return expect(Long.class, plain, "a whole number");
        if (wanted == double.class || wanted == Double.class) return number(plain);
        if (wanted == Duration.class) return span(number(plain));
        if (wanted == Size.class) return new Size(expect(Long.class, plain, "a whole number"));
        if (wanted == Percent.class) return new Percent(number(plain));
        if (wanted.isEnum()) return constant(wanted, text(plain));
        if (wanted == Instant.class) return time(text(plain));
        if (wanted == String.class) return text(plain);
        if (wanted == Domain.class) return Domain.of(text(plain));
        if (wanted == Address.class) return Address.of(text(plain));
        if (wanted == HostPort.class) return HostPort.of(text(plain));
        if (wanted == DomainPattern.class) return DomainPattern.of(text(plain));
        if (wanted == Path.class) return Path.of(text(plain));
        if (wanted == NewPassword.class) return new NewPassword.Keys(ScramKeys.parse(text(plain)));
        if (wanted.isRecord()) return RecordJson.read(wanted.asSubclass(Record.class), Json.object(plain));
        throw new IllegalArgumentException(wanted.getSimpleName() + " does not cross the wire");
    }

    private static @Nullable Object readGeneric(ParameterizedType type, @Nullable Object plain) {
        Type first = type.getActualTypeArguments()[0];
        if (type.getRawType() == Clearable.class)
            return plain == null ? new Clearable.Cleared<>() : new Clearable.Value<>(present(first, plain));
        if (plain == null) return null;
        if (type.getRawType() == SetEdit.class) return readEdit(first, plain);
        if (type.getRawType() == List.class) return list(first, plain);
        if (type.getRawType() == Map.class) {
            var map = new LinkedHashMap<String, @Nullable Object>();
            Json.object(plain).forEach((name, value) -> map.put(name, read(type.getActualTypeArguments()[1], value)));
            return map;
        }
        throw new IllegalArgumentException(type + " does not cross the wire");
    }

    private static SetEdit<Object> readEdit(Type element, Object plain) {
        if (plain instanceof List<?>) return SetEdit.replacing(list(element, plain));
        Map<String, @Nullable Object> edit = Json.object(plain);
        for (String key : edit.keySet())
            if (!key.equals("add") && !key.equals("remove"))
                throw new IllegalArgumentException("an edit has add and remove, no " + key);
        return SetEdit.editing(list(element, edit.getOrDefault("add", List.of())),
                list(element, edit.getOrDefault("remove", List.of())));
    }

    private static Map<String, @Nullable Object> edit(SetEdit<?> edit) {
        var plain = new LinkedHashMap<String, @Nullable Object>();
        plain.put("add", write(edit.add()));
        plain.put("remove", write(edit.remove()));
        return plain;
    }

    private static List<Object> list(Type element, @Nullable Object plain) {
        if (!(plain instanceof List<?> given)) throw new IllegalArgumentException("a list is needed");
        var values = new ArrayList<Object>();
        for (Object value : given) {
            if (value == null) throw new IllegalArgumentException("a list holds no null");
            values.add(present(element, value));
        }
        return values;
    }

    private static Object present(Type type, Object plain) {
        Object value = read(type, plain);
        if (value == null) throw new IllegalArgumentException("a value is needed");
        return value;
    }

    private static Object seconds(Duration span) {
        if (span.toMillis() % 1000 == 0) return span.toSeconds();
        return span.toMillis() / 1000.0;
    }

    private static Object constant(Class<?> type, String name) {
        for (Object constant : type.getEnumConstants())
            if (constant instanceof Enum<?> value && value.name().equals(name)) return value;
        throw new IllegalArgumentException(name + " is none of " + List.of(type.getEnumConstants()));
    }

    private static Instant time(String text) {
        try {
            Instant time = Instant.parse(text);
            if (time.isBefore(TIME_MIN) || time.isAfter(TIME_MAX))
                throw new IllegalArgumentException("'" + text + "' is not between the years 1 and 9999");
            return time;
        } catch (DateTimeParseException bad) {
            throw new IllegalArgumentException("'" + text + "' is no time as 2026-11-23T10:00:00.000Z", bad);
        }
    }

    private static Duration span(double seconds) {
        if (Math.abs(seconds) > SPAN_SECONDS_MAX)
            throw new IllegalArgumentException(seconds + " seconds are more than a thousand years");
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    private static String text(Object plain) { return expect(String.class, plain, "text"); }

    private static double number(Object plain) {
        return plain instanceof Long whole ? whole : expect(Double.class, plain, "a number");
    }

    private static long bounded(long number) {
        if (number != (int) number) throw new IllegalArgumentException(number + " is too large");
        return number;
    }

    private static <T> T expect(Class<T> type, Object plain, String words) {
        if (!type.isInstance(plain)) throw new IllegalArgumentException(words + " is needed");
        return type.cast(plain);
    }
}
