package org.sternpost.shell.render;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Item;
import org.sternpost.shell.item.ItemJson;

/// Where the last stage of a pipeline puts its records; shows them as they come.
public sealed interface Printer extends Cmdlet.Sink {

    /// Called once after the last record.
    void end();

    /// @param list one record is shown as a list, since it was asked for by its identity
    static Printer of(OutputFormat format, RecordLayout layout, boolean list, Consumer<String> lines) {
        return of(format, layout, list, lines, Tables.ROWS_BEFORE_FIXED);
    }

    /// @param rows of a table that may wait for each other; 1 where each is wanted at once
    static Printer of(OutputFormat format, RecordLayout layout, boolean list, Consumer<String> lines, int rows) {
        return switch (format) {
            case Text -> new Tables(layout, list, lines, rows);
            case Json -> new JsonLines(lines);
            case JsonArray -> new JsonList(lines);
            case Csv -> new CsvLines(lines);
        };
    }

    /// Tables whose widths are fixed after some rows, so that a long answer starts at once and does not dance.
    final class Tables implements Printer {
        private static final int ROWS_BEFORE_FIXED = 50;
        private static final List<String> PLAIN = List.of("Text", "Value");

        private final RecordLayout layout;
        private final boolean list;
        private final Consumer<String> lines;
        private final int rowsBeforeFixed;
        private final List<Item> waiting = new ArrayList<>();
        private @Nullable TableLayout table;
        private String typeName = "";
        private boolean any;
        private boolean plain;

        Tables(RecordLayout layout, boolean list, Consumer<String> lines, int rowsBeforeFixed) {
            this.layout = layout;
            this.list = list;
            this.lines = lines;
            this.rowsBeforeFixed = rowsBeforeFixed;
        }

        @Override
        public void put(Item item) {
            if (!item.typeName().equals(typeName)) finish();
            typeName = item.typeName();
            if (table instanceof TableLayout fixed) {
                lines.accept(fixed.row(item));
                return;
            }
            waiting.add(item);
            if (waiting.size() >= rowsBeforeFixed) flush();
        }

        @Override
        public void text(String line) {
            finish();
            lines.accept(line);
        }

        @Override
        public void end() { finish(); }

        /// A plain value has no columns worth a header.
        private static boolean isText(Item item) {
            return item.names().equals(List.of(item.typeName())) && PLAIN.contains(item.typeName());
        }

        private void finish() {
            if (!waiting.isEmpty()) flush();
            if (table instanceof TableLayout fixed) fixed.foot().forEach(lines);
            table = null;
        }

        private void flush() {
            boolean text = !list && isText(waiting.getFirst());
            if (any && !(text && plain)) lines.accept("");
            any = true;
            plain = text;
            if (waiting.size() == 1 && TreeLayout.draws(waiting.getFirst())) {
                layout.tree(waiting).forEach(lines);
            } else if (list && waiting.size() == 1 || isText(waiting.getFirst())) {
                if (list) layout.list(waiting, List.of()).forEach(lines);
                else
                    waiting.forEach(item -> lines.accept(layout.values().text(item.get(item.names().getFirst()))));
            } else {
                var fit = TableLayout.fit(waiting, List.of(), layout.width(), layout.values(), layout.style());
                fit.ifPresent(fixed -> {
                    fixed.head().forEach(lines);
                    waiting.forEach(item -> lines.accept(fixed.row(item)));
                });
                table = fit.orElse(null);
                if (fit.isEmpty()) layout.list(waiting, List.of()).forEach(lines);
            }
            waiting.clear();
        }
    }

    /// Where records are drawn by who knows them.
    record Drawn(Consumer<Item> records) implements Printer {
        @Override
        public void put(Item item) { records.accept(item); }

        @Override
        public void text(String line) {}

        @Override
        public void end() {}
    }

    /// One JSON object a line.
    record JsonLines(Consumer<String> lines) implements Printer {
        @Override
        public void put(Item item) { lines.accept(ItemJson.of(item, true)); }

        @Override
        public void text(String line) { lines.accept(line); }

        @Override
        public void end() {}
    }

    /// One JSON array; its records a line each.
    final class JsonList implements Printer {
        private final Consumer<String> lines;
        private String pending = "[";
        private boolean text;
        private boolean any;

        JsonList(Consumer<String> lines) { this.lines = lines; }

        @Override
        public void put(Item item) {
            lines.accept(pending + (any ? "," : ""));
            pending = ItemJson.of(item, true);
            any = any || !pending.equals("[");
        }

        @Override
        public void text(String line) {
            text = true;
            lines.accept(line);
        }

        @Override
        public void end() {
            if (any) {
                lines.accept(pending);
                lines.accept("]");
            } else if (!text) {
                lines.accept("[]");
            }
        }
    }

    /// CSV whose lines leave as they come, under a header of what the first record has; a record that has more begins a
    /// table of its own.
    final class CsvLines implements Printer {
        private final Consumer<String> lines;
        private List<String> names = List.of();

        CsvLines(Consumer<String> lines) { this.lines = lines; }

        @Override
        public void put(Item item) {
            if (!names.containsAll(item.names())) {
                if (!names.isEmpty()) lines.accept("");
                names = item.names();
                lines.accept(Csv.head(names, false));
            }
            lines.accept(Csv.row(item, names, false));
        }

        @Override
        public void text(String line) { lines.accept(line); }

        @Override
        public void end() {}
    }

    /// How records leave the shell.
    public enum OutputFormat {
        /// Tables and lists for people.
        Text,
        /// JSON Lines.
        Json,
        /// One JSON array.
        JsonArray,
        /// Comma-separated, with a header.
        Csv
    }
}
