package org.sternpost.cmdlets.pipeline;

import java.util.Comparator;
import java.util.List;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Item;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.cmdlets.pipeline.CollectingStage.RecordBuffer;

/// Sorts records; those that compare equal stay in their order.
@Name(verb = Verb.Sort, noun = "Object", summary = "Sorts records by properties.", aliases = "sort")
@Example(shows = "Put the fullest queue first", run = "Get-Queue | Sort-Object MessageCount -Descending | "
        + "Select-Object Identity, MessageCount", prints = """
        Identity              MessageCount
        --------------------  ------------
        gov/tax.gov.example   2
        Default/busy.example  1
        Default/odd.example   1
        """)
public record SortObject(
        @Param(value = "Properties, the most important "
                + "first.", position = 0, names = "properties") List<String> property,
        @Param("The greatest first.") boolean descending,
        @Param("Keeps one of those that compare equal.") boolean unique) implements Cmdlet.Stage {

    @Override
    public RecordProcessor open(StageContext shell) {
        var kept = new RecordBuffer();
        return new RecordProcessor() {
            @Override
            public boolean accept(Item item, Sink out) {
                property.forEach(item::get); // an unknown name is told at once
                kept.add(item);
                return true;
            }

            @Override
            public void end(Sink out) { sorted(kept.items(), out); }
        };
    }

    private void sorted(List<Item> items, Sink out) {
        Comparator<Item> order = descending ? order().reversed() : order();
        items.sort(order);
        for (int i = 0; i < items.size(); i++)
            if (!unique || i == 0 || order.compare(items.get(i - 1), items.get(i)) != 0) out.put(items.get(i));
    }

    private Comparator<Item> order() {
        return (left, right) -> {
            for (String name : property) {
                int order = ValueOrder.ORDER.compare(left.get(name), right.get(name));
                if (order != 0) return order;
            }
            return 0;
        };
    }
}
