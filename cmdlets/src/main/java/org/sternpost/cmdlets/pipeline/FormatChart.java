package org.sternpost.cmdlets.pipeline;

import java.util.List;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Item;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;

/// Draws a bar for each record, with its numbers one behind the other; text comes out, so nothing can follow it.
@Name(verb = Verb.Format, noun = "Chart", summary = "Shows numbers of records as bars.")
@Example(shows = "See the mail of each connector, delivered and put off", run = "Get-DeliveryReport "
        + "| Format-Chart Connector Delivered, Deferred", prints = """
        # Delivered  = Deferred
        Default   #…
        …
        """)
public record FormatChart(
        @Param(value = "Property that names a bar.", position = 0, names = "properties") String label,
        @Param(value = "Numbers and spans that a bar is made "
                + "of.", position = 1, names = "properties") List<String> value,
        @Param("Draws with letters of ASCII at a terminal too, as elsewhere.") boolean ascii)
        implements
            Cmdlet.Stage {

    public FormatChart {
        value = List.copyOf(value);
        if (value.isEmpty()) throw new IllegalArgumentException("-Value names no property");
    }

    @Override
    public RecordProcessor open(StageContext shell) {
        return new CollectingStage((items, out) -> {
            if (items.isEmpty()) return;
            Item first = items.getFirst();
            shell.layout().chart(items, CollectingStage.names(first, List.of(label)).getFirst(),
                    CollectingStage.names(first, value), ascii).forEach(out::text);
        });
    }
}
