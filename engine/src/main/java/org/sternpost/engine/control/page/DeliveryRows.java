package org.sternpost.engine.control.page;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.control.view.DeliveryReportView;
import org.sternpost.engine.mail.CsvLine;
import org.sternpost.engine.mail.VisibleText;

/// Counts as JSON and as CSV, with the names that the shell gives the same records.
public final class DeliveryRows {

    private static final List<RecordComponent> COLUMNS = List.of(DeliveryReportView.class.getRecordComponents());

    private DeliveryRows() {}

    /// An array of objects.
    public static String json(List<DeliveryReportView> rows) {
        return rows.stream().map(row -> COLUMNS.stream().map(column -> "  " + quoted(column.getType() == Duration.class
                ? column.getName() + "Seconds"
                : column.getName()) + ": " + json(value(row, column))).collect(Collectors.joining(",\n", " {\n",
                        "\n }")))
                .collect(Collectors.joining(",\n", "[\n", "\n]\n"));
    }

    /// Lines with a head; text that a spreadsheet would run has a `'` before it.
    public static String csv(List<DeliveryReportView> rows) {
        Stream<String> head = Stream.of(CsvLine.of(COLUMNS.stream().map(column -> Character.toUpperCase(column.getName()
                .charAt(0)) + column.getName().substring(1)).toList()));
        return Stream.concat(head, rows.stream().map(row -> CsvLine.of(COLUMNS.stream()
                .map(column -> CsvLine.guarded(text(value(row, column)))).toList())))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static @Nullable Object value(DeliveryReportView row, RecordComponent column) {
        try {
            return column.getAccessor().invoke(row);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(column.getName(), impossible);
        }
    }

    private static String json(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case String text -> quoted(VisibleText.of(text));
            default -> text(value);
        };
    }

    private static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case Duration span -> span.getNano() == 0
                    ? Long.toString(span.toSeconds())
                    : Double.toString(span.toMillis() / 1000.0);
            default -> VisibleText.of(value.toString());
        };
    }

    /// What is hidden was written out before, so that only these two are left to escape.
    private static String quoted(String text) { return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"'; }
}
