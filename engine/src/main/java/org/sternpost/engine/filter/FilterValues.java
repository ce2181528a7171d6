package org.sternpost.engine.filter;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;
import org.sternpost.engine.filter.OpathFilter.Literal;
import org.sternpost.engine.filter.OpathFilter.Operator;
import org.sternpost.engine.filter.FilterType.Property;
import org.sternpost.engine.filter.FilterWords.Word;
import org.sternpost.engine.mail.Nearest;

/// What a value means for the property that it is compared with.
final class FilterValues {

    private static final int DIGITS_MAX = 18;
    private static final long YEARS_DAYS_MAX = 366_000; // a thousand years
    private static final Map<String, Integer> UNITS = Map.of("", 0, "B", 0, "KB", 10, "KIB", 10, "MB", 20, "MIB", 20,
            "GB", 30, "GIB", 30, "TB", 40);
    private static final String TIME_HINT = "write '2026-11-23', '2026-11-23 10:00' or '2026-11-23T10:00:00Z', all "
            + "UTC, or -2h for two hours ago";

    private FilterValues() {}

    static Literal read(Property<?> property, Operator operator, Word word) throws FilterException {
        if (!word.quoted() && word.text().startsWith("$")) return constant(property, operator, word);
        return switch (property.kind()) {
            case Text -> new Literal.Text(word.text());
            case Word -> word(property, operator, word);
            case Number -> new Literal.Number(number(word, word.text(), "a number: 10"));
            case Decimal -> new Literal.Decimal(decimal(word));
            case Size -> new Literal.Number(size(word));
            case Time -> time(word);
        };
    }

    private static Literal constant(Property<?> property, Operator operator, Word word) throws FilterException {
        if (word.is("$null")) {
            if (operator == Operator.EQ || operator == Operator.NE) return new Literal.Nothing();
            throw new FilterException("nothing is more, less or like $null", word.at(), word.text(),
                    "ask -eq $null or -ne $null");
        }
        if (word.is("$true") || word.is("$false"))
            throw new FilterException(property.name() + " is neither true nor false", word.at(), word.text(),
                    "compare it with " + form(property));
        throw new FilterException("a filter sees no variables", word.at(), word.text(),
                "write the filter in double quotes, where the shell puts in the value: \"" + property.name()
                        + " -eq '" + word.text() + "'\"");
    }

    private static String form(Property<?> property) {
        return switch (property.kind()) {
            case Text -> "a text: 'a.example'";
            case Word -> "one of " + String.join(", ", property.words());
            case Number -> "a number: 10";
            case Decimal -> "a number: 0.5";
            case Size -> "a size: 10KB";
            case Time -> "a moment: '2026-11-23 10:00', -2h";
        };
    }

    private static Literal word(Property<?> property, Operator operator, Word word) throws FilterException {
        if (operator.isPattern()) return new Literal.Text(word.text());
        for (String one : property.words())
            if (one.equalsIgnoreCase(word.text())) return new Literal.Text(one);
        String all = property.name() + " is one of " + String.join(", ", property.words());
        throw new FilterException(property.name() + " is never '" + word.text() + "'", word.at(), word.text(),
                Nearest.to(word.text(), property.words()).map(near -> "did you mean " + near + "? " + all)
                        .orElse(all));
    }

    private static long number(Word word, String digits, String form) throws FilterException {
        boolean below = digits.startsWith("-");
        String plain = below ? digits.substring(1) : digits;
        if (plain.isEmpty() || plain.length() > DIGITS_MAX || !isDigits(plain))
            throw new FilterException("this is no number", word.at(), word.text(), "write " + form);
        return Long.parseLong(digits);
    }

    private static double decimal(Word word) throws FilterException {
        String text = word.text();
        int point = text.indexOf('.');
        String behind = point < 0 ? "0" : text.substring(point + 1);
        number(word, point < 0 ? text : text.substring(0, point), "a number: 0.5");
        if (behind.isEmpty() || behind.length() > DIGITS_MAX || !isDigits(behind))
            throw new FilterException("this is no number", word.at(), text, "write a number: 0.5");
        return Double.parseDouble(text);
    }

    private static boolean isDigits(String text) {
        for (int i = 0; i < text.length(); i++)
            if (text.charAt(i) < '0' || text.charAt(i) > '9') return false;
        return true;
    }

    private static int digits(String text) {
        int count = 0;
        while (count < text.length() && text.charAt(count) >= '0' && text.charAt(count) <= '9')
            count++;
        return count;
    }

    private static long size(Word word) throws FilterException {
        String text = word.text().replace(" ", "");
        int digits = digits(text);
        Integer shift = UNITS.get(text.substring(digits).toUpperCase(Locale.ROOT));
        if (shift == null)
            throw new FilterException("this is no size", word.at(), word.text(), "write 10KB, 25MB or octets: 1048576");
        long number = number(word, text.substring(0, digits), "10KB, 25MB or octets: 1048576");
        if (number > Long.MAX_VALUE >> shift)
            throw new FilterException("this size is too large", word.at(), word.text(), "write 10KB, 25MB");
        return number << shift;
    }

    private static Literal time(Word word) throws FilterException {
        String text = word.text();
        try {
            if (text.equalsIgnoreCase("now")) return new Literal.Ago(Duration.ZERO);
            if (text.startsWith("-") || text.startsWith("+")) {
                Duration span = span(text.substring(1));
                return new Literal.Ago(text.startsWith("-") ? span : span.negated());
            }
            return new Literal.Moment(moment(text.replace(' ', 'T').toUpperCase(Locale.ROOT)));
        } catch (DateTimeException | ArithmeticException | IllegalArgumentException bad) {
            throw new FilterException("this is no moment", word.at(), text, text.indexOf('/') >= 0
                    ? "it means different days in different countries; " + TIME_HINT
                    : TIME_HINT);
        }
    }

    private static Instant moment(String text) {
        Instant at = text.indexOf('T') < 0
                ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                : hasZone(text)
                        ? OffsetDateTime.parse(text).toInstant()
                        : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
        at.toEpochMilli(); // what the store keeps
        return at;
    }

    private static boolean hasZone(String text) {
        int time = text.indexOf('T');
        return text.endsWith("Z") || text.indexOf('+', time) > 0 || text.indexOf('-', time) > 0;
    }

    /// `2h`, `1h30m`, `2d`.
    private static Duration span(String text) {
        if (text.isEmpty()) throw new IllegalArgumentException("no span");
        Duration span = Duration.ZERO;
        for (String left = text; !left.isEmpty();) {
            int digits = digits(left);
            if (digits == 0 || digits > 9 || digits == left.length()) throw new IllegalArgumentException(text);
            long number = Long.parseLong(left.substring(0, digits));
            span = span.plus(switch (Character.toLowerCase(left.charAt(digits))) {
                case 'd' -> Duration.ofDays(number);
                case 'h' -> Duration.ofHours(number);
                case 'm' -> Duration.ofMinutes(number);
                case 's' -> Duration.ofSeconds(number);
                default -> throw new IllegalArgumentException(text);
            });
            left = left.substring(digits + 1);
        }
        if (span.toDays() > YEARS_DAYS_MAX) throw new IllegalArgumentException(text);
        return span;
    }

}
