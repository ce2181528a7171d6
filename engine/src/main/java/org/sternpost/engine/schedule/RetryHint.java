package org.sternpost.engine.schedule;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sternpost.engine.smtp.Reply;

/// When a host wants mail again that it did not take now, as far as its reply says so.
///
/// A host that greylists refuses a stranger's first attempt and takes the next one after some minutes; many say after
/// how many. What it says is a wish: nothing below [#SOONEST] or above [#LATEST] is followed, and only for the first
/// attempts, so that a host that always says the same does not set our pace.
final class RetryHint {

    static final Duration SOONEST = Duration.ofMinutes(1);
    static final Duration LATEST = Duration.ofHours(1);
    static final int ATTEMPTS_MAX = 3;

    /// Of hosts that name no span: what most of them want, and a little. Who is called again sooner anyway is.
    static final Duration GREYLISTED = Duration.ofMinutes(6);

    private static final List<String> GREY = List.of("greylist", "graylist", "grey-list", "gray-list", "grey list",
            "gray list");
    private static final List<String> LATER = List.of("try again", "retry", "come back", "wait", "try later", "return");
    private static final int DIGITS_MAX = 6;

    private RetryHint() {}

    /// @param attempts  made so far, this one included
    /// @param scheduled when the host is called again otherwise
    static Optional<Duration> of(Reply reply, int attempts, Duration scheduled) {
        if (reply.severity() != Reply.Severity.Transient || attempts > ATTEMPTS_MAX) return Optional.empty();
        String text = String.join(" ", reply.lines()).toLowerCase(Locale.ROOT);
        boolean grey = GREY.stream().anyMatch(text::contains);
        if (!grey && LATER.stream().noneMatch(text::contains)) return Optional.empty();
        return span(text).map(RetryHint::bounded)
                .or(() -> Optional.of(GREYLISTED).filter(soon -> grey && soon.compareTo(scheduled) < 0));
    }

    private static Duration bounded(Duration wanted) {
        if (wanted.compareTo(SOONEST) < 0) return SOONEST;
        return wanted.compareTo(LATEST) > 0 ? LATEST : wanted;
    }

    /// The first number that has a unit of time behind it: `300 seconds`, `5min`, `1 hour`.
    private static Optional<Duration> span(String text) {
        for (int at = 0; at < text.length(); at++) {
            if (!isDigit(text, at) || at > 0 && (isDigit(text, at - 1) || isWord(text.charAt(at - 1)))) continue;
            int end = at;
            while (isDigit(text, end))
                end++;
            if (end - at > DIGITS_MAX) continue;
            long number = Long.parseLong(text.substring(at, end));
            if (end < text.length() && (text.charAt(end) == ' ' || text.charAt(end) == '-')) end++;
            int unit = end;
            while (end < text.length() && Character.isLetter(text.charAt(end)))
                end++;
            var found = span(number, text.substring(unit, end));
            if (found.isPresent()) return found;
        }
        return Optional.empty();
    }

    private static Optional<Duration> span(long number, String unit) {
        return switch (unit) {
            case "s", "sec", "secs", "second", "seconds" -> Optional.of(Duration.ofSeconds(number));
            case "m", "min", "mins", "minute", "minutes" -> Optional.of(Duration.ofMinutes(number));
            case "h", "hr", "hrs", "hour", "hours" -> Optional.of(Duration.ofHours(number));
            default -> Optional.empty();
        };
    }

    /// Parts of addresses, codes and versions are no spans.
    private static boolean isWord(char before) { return Character.isLetter(before) || before == '.' || before == '-'; }

    private static boolean isDigit(String text, int at) {
        return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
    }
}
