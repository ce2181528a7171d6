package org.sternpost.engine.control.page;

import java.util.List;
import java.util.Locale;
import org.sternpost.engine.mail.VisibleText;

/// Builds HTML, in which a text is text whatever stands in it.
final class Html {

    private final StringBuilder html = new StringBuilder();

    /// Markup of our own.
    Html raw(String markup) {
        html.append(markup);
        return this;
    }

    Html text(String text) {
        html.append(escaped(text));
        return this;
    }

    /// An element with nothing but text in it.
    ///
    /// @param tag name and attributes, `td class="n"`
    Html element(String tag, String text) {
        int end = tag.indexOf(' ');
        return raw("<" + tag + ">").text(text).raw("</" + (end < 0 ? tag : tag.substring(0, end)) + ">");
    }

    /// A table whose first column names the rows.
    ///
    /// @param classes of the columns; `n` for numbers
    Html table(String caption, List<String> heads, List<String> classes, List<List<String>> rows) {
        raw("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"").text(caption).raw("\">\n<table>\n");
        element("caption", caption).raw("\n<thead><tr>");
        for (int i = 0; i < heads.size(); i++)
            element("th scope=\"col\"" + named(classes.get(i)), heads.get(i));
        raw("</tr></thead>\n<tbody>\n");
        for (List<String> row : rows) {
            raw("<tr>").element("th scope=\"row\"" + named(classes.getFirst()), row.getFirst());
            for (int i = 1; i < row.size(); i++)
                element("td" + named(classes.get(i)), row.get(i));
            raw("</tr>\n");
        }
        return raw("</tbody>\n</table>\n</div>\n");
    }

    private static String named(String name) { return name.isEmpty() ? "" : " class=\"" + name + "\""; }

    /// For text and for values of attributes.
    static String escaped(String text) {
        return VisibleText.of(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
                .replace("\"", "&quot;").replace("'", "&#39;");
    }

    /// `12,345`.
    static String count(long number) { return String.format(Locale.ROOT, "%,d", number); }

    /// `0.4 %`; what is there is never told as nothing, and what is missing never as all.
    static String percent(long part, long whole) {
        if (whole == 0) return "–";
        double percent = 100.0 * part / whole;
        if (part > 0 && percent < 0.05) return "< 0.1 %";
        if (part < whole && percent > 99.95) return "> 99.9 %";
        return String.format(Locale.ROOT, percent == Math.rint(percent) ? "%.0f %%" : "%.1f %%", percent);
    }

    @Override
    public String toString() { return html.toString(); }
}
