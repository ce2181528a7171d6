package org.sternpost.cmdlets;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sternpost.cmdlets.connector.GetOutboundConnector;
import org.sternpost.cmdlets.connector.NewOutboundConnector;
import org.sternpost.cmdlets.connector.RemoveOutboundConnector;
import org.sternpost.cmdlets.connector.SetOutboundConnector;
import org.sternpost.cmdlets.connector.TestOutboundConnector;

/// The one list of all cmdlets.
public final class AllCmdlets implements Catalogue {

    private static final List<Class<? extends Cmdlet>> CONNECTORS = List.of(GetOutboundConnector.class,
            NewOutboundConnector.class, SetOutboundConnector.class, RemoveOutboundConnector.class,
            TestOutboundConnector.class);

    private final List<Descriptor> all;
    private final Map<String, Descriptor> byName = new HashMap<>();

    public AllCmdlets() {
        var found = new ArrayList<Descriptor>();
        for (var group : List.of(CONNECTORS))
            group.forEach(type -> found.add(Descriptor.of(type)));
        found.sort(Comparator.comparing(AllCmdlets::noun).thenComparing(Descriptor::name));
        all = List.copyOf(found);
        for (Descriptor cmdlet : all) {
            add(cmdlet.name(), cmdlet);
            cmdlet.aliases().forEach(alias -> add(alias, cmdlet));
        }
    }

    @Override
    public List<Descriptor> all() { return all; }

    @Override
    public Optional<Descriptor> find(String name) {
        return Optional.ofNullable(byName.get(name.toLowerCase(Locale.ROOT)));
    }

    private void add(String name, Descriptor cmdlet) {
        if (byName.put(name.toLowerCase(Locale.ROOT), cmdlet) != null)
            throw new IllegalStateException("two cmdlets are called " + name);
    }

    private static String noun(Descriptor cmdlet) { return cmdlet.name().substring(cmdlet.name().indexOf('-') + 1); }
}
