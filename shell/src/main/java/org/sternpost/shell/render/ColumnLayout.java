package org.sternpost.shell.render;

import java.util.ArrayList;
import java.util.List;
import org.sternpost.cmdlets.Item;
import org.sternpost.engine.mail.VisibleText;
import org.sternpost.shell.item.ViewType;

/// One column of a table, as its view declares it.
record ColumnLayout(String name, int priority, boolean identity, boolean text) {

    /// What stands above it: a script may name a property by what a stranger wrote.
    String head() { return VisibleText.of(name); }

    /// The columns for records like this one.
    ///
    /// @param properties asked for; empty for the type's own columns
    static List<ColumnLayout> of(Item item, List<String> properties) {
        var columns = new ArrayList<ColumnLayout>();
        var type = ViewType.of(item);
        if (!properties.isEmpty()) {
            for (String wanted : properties)
                columns.add(named(item, wanted));
        } else if (type.isPresent()) {
            for (var p : type.get().properties())
                if (p.column().isPresent())
                    columns.add(new ColumnLayout(p.name(), p.priority(), p.identity(), p.text()));
            if (columns.isEmpty()) item.names().forEach(name -> columns.add(named(item, name)));
        } else {
            item.names().forEach(name -> columns.add(named(item, name)));
        }
        return columns;
    }

    private static ColumnLayout named(Item item, String wanted) {
        if (!item.has(wanted)) throw ViewType.unknown(item, wanted);
        var known = ViewType.of(item).flatMap(type -> type.property(wanted));
        if (known.isPresent()) {
            var p = known.get();
            return new ColumnLayout(p.name(), 1, p.identity(), p.text() || p.column().isEmpty());
        }
        String name = item.names().stream().filter(wanted::equalsIgnoreCase).findFirst().orElse(wanted);
        return new ColumnLayout(name, 1, name.equals(item.names().getFirst()), true);
    }
}
