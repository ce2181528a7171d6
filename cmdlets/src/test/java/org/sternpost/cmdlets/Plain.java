package org.sternpost.cmdlets;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Records of which a test says by name what matters to it; the other components are empty, zero or the first there is.
public final class Plain {

    private static final Map<Class<?>, Object> EMPTY = Map.of(boolean.class, false, int.class, 0, long.class, 0L,
            double.class, 0.0, Integer.class, 0, Long.class, 0L, String.class, "", List.class, List.of(),
            Instant.class, Instant.parse("2026-11-23T10:00:05Z"), Duration.class, Duration.ZERO);

    private Plain() {}

    /// @param given names of components, each with its value behind it
    public static <R extends Record> R of(Class<R> type, Object... given) {
        var values = new HashMap<String, Object>();
        for (int i = 0; i < given.length; i += 2)
            values.put((String) given[i], given[i + 1]);
        RecordComponent[] components = type.getRecordComponents();
        var all = Arrays.stream(components).map(one -> values.containsKey(one.getName())
                ? values.remove(one.getName())
                : empty(one)).toArray();
        if (!values.isEmpty()) throw new AssertionError(type + " has no " + values.keySet());
        try {
            var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            return type.getDeclaredConstructor(types).newInstance(all);
        } catch (ReflectiveOperationException refused) {
            throw new AssertionError(type.getSimpleName() + " of " + Arrays.toString(all), refused);
        }
    }

    private static @Nullable Object empty(RecordComponent component) {
        Class<?> type = component.getType();
        if (component.getAnnotatedType().isAnnotationPresent(Nullable.class)) return null;
        if (type == Map.class) return Map.of();
        return type.isEnum() ? type.getEnumConstants()[0] : EMPTY.get(type);
    }
}
