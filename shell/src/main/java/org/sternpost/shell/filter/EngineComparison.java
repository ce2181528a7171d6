package org.sternpost.shell.filter;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Optional;
import org.sternpost.engine.control.FilterProperty;
import org.sternpost.engine.control.FilterProperty.Kind;
import org.sternpost.shell.filter.EngineCondition.Wanted;
import org.sternpost.shell.line.Literal.LiteralException;
import org.sternpost.shell.line.TimeLiteral;

/// One comparison of the shell in the engine's words, no narrower than it is.
///
/// Where both read a value differently, the engine is asked for more: its text of ASCII letters has no other letters in
/// it, while the shell takes some for `i`, `k` and `s`; its `$null` is empty text too; its moments have milliseconds.
final class EngineComparison {

    /// A letter outside ASCII is one of these to the shell: İ and ı, K of kelvin, the long s.
    private static final String AMBIGUOUS = "iksIKS";
    private static final BigDecimal NUMBER_MAX = BigDecimal.TEN.pow(18);
    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");
    private static final Duration STEP_MAX = Duration.ofHours(1); // somebody sets the clock while a list is shown

    private final InstantSource clock;
    private final ZoneId zone;

    EngineComparison(InstantSource clock, ZoneId zone) {
        this.clock = clock;
        this.zone = zone;
    }

    /// The property alone.
    static EngineCondition truth(FilterProperty property) {
        if (property.kind() == Kind.Decimal) return EngineCondition.SILENT; // a rate is seldom exactly 0
        return EngineCondition.exactly(property.name() + (isNumber(property) ? " -ne 0" : " -ne $null"));
    }

    EngineCondition equal(FilterProperty property, Wanted wanted, boolean caseSensitive) {
        return switch (wanted) {
            case Wanted.Nothing() -> EngineCondition.of(property.name() + " -eq $null", !isText(property));
            case Wanted.Text(var text) when isText(property) -> {
                if (!isPlain(text)) yield EngineCondition.SILENT;
                if (property.kind() == Kind.Word)
                    yield word(property, text).map(one -> EngineCondition.of(said(property, "-eq", one),
                            !caseSensitive)).orElse(EngineCondition.SILENT);
                yield isAmbiguous(text)
                        ? EngineCondition.of(said(property, "-like", widened(text)), false)
                        : EngineCondition.of(said(property, "-eq", text), !caseSensitive);
            }
            default -> value(property, wanted).of(property, "-eq");
        };
    }

    EngineCondition different(FilterProperty property, Wanted wanted, boolean caseSensitive) {
        return switch (wanted) {
            case Wanted.Nothing() -> isText(property)
                    ? EngineCondition.SILENT
                    : EngineCondition.exactly(property.name() + " -ne $null");
            case Wanted.Text(var text) when isText(property) -> {
                if (!isPlain(text) || caseSensitive) yield EngineCondition.SILENT;
                if (property.kind() == Kind.Word)
                    yield word(property, text).map(one -> EngineCondition.exactly(said(property, "-ne", one)))
                            .orElse(EngineCondition.SILENT);
                yield EngineCondition.of(said(property, "-ne", text), !isAmbiguous(text));
            }
            default -> value(property, wanted).of(property, "-ne");
        };
    }

    EngineCondition ordered(FilterProperty property, Operator operator, Wanted wanted) {
        if (wanted instanceof Wanted.Nothing) return EngineCondition.SILENT;
        if (isText(property))
            return wanted instanceof Wanted.Text ? EngineCondition.SILENT : EngineCondition.OPAQUE;
        if (property.kind() == Kind.Time && wanted instanceof Wanted.Text(var text) && isRelative(text))
            return relative(property, operator, text);
        return value(property, wanted).of(property, operator.sign());
    }

    EngineCondition like(FilterProperty property, Operator operator, Wanted wanted, boolean caseSensitive) {
        if (!(wanted instanceof Wanted.Text(var pattern))) return EngineCondition.OPAQUE;
        boolean opposite = operator == Operator.NOTLIKE;
        if (!isText(property) || !isPlain(pattern) || pattern.indexOf('[') >= 0 || pattern.indexOf('`') >= 0
                || caseSensitive && opposite)
            return EngineCondition.SILENT;
        boolean exact = !caseSensitive && (property.kind() == Kind.Word || !isAmbiguous(pattern));
        boolean wide = property.kind() == Kind.Text && isAmbiguous(pattern) && !opposite;
        return EngineCondition.of(said(property, operator.sign(), wide ? widened(pattern) : pattern), exact);
    }

    /// A value as the engine reads it.
    ///
    /// @param text  empty where it has none like it
    /// @param total it is a value of the property
    private record Said(String text, boolean total) {
        EngineCondition of(FilterProperty property, String sign) {
            if (!total) return EngineCondition.OPAQUE;
            return text.isEmpty()
                    ? EngineCondition.SILENT
                    : EngineCondition.exactly(property.name() + " " + sign + " " + text);
        }
    }

    /// Of a number, a size or a moment.
    private Said value(FilterProperty property, Wanted wanted) {
        try {
            return switch (wanted) {
                case Wanted.Text(var text) when isNumber(property) -> number(property, Comparison.number(text));
                case Wanted.Number(var number) when isNumber(property) -> number(property, BigDecimal.valueOf(number));
                case Wanted.Text(var text) when property.kind() == Kind.Time -> {
                    Instant at = TimeLiteral.instant(text, clock, zone);
                    yield isRelative(text) ? new Said("", true) : moment(at);
                }
                case Wanted.Moment(var at) when property.kind() == Kind.Time -> moment(at);
                case Wanted _ -> new Said("", false);
            };
        } catch (LiteralException noValue) {
            return new Said("", false);
        }
    }

    private static Said number(FilterProperty property, BigDecimal number) {
        boolean fits = number.abs().compareTo(NUMBER_MAX) < 0 && number.stripTrailingZeros().scale() <= 0
                && (property.kind() == Kind.Number || number.signum() >= 0);
        return new Said(fits ? String.valueOf(number.longValueExact()) : "", true);
    }

    private static Said moment(Instant at) {
        boolean fits = at.isAfter(EARLIEST) && at.isBefore(LATEST) && at.getNano() % 1_000_000 == 0;
        return new Said(fits ? "'" + at + "'" : "", true);
    }

    /// The shell counts from when it looks at a record, which is later than now.
    private EngineCondition relative(FilterProperty property, Operator operator, String text) {
        try {
            Instant at = TimeLiteral.instant(text, clock, zone);
            if (operator == Operator.LT || operator == Operator.LE || at.isBefore(EARLIEST.plus(STEP_MAX))
                    || at.isAfter(LATEST))
                return EngineCondition.SILENT;
            return EngineCondition.of(property.name() + " " + operator.sign() + " '"
                    + Instant.ofEpochMilli(at.minus(STEP_MAX).toEpochMilli()) + "'", false);
        } catch (LiteralException noMoment) {
            return EngineCondition.OPAQUE;
        }
    }

    /// `-2h`, `now`, `yesterday 14:00`: no digit comes first.
    private static boolean isRelative(String text) { return text.isEmpty() || !isDigit(text.charAt(0)); }

    private static boolean isDigit(char c) { return c >= '0' && c <= '9'; }

    private static boolean isText(FilterProperty property) {
        return property.kind() == Kind.Text || property.kind() == Kind.Word;
    }

    private static boolean isNumber(FilterProperty property) {
        return property.kind() == Kind.Number || property.kind() == Kind.Size;
    }

    private static Optional<String> word(FilterProperty property, String text) {
        return property.words().stream().filter(text::equalsIgnoreCase).findFirst();
    }

    private static String said(FilterProperty property, String sign, String text) {
        return property.name() + " " + sign + " '" + text.replace("'", "''") + "'";
    }

    private static boolean isPlain(String text) { return text.chars().allMatch(c -> c >= ' ' && c <= '~'); }

    private static boolean isAmbiguous(String text) { return text.chars().anyMatch(c -> AMBIGUOUS.indexOf(c) >= 0); }

    private static String widened(String text) {
        var wide = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++)
            wide.append(AMBIGUOUS.indexOf(text.charAt(i)) >= 0 ? '*' : text.charAt(i));
        return wide.toString();
    }
}
