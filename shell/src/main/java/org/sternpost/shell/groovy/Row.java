package org.sternpost.shell.groovy;

import groovy.lang.GroovyObjectSupport;
import groovy.lang.MissingPropertyException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Item;

/// A record as Groovy sees it: properties in any case, an unknown one is an error and never silently false.
///
/// @param <V> the view behind it, known to [ScriptCheck] alone: at run time any record is a row
public final class Row<V> extends GroovyObjectSupport implements Item {

    private final Item item;

    private static final List<String> PLAIN = List.of("Text", "Value");

    Row(Item item) { this.item = item; }

    @Override
    public @Nullable Object getProperty(String name) {
        if (item.has(name)) return seen(item.get(name));
        if (name.equals("class")) return Row.class;
        try {
            return seen(item.get(name));
        } catch (IllegalArgumentException unknown) {
            throw new MissingPropertyException(String.valueOf(unknown.getMessage()));
        }
    }

    @Override
    public String typeName() { return item.typeName(); }

    @Override
    public List<String> names() { return item.names(); }

    @Override
    public boolean has(String name) { return item.has(name); }

    @Override
    public @Nullable Object get(String name) { return item.get(name); }

    /// `row['Name']`
    public @Nullable Object getAt(String name) { return getProperty(name); }

    Item item() { return item; }

    /// What a block gets: the record, or the plain value that was wrapped to pass a pipeline.
    static @Nullable Object given(Item item) {
        boolean wrapped = PLAIN.contains(item.typeName()) && item.names().equals(List.of(item.typeName()));
        return wrapped ? seen(item.get(item.typeName())) : new Row<>(item);
    }

    @Override
    public String toString() { return item.toString(); }

    /// Records inside values are rows as well.
    static @Nullable Object seen(@Nullable Object value) {
        return switch (value) {
            case Row<?> row -> row;
            case Item nested -> new Row<>(nested);
            case List<?> list -> list.stream().map(Row::seen).toList();
            case Map<?, ?> map -> map;
            case null, default -> value;
        };
    }
}
