package org.sternpost.cmdlets.pipeline;

import java.util.LinkedHashSet;
import java.util.List;
import org.sternpost.cmdlets.Item;
import org.sternpost.cmdlets.Wildcard;

/// Property names as typed, wildcards spelt out.
final class PropertyNames {

    private PropertyNames() {}

    /// Names that a record really has, in the order asked for.
    ///
    /// @throws IllegalArgumentException if a name without wildcard is unknown; the text suggests one
    public static List<String> of(Item item, List<String> wanted) {
        var names = new LinkedHashSet<String>();
        for (String name : wanted) {
            if (Wildcard.isIn(name)) {
                item.names().stream().filter(new Wildcard(name)).forEach(names::add);
            } else {
                item.get(name); // refuses what is unknown
                names.add(item.names().stream().filter(name::equalsIgnoreCase).findFirst().orElse(name));
            }
        }
        return List.copyOf(names);
    }
}
