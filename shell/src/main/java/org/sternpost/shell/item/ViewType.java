package org.sternpost.shell.item;

import java.lang.reflect.Type;
import java.util.List;
import java.util.Optional;
import org.sternpost.cmdlets.Descriptor;
import org.sternpost.cmdlets.Item;
import org.sternpost.cmdlets.RecordItem;
import org.sternpost.engine.control.view.Column;
import org.sternpost.engine.control.view.Tree;

/// A type of view: its name and its properties, known before any record arrives.
public record ViewType(String name, List<Property> properties) {

    /// @param name      in Pascal case
    /// @param component as in the record and in JSON
    /// @param column    empty when tables leave the property out
    /// @param tree      empty when trees do
    public record Property(String name, String component, Type type, Optional<Column> column,
            Optional<Tree> tree) {

        public boolean identity() { return column.map(Column::identity).orElse(false); }

        public boolean text() { return column.map(Column::text).orElse(false); }

        public int priority() { return column.map(Column::value).orElse(Integer.MAX_VALUE); }
    }

    public static ViewType of(Class<? extends Record> type) {
        return new ViewType(RecordItem.typeName(type), RecordItem.fields(type).stream()
                .map(f -> new Property(f.name(), f.component(), f.type(), f.column(), f.tree())).toList());
    }

    /// The type of a record that the engine answered with; empty for one that a stage made up.
    public static Optional<ViewType> of(Item item) {
        return item instanceof RecordItem record ? Optional.of(of(record.view().getClass())) : Optional.empty();
    }

    /// What a query or change answers with; empty for a stage.
    public static Optional<ViewType> answeredBy(Descriptor cmdlet) { return cmdlet.view().map(ViewType::of); }

    public Optional<Property> property(String wanted) {
        return properties.stream().filter(p -> p.name().equalsIgnoreCase(wanted)).findFirst();
    }

    public Optional<Property> identity() { return properties.stream().filter(Property::identity).findFirst(); }

    public List<String> names() { return properties.stream().map(Property::name).toList(); }

    /// What to say when a record lacks a property.
    public static IllegalArgumentException unknown(Item item, String name) {
        try {
            item.get(name);
        } catch (IllegalArgumentException said) {
            return said;
        }
        return new IllegalArgumentException(item.typeName() + " has no property " + name);
    }
}
