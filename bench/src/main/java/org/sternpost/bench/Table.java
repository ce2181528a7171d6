package org.sternpost.bench;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// The results: for each row a line of each server, and one of their ratio. Markdown, for it goes into documents.
final class Table {

    private final Map<Row, Map<String, List<Map<Column, Double>>>> runs = new LinkedHashMap<>();

    /// One run of one server; those of a row are summed up by [#summary].
    void add(Row row, String server, Map<Column, Double> run) {
        runs.computeIfAbsent(row, _ -> new LinkedHashMap<>())
                .computeIfAbsent(server, _ -> new java.util.ArrayList<>()).add(run);
    }

    /// The median of the runs; of what must not happen at all, the worst.
    static Map<Column, Double> summary(List<Map<Column, Double>> runs) {
        var summary = new EnumMap<Column, Double>(Column.class);
        for (var column : Column.values()) {
            var all = new Percentiles(
                    runs.stream().mapToDouble(run -> run.getOrDefault(column, 0.0)).toArray());
            summary.put(column, column.worstCounts() ? all.max() : all.median());
        }
        return summary;
    }

    String markdown(Column.Of of) {
        var columns = Arrays.stream(Column.values()).filter(column -> column.of == of).toList();
        var text = new StringBuilder("| row | server |");
        columns.forEach(column -> text.append(' ').append(column.title).append(" |"));
        text.append("\n|---|---|").append("--:|".repeat(columns.size())).append('\n');
        runs.forEach((row, servers) -> {
            String name = row.toString();
            for (var server : servers.entrySet()) {
                text.append(line(name, server.getKey(), columns, summary(server.getValue())));
                name = "";
            }
            if (servers.containsKey(Sternpost.NAME) && servers.containsKey(Postfix.NAME) && of == Column.Of.ROW)
                text.append(ratio(columns, summary(servers.getOrDefault(Sternpost.NAME, List.of())),
                        summary(servers.getOrDefault(Postfix.NAME, List.of()))));
        });
        return text.toString();
    }

    private static String line(String row, String server, List<Column> columns, Map<Column, Double> values) {
        return "| " + row + " | " + server + " | " + columns.stream()
                .map(column -> number(values.getOrDefault(column, 0.0), column.decimals))
                .collect(Collectors.joining(" | ")) + " |\n";
    }

    /// Ours through theirs; where theirs is 0 there is none.
    private static String ratio(List<Column> columns, Map<Column, Double> ours, Map<Column, Double> theirs) {
        return "| | ratio | " + columns.stream().map(column -> {
            double below = theirs.getOrDefault(column, 0.0);
            return below == 0 || column.worstCounts() ? "" : number(ours.getOrDefault(column, 0.0) / below, 2);
        }).collect(Collectors.joining(" | ")) + " |\n";
    }

    private static String number(double value, int decimals) {
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}
