package org.sternpost.shell.render;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Item;
import org.sternpost.engine.mail.VisibleText;
import org.sternpost.engine.time.Spans;
import org.sternpost.shell.item.ViewType;

/// Turns one value into text for people.
///
/// @param zone in which moments are shown
public record ValueFormat(ZoneId zone) {

    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
    private static final String[] SIZES = {"KB", "MB", "GB", "TB"};
    private static final int FRACTION_DIGITS = 2;

    /// Text for a table's cell.
    ///
    /// @param name of the property: `…Bytes` is a size, `…Percent` a share
    public String cell(String name, @Nullable Object value) {
        return switch (value) {
            case Long bytes when name.endsWith("Bytes") -> size(bytes);
            case Double share when name.endsWith("Percent") -> number(share) + "%";
            case null, default -> text(value);
        };
    }

    /// Text for a list, where there is room: sizes also in bytes.
    public String line(String name, @Nullable Object value) {
        if (value instanceof Long bytes && name.endsWith("Bytes") && bytes >= 1024)
            return size(bytes) + " (" + String.format(Locale.ROOT, "%,d", bytes) + " bytes)";
        return cell(name, value);
    }

    /// A value of which only the kind is known.
    public String text(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case Boolean b -> b ? "True" : "False";
            case Instant i -> MOMENT.format(i.atZone(zone));
            case Duration d -> Spans.brief(d);
            case Double d -> number(d);
            case Float f -> number(f);
            case BigDecimal d -> d.stripTrailingZeros().toPlainString();
            case List<?> list when list.isEmpty() -> "{}";
            case List<?> list -> list.stream().map(this::text).collect(Collectors.joining(", "));
            case Map<?, ?> map -> map.entrySet().stream().map(e -> text(e.getKey()) + "=" + text(e.getValue()))
                    .collect(Collectors.joining("; ", "{", "}"));
            case Item item -> item(item);
            default -> VisibleText.of(value.toString());
        };
    }

    private String item(Item item) {
        var identity = ViewType.of(item).flatMap(ViewType::identity);
        if (identity.isPresent()) return text(item.get(identity.get().name()));
        return item.names().isEmpty() ? item.typeName() : text(item.get(item.names().getFirst()));
    }

    /// `25 MB`; 1024 as in Exchange.
    public static String size(long bytes) {
        if (bytes < 1024) return bytes + " B";
        double amount = bytes;
        int unit = -1;
        while (amount >= 1024 && unit < SIZES.length - 1) {
            amount /= 1024;
            unit++;
        }
        return BigDecimal.valueOf(amount).setScale(1, RoundingMode.HALF_UP).stripTrailingZeros().toPlainString() + " "
                + SIZES[unit];
    }

    private static String number(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) return "";
        return BigDecimal.valueOf(value).setScale(FRACTION_DIGITS, RoundingMode.HALF_UP).stripTrailingZeros()
                .toPlainString();
    }
}
