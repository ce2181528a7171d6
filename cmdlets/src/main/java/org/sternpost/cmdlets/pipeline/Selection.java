package org.sternpost.cmdlets.pipeline;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.CustomItem;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Item;

/// One run of `Select-Object`.
final class Selection implements Cmdlet.RecordProcessor {

    private final SelectObject asked;
    private final Deque<Item> tail = new ArrayDeque<>();
    private final Set<Object> seen = new HashSet<>();
    private long taken;
    private long skipped;

    Selection(SelectObject asked) { this.asked = asked; }

    @Override
    public boolean accept(Item item, Cmdlet.Sink out) {
        Integer skip = asked.skip();
        if (skip != null && skipped < skip) {
            skipped++;
            return true;
        }
        Integer first = asked.first();
        Integer last = asked.last();
        if (first != null && taken >= first) return last != null && keep(item, last);
        taken++;
        if (first != null || last == null) pass(item, out);
        else
            keep(item, last);
        return first == null || last != null || taken < first;
    }

    @Override
    public void end(Cmdlet.Sink out) { tail.forEach(item -> pass(item, out)); }

    private boolean keep(Item item, int last) {
        tail.add(item);
        if (tail.size() > last) tail.remove();
        return true;
    }

    private void pass(Item item, Cmdlet.Sink out) {
        String expand = asked.expandProperty();
        Item picked = item;
        List<String> properties = asked.property();
        if (properties != null) {
            var values = new LinkedHashMap<String, @Nullable Object>();
            CollectingStage.names(item, properties).forEach(name -> values.put(name, item.get(name)));
            picked = new CustomItem("Selected", values);
        }
        if (asked.unique() && !seen.add(key(picked))) return;
        if (expand == null) out.put(picked);
        else
            ValueRecords.put(item.get(expand), out);
    }

    private static Object key(Item item) {
        return item.names().stream().map(name -> ValueOrder.text(item.get(name)).toLowerCase(Locale.ROOT)).toList();
    }
}
