package org.sternpost.cmdlets;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.control.view.Column;
import org.sternpost.engine.control.view.Tree;
import org.sternpost.engine.mail.Nearest;

/// A view of the engine as the shell's records see it; knows the view's columns.
public final class RecordItem implements Item {

    /// Exchange's spelling where capitals alone differ; matching ignores case anyway.
    private static final Map<String, String> EXCHANGE_NAMES = Map.of("UseMxRecord", "UseMXRecord", "SourceIpAddress",
            "SourceIPAddress", "SourceIp", "SourceIP", "FromIp", "FromIP", "ToIp", "ToIP");
    private static final Map<String, String> TYPE_NAMES = Map.of("Connector", "OutboundConnector", "SentMail",
            "MailMessage");
    private static final ClassValue<List<Field>> FIELDS = new ClassValue<>() {
        @Override
        protected List<Field> computeValue(Class<?> type) { return read(type); }
    };
    private static final ClassValue<String> NAMES = new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
            String name = type.getSimpleName().replaceFirst("View$", "");
            return TYPE_NAMES.getOrDefault(name, name);
        }
    };
    private static final ConcurrentHashMap<Field, Method> ACCESSORS = new ConcurrentHashMap<>();

    private final Record view;

    /// One property of a view type.
    ///
    /// @param name      as shown, `TlsValidation`
    /// @param component as in the record and in JSON, `tlsValidation`
    public record Field(Class<?> owner, String name, String component, Type type, Optional<Column> column,
            Optional<Tree> tree) {

        /// Asked for each property of each record.
        @Override
        public int hashCode() { return name.hashCode(); }
    }

    public RecordItem(Record view) { this.view = view; }

    /// Properties of a view type, in order; for checks and completion before any record has come.
    public static List<Field> fields(Class<? extends Record> type) { return FIELDS.get(type); }

    /// What a view type is called to operators: `ConnectorView` is `OutboundConnector`.
    public static String typeName(Class<? extends Record> type) { return NAMES.get(type); }

    /// The view itself.
    public Record view() { return view; }

    @Override
    public String typeName() { return typeName(view.getClass()); }

    @Override
    public List<String> names() { return fields(view.getClass()).stream().map(Field::name).toList(); }

    @Override
    public boolean has(String name) { return field(name).isPresent(); }

    @Override
    public @Nullable Object get(String name) {
        Field field = field(name).orElseThrow(() -> unknown(typeName(), name, names()));
        return value(valueOf(field));
    }

    @Override
    public boolean equals(@Nullable Object other) { return other instanceof RecordItem item && item.view.equals(view); }

    @Override
    public int hashCode() { return view.hashCode(); }

    @Override
    public String toString() { return view.toString(); }

    static IllegalArgumentException unknown(String typeName, String name, Collection<String> names) {
        String near = Nearest.hint(name, names);
        return new IllegalArgumentException(typeName + " has no property " + name + "; "
                + (near.isEmpty() ? "it has " + String.join(", ", names) : near));
    }

    private Optional<Field> field(String name) {
        return fields(view.getClass()).stream()
                .filter(f -> f.name().equalsIgnoreCase(name) || f.component().equalsIgnoreCase(name)).findFirst();
    }

    private @Nullable Object valueOf(Field field) {
        try {
            return ACCESSORS.computeIfAbsent(field, RecordItem::accessor).invoke(view);
        } catch (InvocationTargetException | IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Method accessor(Field field) {
        try {
            return field.owner().getMethod(field.component());
        } catch (NoSuchMethodException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static @Nullable Object value(@Nullable Object raw) {
        return switch (raw) {
            case null -> null;
            case Integer number -> (Object) (long) number;
            case Record record -> new RecordItem(record);
            case List<?> list -> {
                var values = new ArrayList<@Nullable Object>(list.size());
                for (Object element : list)
                    values.add(value(element));
                yield values;
            }
            case Map<?, ?> map -> {
                var values = new LinkedHashMap<String, @Nullable Object>();
                map.forEach((key, element) -> values.put(String.valueOf(key), value(element)));
                yield values;
            }
            default -> raw;
        };
    }

    private static List<Field> read(Class<?> type) {
        var fields = new ArrayList<Field>();
        for (RecordComponent component : type.getRecordComponents()) {
            String pascal = Character.toUpperCase(component.getName().charAt(0)) + component.getName().substring(1);
            fields.add(new Field(type, EXCHANGE_NAMES.getOrDefault(pascal, pascal), component.getName(),
                    component.getGenericType(), Optional.ofNullable(component.getAnnotation(Column.class)),
                    Optional.ofNullable(component.getAnnotation(Tree.class))));
        }
        return List.copyOf(fields);
    }
}
