package org.sternpost.shell.filter;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.sternpost.engine.control.view.MessageView;
import org.sternpost.engine.control.view.QueueView;

/// Conditions as hands and scripts write them, on values that some records have, and records with awkward ones.
public final class RandomConditions {

    private static final List<String> TEXTS = List.of("shop@example.com", "SHOP@EXAMPLE.COM", "Invoice 1", "invoice 12",
            "Bill [1]", "", "kiss", "\u212aISS", "ki\u017fs", "K\u0130\u0131k", "\u00e5ngstrom", "\u212bngstrom",
            "it's", "a*b", "a?b", "\ud801\udc00x", "\ud801\udc28x", "100% sure_thing", "4.4.1 no host", "x`y", "!");
    private static final List<String> STATUSES = List.of("Ready", "Active", "Retry", "Suspended");
    private static final List<String> ORDERS = List.of("-gt", "-ge", "-lt", "-le");
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    private final Random random;
    private final List<String> texts;
    private final List<String> lists;
    private final List<String> numbers;
    private final List<String> times;

    private RandomConditions(Random random, List<String> texts, List<String> lists, List<String> numbers,
            List<String> times) {
        this.random = random;
        this.texts = texts;
        this.lists = lists;
        this.numbers = numbers;
        this.times = times;
    }

    public static RandomConditions onMessages(Random random) {
        return new RandomConditions(random, List.of("FromAddress", "Subject", "InternetMessageId", "SourceIP",
                "LastError", "Identity"), List.of("Recipients", "Queues"), List.of("SizeBytes", "RetryCount"),
                List.of("DateReceived", "ExpirationTime"));
    }

    public static RandomConditions onQueues(Random random) {
        return new RandomConditions(random, List.of("Identity", "NextHopDomain", "Connector", "LastError"), List.of(),
                List.of("MessageCount", "RetryCount", "SuspendedCount"), List.of("NextRetryTime", "LastRetryTime"));
    }

    public String next() { return next(3); }

    private String next(int depth) {
        int kind = depth == 0 ? 9 : random.nextInt(10);
        if (kind < 2) return joined(" -and ", depth);
        if (kind < 4) return joined(" -or ", depth);
        if (kind == 4) return "-not (" + next(depth - 1) + ")";
        return test();
    }

    private String joined(String word, int depth) {
        var parts = new ArrayList<String>();
        for (int i = random.nextInt(2); i < 3; i++)
            parts.add("(" + next(depth - 1) + ")");
        return String.join(word, parts);
    }

    private String test() {
        int kind = random.nextInt(12);
        if (kind < 5) return textTest(one(random.nextInt(3) == 0 && !lists.isEmpty() ? lists : texts));
        if (kind < 7) return wordTest();
        if (kind < 9) return "$_." + one(numbers) + " " + cased(one(of(ORDERS, "-eq", "-ne"))) + " " + number();
        if (kind < 10) return "$_." + one(times) + " " + one(of(ORDERS, "-eq", "-ne")) + " " + time();
        if (kind < 11)
            return "$_." + one(of(texts, numbers.getFirst(), times.getLast(), "Status"))
                    + one(List.of(" -eq $null", " -ne $null", ""));
        return one(List.of("'Retry' -eq $_.Status", "$_.Status -match '^R'", "$_.RetryCount -gt many",
                "$_.Status -eq $true", "$_.Velocity -lt 0", "$_.IncomingRate", "$_.RetryCount -like '1*'",
                "$_.LastError -gt 'm'", "$_.RetryCount -gt $null",
                "$_.RetryCount -in 0, 1, 'x'", "$_.RetryCount -notin 0, 1, 'x'", "$_.Status -eq ('a', 'b')"));
    }

    private String textTest(String name) {
        String operator = one(List.of("-eq", "-ne", "-like", "-notlike", "-like", "-contains", "-notcontains", "-in",
                "-notin"));
        String value = operator.endsWith("in")
                ? "(" + quoted(text()) + ", " + quoted(text()) + (random.nextInt(4) == 0 ? ", $null" : "") + ")"
                : quoted(operator.endsWith("like") ? pattern() : text());
        return "$_." + name + " " + cased(operator) + " " + value;
    }

    private String wordTest() {
        String word = one(of(STATUSES, "retry", "SUSPENDED", "Gone", "\u017fuspended"));
        return switch (random.nextInt(4)) {
            case 0 -> "$_.Status " + cased(one(List.of("-in ", "-notin "))).strip() + " Retry, " + word;
            case 1 -> "$_.Status " + one(List.of("-like ", "-notlike ")) + quoted(one(List.of("r*", "*s*", "?e*",
                    "[rs]*")));
            default -> "$_.Status " + cased(one(List.of("-eq", "-ne"))) + " " + word;
        };
    }

    private String cased(String operator) { return random.nextInt(6) == 0 ? "-c" + operator.substring(1) : operator; }

    private String text() { return one(TEXTS); }

    private String pattern() {
        String text = text();
        if (text.isEmpty()) return "*";
        int from = random.nextInt(text.length());
        return switch (random.nextInt(5)) {
            case 0 -> text.substring(0, from) + "*";
            case 1 -> "*" + text.substring(from);
            case 2 -> text.substring(0, from) + "?" + text.substring(from + 1);
            case 3 -> "*" + text.substring(from, Math.min(text.length(), from + 2)) + "*";
            default -> text;
        };
    }

    private String number() {
        return one(List.of("0", "1", "2", "-1", "1.5", "1.0", "1_000", "1KB", "2000", "5%", "123456789012345678901",
                "+1"));
    }

    private String time() {
        return quoted(one(List.of("2026-11-23T12:00:00Z", "2026-11-23T13:00:00.0005Z", "2026-11-23", "-2h", "+1d",
                "now",
                "yesterday 14:00", "2026-11-23 10:00", "+999999999-12-31T23:59:59Z", "2026-11-23T12:00:00.500+01:00")));
    }

    private static String quoted(String text) { return "'" + text.replace("'", "''") + "'"; }

    private <T> T one(List<T> of) { return of.get(random.nextInt(of.size())); }

    private static List<String> of(List<String> some, String... more) {
        var all = new ArrayList<>(some);
        all.addAll(List.of(more));
        return all;
    }

    public static String text(Random random) {
        String text = TEXTS.get(random.nextInt(TEXTS.size()));
        UnaryOperator<String> altered = List.<UnaryOperator<String>>of(one -> one, String::toLowerCase,
                String::toUpperCase, one -> one + "x").get(random.nextInt(4));
        return altered.apply(text);
    }

    static MessageView message(Random random) {
        return new MessageView(text(random), text(random), STATUSES.get(random.nextInt(4)), texts(random),
                text(random), List.of(0L, 1L, 1000L, 1024L, 5L).get(random.nextInt(5)), moment(random),
                moment(random), random.nextInt(4), text(random), text(random), texts(random), text(random));
    }

    static QueueView queue(Random random) {
        return new QueueView(text(random), text(random), text(random), STATUSES.get(random.nextInt(4)),
                random.nextInt(4), random.nextInt(4), random.nextInt(3) == 0 ? null : moment(random),
                random.nextInt(3) == 0 ? null : moment(random), text(random), random.nextInt(3),
                "DnsConnectorDelivery", random.nextInt(3) / 2.0, 0, -0.5);
    }

    private static List<String> texts(Random random) {
        var all = new ArrayList<String>();
        for (int i = random.nextInt(4); i > 0; i--)
            all.add(text(random));
        return all;
    }

    private static Instant moment(Random random) {
        return NOON.plusMillis(List.of(0L, 1L, -7_200_000L, 3_600_000L, -86_400_000L).get(random.nextInt(5)));
    }
}
