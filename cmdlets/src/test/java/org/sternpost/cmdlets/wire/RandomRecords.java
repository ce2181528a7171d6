package org.sternpost.cmdlets.wire;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.NewPassword;
import org.sternpost.cmdlets.Param.Clearable;
import org.sternpost.cmdlets.Param.Percent;
import org.sternpost.cmdlets.Param.SetEdit;
import org.sternpost.cmdlets.Param.Size;
import org.sternpost.engine.connector.DomainPattern;
import org.sternpost.engine.connector.HostPort;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;

/// Records of any type with random values that their constructors accept.
final class RandomRecords {

    private static final List<String> TEXTS = List.of("", "x", "a \"quoted\" \\ text", "Grüße\n\t", "\u0001\u2028",
            "@a.example",
            "a.example", "R-3", "2026-11-24");
    private static final int TRIES = 2_000;

    private final RandomGenerator random;

    RandomRecords(RandomGenerator random) { this.random = random; }

    Record make(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        RuntimeException last = new IllegalStateException();
        for (int attempt = 0; attempt < TRIES; attempt++) {
            var values = new Object[components.length];
            var types = new Class<?>[components.length];
            for (int i = 0; i < components.length; i++) {
                boolean none = components[i].getAnnotatedType().isAnnotationPresent(Nullable.class)
                        && random.nextBoolean();
                types[i] = components[i].getType();
                values[i] = none ? null : value(components[i].getGenericType());
            }
            try {
                var constructor = type.getDeclaredConstructor(types);
                constructor.setAccessible(true);
                return (Record) constructor.newInstance(values);
            } catch (ReflectiveOperationException refused) {
                last = new IllegalStateException(refused);
            }
        }
        throw last;
    }

    private Object value(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] of = generic.getActualTypeArguments();
            if (generic.getRawType() == Clearable.class)
                return random.nextBoolean() ? new Clearable.Value<>(value(of[0])) : new Clearable.Cleared<>();
            if (generic.getRawType() == SetEdit.class)
                return random.nextBoolean()
                        ? SetEdit.replacing(list(of[0]))
                        : SetEdit.editing(list(of[0]), list(of[0]));
            if (generic.getRawType() == Map.class) {
                var map = new LinkedHashMap<String, Object>();
                map.put("X-Test", value(of[1]));
                return map;
            }
            return list(of[0]);
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isEnum()) return plain.getEnumConstants()[random.nextInt(plain.getEnumConstants().length)];
        return switch (plain.getSimpleName()) {
            case "boolean", "Boolean" -> random.nextBoolean();
            case "int", "Integer" -> random.nextInt(1, 10_000);
            case "long", "Long" -> random.nextLong(Long.MAX_VALUE);
            case "double", "Double" -> random.nextDouble(100);
            case "String" -> TEXTS.get(random.nextInt(TEXTS.size()));
            case "Instant" -> Instant.ofEpochMilli(random.nextLong(4_000_000_000_000L));
            case "Duration" -> Duration.ofMillis(random.nextLong(1_000_000_000L));
            case "Size" -> new Size(random.nextLong(1L << 40));
            case "Percent" -> new Percent(random.nextBoolean() ? 100 : random.nextDouble(100));
            case "Path" -> Path.of("/var/tmp/backup " + random.nextInt(100));
            case "Domain" -> Domain.of("d" + random.nextInt(100) + ".example");
            case "Address" -> Address.of("user+" + random.nextInt(100) + "@a.example");
            case "HostPort" -> HostPort.of(random.nextBoolean() ? "[2001:db8::1]:25" : "mx.example");
            case "NewPassword" -> NewPassword.typed("a password " + random.nextInt(100));
            case "DomainPattern" -> DomainPattern.of(List.of("*.a.example", ".b.example", "c.example")
                    .get(random.nextInt(3)));
            default -> make(plain);
        };
    }

    private List<Object> list(Type element) {
        var values = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--)
            values.add(value(element));
        return values;
    }
}
