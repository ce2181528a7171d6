package org.sternpost.shell.render;

import java.util.ArrayList;
import java.util.List;
import org.sternpost.cmdlets.Item;
import org.sternpost.shell.item.ViewType;

/// One column of a table, as its view declares it.
record Look(String name, int priority, boolean identity, boolean text) {

    /// The columns for records like this one.
    ///
    /// @param properties asked for; empty for the type's own columns
    static List<Look> of(Item item, List<String> properties) {
        var looks = new ArrayList<Look>();
        var type = ViewType.of(item);
        if (!properties.isEmpty()) {
            for (String wanted : properties)
                looks.add(named(item, wanted));
        } else if (type.isPresent()) {
            for (var p : type.get().properties())
                if (p.column().isPresent()) looks.add(new Look(p.name(), p.priority(), p.identity(), p.text()));
            if (looks.isEmpty()) item.names().forEach(name -> looks.add(named(item, name)));
        } else {
            item.names().forEach(name -> looks.add(named(item, name)));
        }
        return looks;
    }

    private static Look named(Item item, String wanted) {
        if (!item.has(wanted)) throw ViewType.unknown(item, wanted);
        var known = ViewType.of(item).flatMap(type -> type.property(wanted));
        if (known.isPresent()) {
            var p = known.get();
            return new Look(p.name(), 1, p.identity(), p.text() || p.column().isEmpty());
        }
        String name = item.names().stream().filter(wanted::equalsIgnoreCase).findFirst().orElse(wanted);
        return new Look(name, 1, name.equals(item.names().getFirst()), true);
    }
}
