package org.sternpost.engine.control.page;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.control.page.Charts.Bar;
import org.sternpost.engine.control.page.Charts.Series;
import org.sternpost.engine.control.view.DeliveryComparisonView;
import org.sternpost.engine.control.view.DeliveryReportView;

/// Writes the page that a security officer is sent: one file of HTML, with its charts inside, that asks nobody for
/// anything and runs nothing.
public final class PageWriter {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final int CASES_MAX = 40;
    private static final int REASONS_MAX = 12;
    private static final List<Series> OUTCOMES = List.of(new Series("Delivered", "ok"),
            new Series("Delivered, would have failed", "would"), new Series("Put off", "off"),
            new Series("Failed", "bad"));
    private static final List<Series> LEVELS = List.of(new Series("DANE", "dane"), new Series("MTA-STS", "sts"),
            new Series("Other TLS", "tls"), new Series("No TLS", "clear"));

    private final DeliveryPage page;
    private final Html html = new Html();

    private PageWriter(DeliveryPage page) { this.page = page; }

    public static String html(DeliveryPage page) {
        var writer = new PageWriter(page);
        writer.head();
        writer.figures();
        writer.days();
        writer.security();
        writer.refusals();
        writer.change();
        writer.connectors();
        writer.next();
        writer.html.raw("<footer>").text("Written by Sternpost at " + page.gateway() + ", " + TIME.format(page.made())
                + " UTC. Counts are of recipients; days are of UTC.").raw("</footer>\n</main>\n</body>\n</html>\n");
        return writer.html.toString();
    }

    private String title() { return "Delivery report" + (page.subject().isEmpty() ? "" : " of " + page.subject()); }

    private void head() {
        html.raw("""
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
                <meta name="referrer" content="no-referrer">
                """).element("title", title() + ", " + page.gateway()).raw("\n<style>\n" + PageStyle.CSS
                + "</style>\n</head>\n<body>\n<main>\n<header>").element("h1", title())
                .element("p class=\"dim\"", page.gateway() + " · " + TIME.format(page.from()) + " to "
                        + TIME.format(page.until()) + " UTC")
                .raw("</header>\n");
    }

    private void figures() {
        DeliveryReportView all = page.total();
        long ended = all.delivered() + all.failed();
        html.element("p class=\"verdict\"", verdict(all, ended)).raw("\n<dl class=\"tiles\">\n");
        tile("Delivered", Html.count(all.delivered()), Html.percent(all.delivered(), ended) + " of what ended");
        tile("Failed", Html.count(all.failed()), Html.percent(all.failed(), ended) + " of what ended");
        tile("Would have failed", Html.count(all.wouldHaveFailed()), Html.percent(all.wouldHaveFailed(),
                all.delivered()) + " of what was delivered");
        tile("Authenticated", Html.percent(page.levels().dane() + page.levels().sts(), page.levels().all()),
                "by DANE or MTA-STS");
        tile("Put off", Html.count(all.deferred()), "attempts");
        tile("Notices", Html.count(all.notices()), "to senders");
        tile("Half delivered within", words(all.delayP50()), "from acceptance");
        tile("95 of 100 within", words(all.delayP95()), "99 within " + words(all.delayP99()));
        html.raw("</dl>\n");
    }

    private String verdict(DeliveryReportView all, long ended) {
        if (ended + all.deferred() == 0) return "No mail was attempted in this time.";
        long domains = page.refusals().stream().filter(one -> one.wouldHaveFailed() > 0)
                .map(DeliveryReportView::domain).distinct().count();
        return Html.percent(all.delivered(), ended) + " of the mail that came to an end was delivered. "
                + (all.wouldHaveFailed() == 0
                        ? "With strict validation everywhere, nothing of it would have been held back."
                        : "With strict validation everywhere, " + Html.count(all.wouldHaveFailed()) + " of "
                                + Html.count(all.delivered()) + " would have been held back, to "
                                + (domains == 1 ? "one domain." : Html.count(domains) + " domains."));
    }

    private void tile(String name, String big, String small) {
        html.raw("<div>").element("dt", name).raw("<dd>").element("div class=\"big\"", big)
                .element("div class=\"small\"", small).raw("</dd></div>\n");
    }

    private void days() {
        if (page.days().isEmpty()) return;
        html.raw("<section>\n").element("h2", "Mail by day").raw("\n<figure>\n");
        var bars = page.days().stream().map(day -> new Bar(day.day(), List.of(day.delivered() - day.wouldHaveFailed(),
                day.wouldHaveFailed(), day.deferred(), day.failed()))).toList();
        var most = page.days().stream().max((one, other) -> Long.compare(one.delivered(), other.delivered()))
                .orElseThrow();
        Charts.stacked(html, "days", "Mail by day and outcome", bars.size() + " days from " + bars.getFirst().name()
                + " to " + bars.getLast().name() + "; the most on " + most.day() + ", " + Html.count(most.delivered())
                + " delivered. The figures are in the table below.", OUTCOMES, bars);
        html.element("figcaption", "Recipients; of what was put off, each attempt counts.").raw("</figure>\n<details>")
                .element("summary", "The figures of each day");
        html.table("Mail by day", List.of("Day", "Delivered", "Would have failed", "Put off", "Failed", "Notices",
                "Half within", "95 % within"), List.of("date", "n", "n", "n", "n", "n", "n", "n"),
                page.days().stream().map(day -> counts(day.day(), day)).toList());
        html.raw("</details>\n</section>\n");
    }

    private static List<String> counts(String name, DeliveryReportView row) {
        return List.of(name, Html.count(row.delivered()), Html.count(row.wouldHaveFailed()), Html.count(row.deferred()),
                Html.count(row.failed()), Html.count(row.notices()), words(row.delayP50()), words(row.delayP95()));
    }

    private void security() {
        DeliveryPage.Levels levels = page.levels();
        if (levels.all() == 0) return;
        html.raw("<section>\n").element("h2", "How mail was secured").raw("\n<figure>\n");
        Charts.share(html, "levels", "Mail by how it was secured", LEVELS, new Bar("Delivered",
                List.of(levels.dane(), levels.sts(), levels.tls(), levels.clear())));
        html.raw("<ul class=\"legend\">");
        long[] values = {levels.dane(), levels.sts(), levels.tls(), levels.clear()};
        for (int i = 0; i < values.length; i++)
            html.raw("<li><svg viewBox=\"0 0 10 10\" aria-hidden=\"true\" focusable=\"false\"><rect width=\"10\" "
                    + "height=\"10\" rx=\"2\" class=\"" + LEVELS.get(i).colour() + "\"/></svg>")
                    .text(LEVELS.get(i).name() + " " + Html.percent(values[i], levels.all()) + " ("
                            + Html.count(values[i]) + ")")
                    .raw("</li>");
        html.raw("</ul>\n").element("figcaption", "Authenticated by DANE, under an enforced MTA-STS policy, by TLS "
                + "without either, and in clear.").raw("</figure>\n</section>\n");
    }

    private void refusals() {
        if (page.refusals().isEmpty()) return;
        html.raw("<section>\n").element("h2", "What fails validation, and who can mend it").raw("\n");
        var would = sums(DeliveryReportView::wouldHaveFailed);
        if (!would.isEmpty()) {
            html.element("p", "Would have failed under Enabled, by reason:");
            Charts.ranked(html, would.entrySet().stream().limit(REASONS_MAX)
                    .map(one -> new Bar(one.getKey(), List.of(one.getValue()))).toList(), OUTCOMES.get(1));
        }
        List<DeliveryReportView> shown = page.refusals().stream().limit(CASES_MAX).toList();
        html.table("Domains behind it, the most first", List.of("Domain", "Connector", "Reason", "Would have failed",
                "Put off", "Failed", "Who can mend it"), List.of("what", "what", "", "n", "n", "n", ""),
                shown.stream().map(one -> List.of(one.domain(), one.connector(), one.reason(),
                        Html.count(one.wouldHaveFailed()), Html.count(one.deferred()), Html.count(one.failed()),
                        owner(one.owner()))).toList());
        if (page.refusals().size() > shown.size())
            html.element("p class=\"dim\"", Html.count(page.refusals().size() - shown.size()) + " more; "
                    + "Get-DeliveryReport -GroupBy Connector, Domain, Reason lists them all.");
        html.raw("<ul class=\"cases\">\n");
        for (DeliveryReportView one : shown)
            if (!one.sentence().isEmpty())
                html.raw("<li>").element("h3", one.domain() + ": " + one.reason() + (one.code().isEmpty()
                        ? ""
                        : " (" + one.code() + ")")).element("p", "Seen: " + one.sentence())
                        .element("p", "Remedy, for " + owner(one.owner()) + ": " + one.remedy()).raw("</li>\n");
        html.raw("</ul>\n</section>\n");
    }

    private Map<String, Long> sums(ToLongFunction<DeliveryReportView> of) {
        var sums = new LinkedHashMap<String, Long>();
        for (DeliveryReportView one : page.refusals())
            if (of.applyAsLong(one) > 0) sums.merge(one.reason(), of.applyAsLong(one), Long::sum);
        var sorted = new LinkedHashMap<String, Long>();
        sums.entrySet().stream().sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .forEach(one -> sorted.put(one.getKey(), one.getValue()));
        return sorted;
    }

    static String owner(String owner) {
        return switch (owner) {
            case "RECIPIENT" -> "the recipient's postmaster";
            case "OURS" -> "us";
            case "SMART_HOST" -> "us, with whoever runs the smart host";
            case "SENDER" -> "the sender";
            default -> "not known";
        };
    }

    private void change() {
        Optional<DeliveryPage.Change> change = page.change();
        if (change.isEmpty() || change.get().rows().size() < 3) return;
        DeliveryComparisonView before = change.get().rows().get(0);
        DeliveryComparisonView after = change.get().rows().get(1);
        DeliveryComparisonView difference = change.get().rows().get(2);
        html.raw("<section>\n").element("h2", "Before and after a change").element("p", change.get().what());
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("Delivered", Html.count(before.delivered()), Html.count(after.delivered()),
                signed(difference.delivered())));
        Map<String, ToLongFunction<DeliveryComparisonView>> shares = new LinkedHashMap<>();
        shares.put("Failed", DeliveryComparisonView::failed);
        shares.put("Put off", DeliveryComparisonView::deferred);
        shares.put("Notices", DeliveryComparisonView::notices);
        shares.put("Would have failed", DeliveryComparisonView::wouldHaveFailed);
        shares.forEach((name, of) -> rows.add(List.of(name, share(before, of), share(after, of),
                signed(of.applyAsLong(difference)))));
        Map<String, Function<DeliveryComparisonView, @Nullable Duration>> delays = new LinkedHashMap<>();
        delays.put("Half delivered within", DeliveryComparisonView::delayP50);
        delays.put("95 of 100 within", DeliveryComparisonView::delayP95);
        delays.put("99 of 100 within", DeliveryComparisonView::delayP99);
        delays.forEach((name, of) -> rows.add(List.of(name, words(of.apply(before)), words(of.apply(after)),
                signed(of.apply(difference)))));
        html.table("The same length of time on both sides: " + time(before.from()) + " to " + time(before.until())
                + ", and to " + time(after.until()) + " UTC", List.of("Figure", "Before", "After", "Difference"),
                List.of("", "n", "n", "n"), rows);
        html.raw("</section>\n");
    }

    private static String share(DeliveryComparisonView of, ToLongFunction<DeliveryComparisonView> part) {
        return Html.count(part.applyAsLong(of)) + " (" + Html.percent(part.applyAsLong(of), of.delivered()
                + of.failed()) + ")";
    }

    private void connectors() {
        if (page.connectors().isEmpty()) return;
        html.raw("<section>\n").element("h2", "Connectors");
        html.table("Mail by connector", List.of("Connector", "Validation", "Delivered", "Would have failed", "Put off",
                "Failed", "Notices", "Half within", "95 % within"),
                List.of("what", "", "n", "n", "n", "n", "n", "n", "n"), page.connectors().stream().map(one -> {
                    var cells = new ArrayList<>(counts(one.counts().connector(), one.counts()));
                    cells.add(1, one.mode().isEmpty() ? "–" : one.mode());
                    return List.copyOf(cells);
                }).toList());
        html.raw("</section>\n");
    }

    private void next() {
        html.raw("<section>\n").element("h2", "What to do next");
        if (page.next().isEmpty()) {
            html.element("p", "Nothing: no mail failed validation in this time, or would have.").raw("</section>\n");
            return;
        }
        html.raw("<ol class=\"steps\">\n");
        for (DeliveryPage.Step step : page.next()) {
            html.raw("<li>").text(step.what());
            if (!step.command().isEmpty()) html.raw("<br>").element("code", step.command());
            html.raw("</li>\n");
        }
        html.raw("</ol>\n</section>\n");
    }

    public static String time(@Nullable Instant at) { return at == null ? "" : TIME.format(at); }

    private static String signed(long number) { return (number > 0 ? "+" : "") + Html.count(number); }

    private static String signed(@Nullable Duration span) {
        if (span == null) return "–";
        return span.isNegative() ? "-" + words(span.negated()) : "+" + words(span);
    }

    /// `1.4 s`, `12 min`, to two digits or so: more is not known of it.
    static String words(@Nullable Duration span) {
        if (span == null) return "–";
        double seconds = span.toMillis() / 1000.0;
        if (seconds < 1) return span.toMillis() + " ms";
        if (seconds < 90) return String.format(Locale.ROOT, seconds < 10 ? "%.1f s" : "%.0f s", seconds);
        double minutes = seconds / 60;
        if (minutes < 90) return String.format(Locale.ROOT, minutes < 10 ? "%.1f min" : "%.0f min", minutes);
        double hours = minutes / 60;
        if (hours < 48) return String.format(Locale.ROOT, hours < 10 ? "%.1f h" : "%.0f h", hours);
        return String.format(Locale.ROOT, "%.1f d", hours / 24);
    }
}
