package org.sternpost.engine.queue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.TraceQuery;
import org.sternpost.engine.mail.TraceQuery.Status;
import org.sternpost.engine.mail.TraceQuery.Subject;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient.State;
import org.sternpost.engine.queue.TraceSearch.TraceRow;

/// Which rows of the trace a question means: as conditions of SQL for what is kept, as a test of each row for what
/// happens while somebody looks. Both answer alike.
final class TraceFilter {

    private static final int DOMAINS_MAX = 16; // each is looked up by itself

    private final TraceQuery wanted;

    TraceFilter(TraceQuery wanted) { this.wanted = wanted; }

    /// Domains that all recipients wanted are in; empty where any may be.
    Set<String> domains() {
        var domains = new HashSet<String>();
        for (String pattern : wanted.recipients()) {
            String domain = pattern.substring(pattern.lastIndexOf('@') + 1);
            if (!pattern.contains("@") || domain.contains("*")) return Set.of();
            domains.add(Domain.canonical(domain));
        }
        return domains.size() > DOMAINS_MAX ? Set.of() : domains;
    }

    /// Adds all conditions on `message m` and `recipient r`, each with ` AND ` before it.
    void add(StringBuilder sql, List<Object> values) {
        Instant since = wanted.since();
        Instant until = wanted.until();
        and(sql, values, "m.received >= ?", since == null ? null : since.toEpochMilli());
        and(sql, values, "m.received < ?", until == null ? null : until.toEpochMilli());
        any(sql, values, wanted.senders(), one -> like("m.sender", one));
        any(sql, values, wanted.recipients(), one -> like("r.local_part || '@' || r.domain", one));
        any(sql, values, wanted.messageIds(), one -> new Condition("m.message_id IN (?, ?)", List.of(one,
                "<" + one + ">")));
        and(sql, values, "m.id = ?", wanted.id());
        any(sql, values, wanted.statuses(), one -> new Condition(condition(one), List.of()));
        and(sql, values, "lower(r.connector) = lower(?)", wanted.connector());
        Subject subject = wanted.subject();
        and(sql, values, "lower(m.subject) LIKE lower(?) ESCAPE '\\'", subject == null ? null : like(subject));
        String from = wanted.hosts().from();
        if (from != null)
            any(sql, values, List.of(from, from + " as *"), one -> like("m.client", one));
        String to = wanted.hosts().to();
        if (to != null) any(sql, values, List.of(to + ":*"), one -> like("r.address", one));
    }

    /// The same of one row.
    boolean test(TraceRow row) {
        Instant since = wanted.since();
        Instant until = wanted.until();
        Subject subject = wanted.subject();
        String from = wanted.hosts().from();
        String to = wanted.hosts().to();
        String connector = wanted.connector();
        return (since == null || row.received().toEpochMilli() >= since.toEpochMilli())
                && (until == null || row.received().toEpochMilli() < until.toEpochMilli())
                && anyFits(wanted.senders(), row.sender()) && anyFits(wanted.recipients(), row.recipient())
                && (wanted.messageIds().isEmpty() || wanted.hasMessageId(row.internetMessageId()))
                && (wanted.id() == null || row.id().text().equals(wanted.id()))
                && (wanted.statuses().isEmpty() || wanted.statuses().stream().anyMatch(one -> is(row, one)))
                && (connector == null || lower(row.last().connector()).equals(lower(connector)))
                && (subject == null || fits(subject, row.subject()))
                && (from == null || anyFits(List.of(from, from + " as *"), row.client()))
                && (to == null || row.last().session().address().startsWith(to + ":"));
    }

    private record Condition(String sql, List<Object> values) {}

    private static String condition(Status status) {
        return switch (status) {
            case Pending -> "r.state IN ('Waiting', 'Suspended')";
            case GettingStatus -> "r.state = 'Waiting' AND r.attempts = 0";
            case Suspended, Delivered, Failed, Removed -> "r.state = '" + status + "'";
        };
    }

    private static boolean is(TraceRow row, Status status) {
        return switch (status) {
            case Pending -> !row.state().isFinal();
            case GettingStatus -> row.state() == State.Waiting && row.attempts() == 0;
            case Suspended, Delivered, Failed, Removed -> row.state().name().equals(status.name());
        };
    }

    private static Condition like(String column, String pattern) {
        String wanted = pattern.startsWith("@") ? "*" + pattern : pattern;
        return wanted.contains("*")
                ? new Condition("lower(" + column + ") LIKE lower(?) ESCAPE '\\'",
                        List.of(literal(wanted).replace('*', '%')))
                : new Condition("lower(" + column + ") = lower(?)", List.of(wanted));
    }

    private static String like(Subject subject) {
        String text = literal(subject.text());
        return switch (subject.where()) {
            case Contains -> "%" + text + "%";
            case StartsWith -> text + "%";
            case EndsWith -> "%" + text;
        };
    }

    private static boolean anyFits(List<String> patterns, String text) {
        return patterns.isEmpty() || patterns.stream().anyMatch(one -> fits(one, text));
    }

    private static boolean fits(String pattern, String text) {
        String wanted = lower(pattern.startsWith("@") ? "*" + pattern : pattern);
        String left = lower(text);
        if (!wanted.contains("*")) return left.equals(wanted);
        String[] parts = wanted.split("\\*", -1);
        if (!left.startsWith(parts[0])) return false;
        int at = parts[0].length();
        for (int i = 1; i < parts.length - 1; i++) {
            int found = left.indexOf(parts[i], at);
            if (found < 0) return false;
            at = found + parts[i].length();
        }
        String end = parts[parts.length - 1];
        return left.length() - end.length() >= at && left.endsWith(end);
    }

    private static boolean fits(Subject wanted, String subject) {
        String text = lower(wanted.text());
        return switch (wanted.where()) {
            case Contains -> lower(subject).contains(text);
            case StartsWith -> lower(subject).startsWith(text);
            case EndsWith -> lower(subject).endsWith(text);
        };
    }

    /// As SQLite's `lower`: of ASCII alone.
    private static String lower(String text) {
        if (text.chars().allMatch(letter -> letter < 128)) return text.toLowerCase(Locale.ROOT);
        return text.chars().map(letter -> letter >= 'A' && letter <= 'Z' ? letter + 32 : letter)
                .collect(StringBuilder::new, (made, letter) -> made.append((char) letter), StringBuilder::append)
                .toString();
    }

    private static String literal(String text) { return text.replaceAll("[%_\\\\]", "\\\\$0"); }

    private static void and(StringBuilder sql, List<Object> values, String condition, @Nullable Object value) {
        if (value == null) return;
        sql.append(" AND ").append(condition);
        values.add(value);
    }

    private static <T> void any(StringBuilder sql, List<Object> values, List<T> wanted,
            Function<T, Condition> condition) {
        if (wanted.isEmpty()) return;
        var all = new ArrayList<Condition>();
        for (T one : wanted)
            all.add(condition.apply(one));
        sql.append(all.stream().map(Condition::sql).collect(Collectors.joining(" OR ", " AND (", ")")));
        all.forEach(one -> values.addAll(one.values()));
    }
}
