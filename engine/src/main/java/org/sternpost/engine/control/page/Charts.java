package org.sternpost.engine.control.page;

import java.util.List;
import java.util.Locale;

/// Charts as SVG that stretches to its place; words stand beside them as HTML, so that they keep their size on a phone.
final class Charts {

    private static final int HEIGHT = 100; // units, whatever the size on the screen
    private static final double GAP = 0.24; // of the place of a bar
    private static final int STEPS = 4;

    private Charts() {}

    /// One of several quantities.
    ///
    /// @param colour name of a variable of the style
    record Series(String name, String colour) {}

    /// @param values one for each series
    record Bar(String name, List<Long> values) {

        long all() { return values.stream().mapToLong(Long::longValue).sum(); }

        String words(List<Series> series) {
            var words = new StringBuilder(name);
            for (int i = 0; i < series.size(); i++)
                words.append(i == 0 ? ": " : ", ").append(Html.count(values.get(i))).append(' ')
                        .append(series.get(i).name().toLowerCase(Locale.ROOT));
            return words.toString();
        }
    }

    /// Bars from left to right, each with its quantities above one another.
    ///
    /// @param title   what it shows
    /// @param summary the same in a sentence, for whoever does not see it
    static void stacked(Html html, String id, String title, String summary, List<Series> series, List<Bar> bars) {
        long most = scale(bars.stream().mapToLong(Bar::all).max().orElse(0));
        legend(html, series);
        html.raw("<div class=\"chart\"><div class=\"ticks\" aria-hidden=\"true\">");
        for (int step = STEPS; step >= 0; step--)
            html.element("span", Html.count(most * step / STEPS));
        html.raw("</div>\n");
        svg(html, id, title, summary, bars.size() + " " + HEIGHT);
        for (int step = 0; step <= STEPS; step++)
            html.raw("<path class=\"grid\" d=\"M0 " + HEIGHT * step / STEPS + "h" + bars.size() + "\"/>");
        for (int i = 0; i < bars.size(); i++) {
            html.raw("<g>").element("title", bars.get(i).words(series));
            double top = HEIGHT;
            for (int s = 0; s < series.size(); s++) {
                double height = (double) HEIGHT * bars.get(i).values().get(s) / most;
                if (height == 0) continue;
                // What is there is seen, however little it is.
                height = Math.max(height, 0.8);
                top -= height;
                rect(html, i + GAP / 2, top, 1 - GAP, height, series.get(s));
            }
            html.raw("</g>\n");
        }
        html.raw("</svg>\n<div class=\"days\" aria-hidden=\"true\">");
        for (String name : named(bars))
            html.element("span", name);
        html.raw("</div></div>\n");
    }

    /// The first, the last and one in between.
    private static List<String> named(List<Bar> bars) {
        return switch (bars.size()) {
            case 0 -> List.of();
            case 1 -> List.of(bars.getFirst().name());
            case 2 -> List.of(bars.getFirst().name(), bars.getLast().name());
            default -> List.of(bars.getFirst().name(), bars.get(bars.size() / 2).name(), bars.getLast().name());
        };
    }

    /// One bar from left to right.
    static void share(Html html, String id, String title, List<Series> series, Bar bar) {
        svg(html, id, title, bar.words(series), "100 10", "class=\"share\"");
        double left = 0;
        long all = Math.max(1, bar.all());
        for (int s = 0; s < series.size(); s++) {
            double width = 100.0 * bar.values().get(s) / all;
            if (width == 0) continue;
            html.raw("<g>").element("title", series.get(s).name() + ": " + Html.count(bar.values().get(s)));
            rect(html, left, 0, width, 10, series.get(s));
            html.raw("</g>");
            left += width;
        }
        html.raw("</svg>\n");
    }

    /// Bars below one another, each beside its name and number; they repeat what a table says.
    static void ranked(Html html, List<Bar> bars, Series series) {
        long most = Math.max(1, bars.stream().mapToLong(Bar::all).max().orElse(0));
        html.raw("<ol class=\"ranked\">\n");
        for (Bar bar : bars) {
            html.raw("<li>").element("span class=\"what\"", bar.name())
                    .raw("<svg viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\" "
                            + "focusable=\"false\">");
            rect(html, 0, 0, Math.max(0.5, 100.0 * bar.all() / most), 10, series);
            html.raw("</svg>").element("span class=\"n\"", Html.count(bar.all())).raw("</li>\n");
        }
        html.raw("</ol>\n");
    }

    static void legend(Html html, List<Series> series) {
        html.raw("<ul class=\"legend\" aria-hidden=\"true\">");
        for (Series one : series)
            html.raw("<li><svg viewBox=\"0 0 10 10\" focusable=\"false\"><rect width=\"10\" height=\"10\" rx=\"2\" "
                    + "class=\"" + one.colour() + "\"/></svg>").text(one.name()).raw("</li>");
        html.raw("</ul>\n");
    }

    private static void svg(Html html, String id, String title, String summary, String box, String... more) {
        html.raw("<svg role=\"img\" aria-labelledby=\"" + id + "-t " + id + "-d\" viewBox=\"0 0 " + box
                + "\" preserveAspectRatio=\"none\" focusable=\"false\" " + String.join(" ", more) + ">")
                .element("title id=\"" + id + "-t\"", title).element("desc id=\"" + id + "-d\"", summary);
    }

    private static void rect(Html html, double x, double y, double width, double height, Series series) {
        html.raw(String.format(Locale.ROOT, "<rect class=\"%s\" x=\"%.3f\" y=\"%.3f\" width=\"%.3f\" height=\"%.3f\"/>",
                series.colour(), x, y, width, height));
    }

    /// The next number that people count by, so that each line of the grid has a whole one: 4, 8, 12, 20, 40, 80.
    static long scale(long most) {
        long ten = 1;
        while (true) {
            for (long one : new long[]{4, 8, 12, 20})
                if (one * ten >= most) return one * ten;
            ten *= 10;
        }
    }
}
