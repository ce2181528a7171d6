package org.sternpost.cmdlets.wire;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Param.Clearable;
import org.sternpost.engine.mail.Nearest;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Param.Size;

/// Records to and from plain JSON values, by their components: arguments of cmdlets and views alike.
///
/// Names are the components'; a `Duration` adds `Seconds` to its name and a `Size` adds `Bytes`, so that no reader has
/// to guess a unit. Of cmdlets, arguments not given are left out; of views, nothing ever is.
public final class RecordJson {

    /// Looked up once for each type: what a search finds is thousands of the same.
    private static final ClassValue<List<Part>> PARTS = new ClassValue<>() {
        @Override
        protected List<Part> computeValue(Class<?> type) {
            return Stream.of(type.getRecordComponents()).map(Part::of).toList();
        }
    };

    /// A component as it is written.
    ///
    /// @param group    its own components stand in its place
    /// @param argument it is left out where it is not given
    private record Part(String key, boolean group, boolean argument, Method accessor) {

        static Part of(RecordComponent component) {
            var accessor = component.getAccessor();
            accessor.setAccessible(true); // groups are their package's own
            return new Part(RecordJson.key(component), isGroup(component), component.isAnnotationPresent(Param.class),
                    accessor);
        }

        @Nullable
        Object of(Record record) {
            try {
                return accessor.invoke(record);
            } catch (InvocationTargetException | IllegalAccessException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    private RecordJson() {}

    /// The record as an object, in order of its components.
    public static Map<String, @Nullable Object> write(Record record) {
        var plain = new LinkedHashMap<String, @Nullable Object>();
        for (Part part : PARTS.get(record.getClass())) {
            Object value = part.of(record);
            if (value instanceof Record group && part.group()) {
                plain.putAll(write(group));
                continue;
            }
            if (value == null && part.argument()) continue;
            plain.put(part.key(), JsonValue.write(value));
        }
        return plain;
    }

    /// Makes a record from an object; every key must be known, every component given that may not be null.
    ///
    /// @throws IllegalArgumentException in words that name the key
    public static <R extends Record> R read(Class<R> type, Map<String, ? extends @Nullable Object> plain) {
        refuseUnknown(type, plain.keySet());
        return readKnown(type, plain);
    }

    private static <R extends Record> R readKnown(Class<R> type, Map<String, ? extends @Nullable Object> plain) {
        RecordComponent[] components = type.getRecordComponents();
        var arguments = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++)
            arguments[i] = isGroup(components[i])
                    ? readKnown(components[i].getType().asSubclass(Record.class), plain)
                    : argument(type, components[i], plain);
        return create(type, components, arguments);
    }

    /// Its parameters stand among those of the cmdlet.
    private static boolean isGroup(RecordComponent component) {
        return component.isAnnotationPresent(Param.Group.class);
    }

    private static @Nullable Object argument(Class<?> type, RecordComponent component,
            Map<String, ? extends @Nullable Object> plain) {
        String key = key(component);
        Object given = plain.get(key);
        boolean clears = component.getType() == Clearable.class && plain.containsKey(key);
        if (given == null && !clears) {
            if (component.getType() == boolean.class && !plain.containsKey(key)) return false;
            if (component.getAnnotatedType().isAnnotationPresent(Nullable.class)) return null;
            throw new IllegalArgumentException(type.getSimpleName() + " needs " + key);
        }
        try {
            return JsonValue.read(component.getGenericType(), given);
        } catch (IllegalArgumentException | ClassCastException bad) {
            throw new IllegalArgumentException(key + ": " + bad.getMessage(), bad);
        }
    }

    private static Set<String> keys(Class<?> type) {
        var known = new LinkedHashSet<String>();
        for (RecordComponent component : type.getRecordComponents())
            if (isGroup(component)) known.addAll(keys(component.getType()));
            else
                known.add(key(component));
        return known;
    }

    private static void refuseUnknown(Class<?> type, Set<String> given) {
        Set<String> known = keys(type);
        for (String key : given)
            if (!known.contains(key))
                throw new IllegalArgumentException((type.getSimpleName() + " has no " + key + "; "
                        + Nearest.hint(key, known)).replaceFirst("; $", ""));
    }

    /// A name that already tells its unit, as `sizeBytes` of a view, stays.
    private static String key(RecordComponent component) {
        Type type = component.getGenericType();
        if (type instanceof ParameterizedType generic && generic.getRawType() == Clearable.class)
            type = generic.getActualTypeArguments()[0];
        if (type == Duration.class) return component.getName() + "Seconds";
        return type == Size.class ? component.getName() + "Bytes" : component.getName();
    }

    private static <R extends Record> R create(Class<R> type, RecordComponent[] components,
            @Nullable Object[] arguments) {
        var types = new ArrayList<Class<?>>();
        for (RecordComponent component : components)
            types.add(component.getType());
        try {
            var constructor = type.getDeclaredConstructor(types.toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException refused) {
            if (refused.getCause() instanceof IllegalArgumentException why) throw why;
            throw new IllegalArgumentException(type.getSimpleName() + " refuses its values", refused.getCause());
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
