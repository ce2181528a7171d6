package org.sternpost.cmdlets.wire;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
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

    private static final ClassValue<Shape> SHAPES = new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) { return Shape.of(type); }
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
        return type.cast(readKnown(type, plain));
    }

    /// What a record is made of, looked up once: a long answer makes a million of one type.
    private record Shape(List<Field> fields, Constructor<?> constructor, Set<String> keys) {

        static Shape of(Class<?> type) {
            var fields = Stream.of(type.getRecordComponents()).map(Field::of).toList();
            try {
                var constructor = type.getDeclaredConstructor(Stream.of(type.getRecordComponents())
                        .map(RecordComponent::getType).toArray(Class<?>[]::new));
                constructor.setAccessible(true);
                return new Shape(fields, constructor, RecordJson.keys(type));
            } catch (NoSuchMethodException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    /// A component as it is read.
    private record Field(String key, boolean group, boolean nullable, Class<?> raw, Type type) {

        static Field of(RecordComponent component) {
            return new Field(RecordJson.key(component), isGroup(component),
                    component.getAnnotatedType().isAnnotationPresent(Nullable.class), component.getType(),
                    component.getGenericType());
        }
    }

    private static Object readKnown(Class<?> type, Map<String, ? extends @Nullable Object> plain) {
        Shape shape = SHAPES.get(type);
        var arguments = new @Nullable Object[shape.fields().size()];
        for (int i = 0; i < arguments.length; i++) {
            Field field = shape.fields().get(i);
            arguments[i] = field.group() ? readKnown(field.raw(), plain) : argument(type, field, plain);
        }
        return create(type, shape.constructor(), arguments);
    }

    /// Its parameters stand among those of the cmdlet.
    private static boolean isGroup(RecordComponent component) {
        return component.isAnnotationPresent(Param.Group.class);
    }

    private static @Nullable Object argument(Class<?> type, Field field,
            Map<String, ? extends @Nullable Object> plain) {
        Object given = plain.get(field.key());
        boolean clears = field.raw() == Clearable.class && plain.containsKey(field.key());
        if (given == null && !clears) {
            if (field.raw() == boolean.class && !plain.containsKey(field.key())) return false;
            if (field.nullable()) return null;
            throw new IllegalArgumentException(type.getSimpleName() + " needs " + field.key());
        }
        try {
            return JsonValue.read(field.type(), given);
        } catch (IllegalArgumentException | ClassCastException bad) {
            throw new IllegalArgumentException(field.key() + ": " + bad.getMessage(), bad);
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
        Set<String> known = SHAPES.get(type).keys();
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

    private static Object create(Class<?> type, Constructor<?> constructor, @Nullable Object[] arguments) {
        try {
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException refused) {
            if (refused.getCause() instanceof IllegalArgumentException why) throw why;
            throw new IllegalArgumentException(type.getSimpleName() + " refuses its values", refused.getCause());
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
