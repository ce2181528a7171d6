package org.sternpost.shell.item;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.engine.control.view.Column;

/// A type of view: its name and its properties, known before any record arrives.
public record ViewType(Class<?> type, String name, List<Property> properties) {

    private static final Map<String, String> NOUNS = Map.of("ConnectorView", "OutboundConnector");
    private static final ClassValue<ViewType> KNOWN = new ClassValue<>() {
        @Override
        protected ViewType computeValue(Class<?> type) { return read(type); }
    };

    /// @param name   in Pascal case
    /// @param column empty when tables leave the property out
    public record Property(String name, Type type, Optional<Column> column, RecordComponent component) {

        public boolean identity() { return column.map(Column::identity).orElse(false); }

        public boolean text() { return column.map(Column::text).orElse(false); }

        public int priority() { return column.map(Column::value).orElse(Integer.MAX_VALUE); }
    }

    public static ViewType of(Class<?> type) { return KNOWN.get(type); }

    /// The views that a query or change answers with; empty for a stage.
    public static Optional<ViewType> answeredBy(Class<?> cmdlet) {
        for (Type parent : cmdlet.getGenericInterfaces())
            if (parent instanceof ParameterizedType generic
                    && (generic.getRawType() == Cmdlet.Query.class || generic.getRawType() == Cmdlet.Change.class)
                    && generic.getActualTypeArguments()[0] instanceof Class<?> view)
                return Optional.of(of(view));
        return Optional.empty();
    }

    public Optional<Property> property(String wanted) {
        return properties.stream().filter(p -> p.name().equalsIgnoreCase(wanted)).findFirst();
    }

    public Optional<Property> identity() { return properties.stream().filter(Property::identity).findFirst(); }

    public List<String> names() { return properties.stream().map(Property::name).toList(); }

    /// `tlsValidation` as people see it: `TlsValidation`.
    public static String pascal(String component) {
        return Character.toUpperCase(component.charAt(0)) + component.substring(1);
    }

    private static ViewType read(Class<?> type) {
        var properties = Arrays.stream(type.getRecordComponents())
                .map(c -> new Property(pascal(c.getName()), c.getGenericType(),
                        Optional.ofNullable(c.getAnnotation(Column.class)), c))
                .toList();
        String simple = type.getSimpleName();
        String shown = simple.endsWith("View") ? simple.substring(0, simple.length() - 4) : simple;
        return new ViewType(type, NOUNS.getOrDefault(simple, shown), properties);
    }
}
