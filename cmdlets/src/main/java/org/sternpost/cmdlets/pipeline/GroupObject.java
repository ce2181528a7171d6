package org.sternpost.cmdlets.pipeline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.CustomItem;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Item;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.cmdlets.pipeline.CollectingStage.RecordBuffer;

/// Collects records that agree in some properties, in order of first appearance.
@Name(verb = Verb.Group, noun = "Object", summary = "Groups records by properties and counts them.", aliases = "group")
@Example(shows = "Count connectors by mode", run = "Get-OutboundConnector | Group-Object TlsValidation | "
        + "Select-Object Count, Name", prints = """
        Count  Name
        -----  -------------
        4      Opportunistic
        1      Enabled
        1      Disabled
        """)
public record GroupObject(
        @Param(value = "Properties that must agree.", position = 0, names = "properties") List<String> property)
        implements
            Cmdlet.Stage {

    @Override
    public RecordProcessor open(StageContext shell) {
        var kept = new RecordBuffer();
        return new RecordProcessor() {
            @Override
            public boolean accept(Item item, Sink out) {
                property.forEach(item::get);
                kept.add(item);
                return true;
            }

            @Override
            public void end(Sink out) { grouped(kept.items(), out); }
        };
    }

    private void grouped(List<Item> items, Sink out) {
        var groups = new LinkedHashMap<String, List<Item>>();
        var names = new HashMap<String, String>();
        for (Item item : items) {
            String name = property.stream().map(wanted -> ValueOrder.text(item.get(wanted)))
                    .collect(Collectors.joining(", "));
            String key = name.toLowerCase(Locale.ROOT);
            names.putIfAbsent(key, name);
            groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(item);
        }
        groups.forEach((key, members) -> {
            var values = new LinkedHashMap<String, @Nullable Object>();
            values.put("Count", (long) members.size());
            values.put("Name", names.get(key));
            values.put("Group", members);
            out.put(new CustomItem("Group", values));
        });
    }
}
