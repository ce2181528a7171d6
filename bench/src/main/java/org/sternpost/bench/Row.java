package org.sternpost.bench;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// One line of the table: how many recipient domains on how many mail hosts, how far away, with which settings.
///
/// @param tuned false: both servers as they come, but for what they need to run here at all
record Row(int domains, int hosts, int delayMillis, boolean tuned) {

    private static final int MOST = 20_000;
    private static final Pattern FORM = Pattern.compile("(\\d{1,5})x(\\d{1,5})@(\\d{1,4})(:default)?");

    /// Near and far, from one domain to many at few hosts; and the servers as they come, far away.
    static final List<Row> ALL = Stream.of("1x1@0", "10x10@0", "500x500@0", "500x5@0", "1x1@50", "10x10@50",
            "500x500@50", "500x5@50", "1x1@50:default", "500x500@50:default").map(Row::of).toList();

    Row {
        if (domains < 1 || hosts < 1 || hosts > domains || domains > MOST)
            throw new IllegalArgumentException(domains + " domains on " + hosts + " hosts: of 1 to " + MOST
                    + " domains, each host must have one at least");
    }

    /// Reads `500x5@50` or `1x1@50:default`: domains, hosts, milliseconds of a round trip.
    static Row of(String text) {
        var parts = FORM.matcher(text);
        if (!parts.matches())
            throw new IllegalArgumentException("no row: '" + text + "'; write DOMAINSxHOSTS@MILLISECONDS, such as "
                    + "500x5@50, and :default behind it for servers as they come");
        return new Row(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)),
                Integer.parseInt(parts.group(3)), parts.group(4) == null);
    }

    @Override
    public String toString() { return domains + "x" + hosts + "@" + delayMillis + (tuned ? "" : ":default"); }
}
