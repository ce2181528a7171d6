package org.sternpost.shell.render;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Item;
import org.sternpost.shell.item.ItemJson;

/// Whole tables, lists, CSV and JSON of records that are all at hand; what `Format-Table` and `ConvertTo-Json` call.
public record RecordLayout(ValueFormat values, AnsiStyle style, int width) implements Cmdlet.Layout {

    @Override
    public List<String> table(List<Item> items, List<String> properties) {
        return table(items, properties, width, values, style);
    }

    @Override
    public List<String> list(List<Item> items, List<String> properties) {
        var lines = new ArrayList<String>();
        for (Item item : items) {
            if (!lines.isEmpty()) lines.add("");
            lines.addAll(new ListLayout(values, style, width).lines(item, properties));
        }
        return lines;
    }

    @Override
    public List<String> tree(List<Item> items) {
        var lines = new ArrayList<String>();
        for (Item item : items) {
            if (!lines.isEmpty()) lines.add("");
            lines.addAll(TreeLayout.draws(item)
                    ? TreeLayout.lines(item, values, style, width)
                    : new ListLayout(values, style, width).lines(item, List.of()));
        }
        return lines;
    }

    @Override
    public List<String> chart(List<Item> items, String label, List<String> series, boolean ascii) {
        return new ChartLayout(values, style, ascii || width == 0).lines(items, label, series, width);
    }

    @Override
    public String json(List<Item> items, boolean compact) {
        if (items.size() == 1) return ItemJson.of(items.getFirst(), compact);
        String gap = compact ? "," : ",\n";
        return items.stream().map(item -> ItemJson.of(item, compact)).collect(Collectors.joining(gap, "[", "]"));
    }

    @Override
    public List<String> csv(List<Item> items, boolean formulas) {
        var lines = new ArrayList<String>();
        if (items.isEmpty()) return lines;
        List<String> names = items.stream().flatMap(item -> item.names().stream()).distinct().toList();
        lines.add(Csv.head(names, formulas));
        for (Item item : items)
            lines.add(Csv.row(item, names, formulas));
        return lines;
    }

    static List<String> table(List<Item> items, List<String> properties, int width, ValueFormat values,
            AnsiStyle style) {
        if (items.isEmpty()) return List.of();
        var table = TableLayout.fit(items, properties, width, values, style);
        if (table.isEmpty()) return new RecordLayout(values, style, width).list(items, properties);
        var lines = new ArrayList<>(table.get().head());
        for (Item item : items)
            lines.add(table.get().row(item));
        lines.addAll(table.get().foot());
        return lines;
    }
}
