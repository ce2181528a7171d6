package org.sternpost.lab;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The table of domains and the count of what they received, in columns for a terminal.
final class LabTable {
    private LabTable() {}

    static String expected(List<LabDomain> domains) {
        var header = List.of("Domain", "Disabled", "Opportunistic", "Enabled", "Shows");
        return columns(header, domains.stream().map(row -> List.of(row.domain(), brief(row.disabled()),
                brief(row.opportunistic()), brief(row.enabled()), row.shows())).toList())
                + "* and the evidence says that Enabled would not have delivered, and why\n";
    }

    private static String brief(Expectation expected) {
        var code = expected.code().isEmpty() ? "" : " " + expected.code();
        return expected.outcome() + code + (expected.wouldFail().isEmpty() ? "" : "*");
    }

    static String received(Lab lab) {
        var rows = lab.domains().stream().filter(row -> lab.count(row.domain()) > 0).map(row -> {
            var encrypted = lab.received(row.domain()).stream().filter(item -> item.encrypted()).count();
            return List.of(row.domain(), Long.toString(lab.count(row.domain())), Long.toString(encrypted));
        }).toList();
        return rows.isEmpty() ? "No mail arrived.\n" : columns(List.of("Domain", "Received", "Over TLS"), rows);
    }

    private static String columns(List<String> header, List<List<String>> rows) {
        var all = Stream.concat(Stream.of(header), rows.stream()).toList();
        return all.stream().map(row -> {
            var line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                var here = column;
                var width = all.stream().mapToInt(other -> other.get(here).length()).max().orElse(0);
                var text = row.get(column);
                line.append(text).append(" ".repeat(width - text.length() + 2));
            }
            return line.toString().stripTrailing();
        }).collect(Collectors.joining("\n", "", "\n"));
    }
}
