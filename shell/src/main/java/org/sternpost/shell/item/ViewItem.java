package org.sternpost.shell.item;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Item;
import org.sternpost.shell.line.Suggestion;

/// A record that the engine answered with.
public record ViewItem(Record view, ViewType type) implements Item {

    public static ViewItem of(Record view) { return new ViewItem(view, ViewType.of(view.getClass())); }

    @Override
    public String typeName() { return type.name(); }

    @Override
    public List<String> names() { return type.names(); }

    @Override
    public boolean has(String name) { return type.property(name).isPresent(); }

    @Override
    public @Nullable Object get(String name) {
        var property = type.property(name).orElseThrow(() -> unknown(this, name));
        try {
            return plain(property.component().getAccessor().invoke(view));
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// What to say when a record lacks a property.
    public static IllegalArgumentException unknown(Item item, String name) {
        return new IllegalArgumentException(item.typeName() + " has no property " + name + Suggestion
                .nearest(name, item.names()).map(s -> "; did you mean " + s + "?").orElse(""));
    }

    /// A component's value as the kinds of values an [Item] may hold.
    public static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case String s -> s;
            case Boolean b -> b;
            case Long l -> l;
            case Integer i -> (long) i;
            case Double d -> d;
            case Enum<?> e -> e;
            case Instant i -> i;
            case Duration d -> d;
            case Item item -> item;
            case List<?> list -> list.stream().map(ViewItem::element).toList();
            case Map<?, ?> map -> map.entrySet().stream().collect(Collectors.toMap(e -> e.getKey().toString(),
                    e -> element(e.getValue()), (a, _) -> a, LinkedHashMap::new));
            case Record nested when nested.getClass().getPackageName().endsWith(".view") -> of(nested);
            default -> value.toString();
        };
    }

    private static Object element(@Nullable Object value) {
        Object plain = plain(value);
        return plain == null ? "" : plain;
    }
}
