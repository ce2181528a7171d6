package org.sternpost.shell.launch;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.mail.VisibleText;

/// The engine's log: a line an event, whatever strangers' text stands in it; then the trace of a defect, indented.
///
/// Each message that comes and goes is a line, so nothing here looks for a pattern or parses a format twice: the second
/// is written once a second, and `{0}` is replaced by hand.
final class LogLineFormatter extends Formatter {

    private volatile Second latest = new Second(Long.MIN_VALUE, "", "");

    /// One second of the log, `2026-11-27T08:15:00` and `+0100`.
    private record Second(long epoch, String text, String offset) {}

    @Override
    public String format(LogRecord event) {
        var line = new StringBuilder(256);
        appendTime(line, event.getInstant());
        line.append(' ').append(event.getLevel().getName()).append(' ').append(VisibleText.of(formatMessage(event)))
                .append(System.lineSeparator());
        if (event.getThrown() != null) line.append(trace(event.getThrown()));
        return line.toString();
    }

    private void appendTime(StringBuilder line, Instant at) {
        Second second = latest;
        if (second.epoch() != at.getEpochSecond()) {
            second = second(at);
            latest = second;
        }
        int millis = at.getNano() / 1_000_000;
        line.append(second.text()).append('.').append((char) ('0' + millis / 100))
                .append((char) ('0' + millis / 10 % 10))
                .append((char) ('0' + millis % 10)).append(second.offset());
    }

    private static Second second(Instant at) {
        ZoneOffset offset = ZoneId.systemDefault().getRules().getOffset(at);
        var local = LocalDateTime.ofEpochSecond(at.getEpochSecond(), 0, offset);
        var text = new StringBuilder(19).append(local.toLocalDate()).append('T');
        appendTwo(text, local.getHour()).append(':');
        appendTwo(text, local.getMinute()).append(':');
        appendTwo(text, local.getSecond());
        int minutes = Math.abs(offset.getTotalSeconds()) / 60;
        var ahead = new StringBuilder(5).append(offset.getTotalSeconds() < 0 ? '-' : '+');
        appendTwo(appendTwo(ahead, minutes / 60), minutes % 60);
        return new Second(at.getEpochSecond(), text.toString(), ahead.toString());
    }

    private static StringBuilder appendTwo(StringBuilder text, int number) {
        return text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }

    /// What `java.text.MessageFormat` makes of it, but that whole numbers stand as they are in every locale.
    @Override
    public String formatMessage(LogRecord event) {
        String said = event.getMessage();
        Object[] parameters = event.getParameters();
        if (said == null || parameters == null || parameters.length == 0 || event.getResourceBundle() != null)
            return super.formatMessage(event);
        String filled = filled(said, parameters);
        return filled == null ? super.formatMessage(event) : filled;
    }

    /// Null where the text says more than `{0}`, or a value is more than a text or a whole number.
    private static @Nullable String filled(String said, Object[] parameters) {
        int open = said.indexOf('{');
        if (open < 0) return said;
        if (said.indexOf('\'') >= 0) return null;
        var text = new StringBuilder(said.length() + 64);
        int from = 0;
        for (; open >= 0; open = said.indexOf('{', from)) {
            int close = said.indexOf('}', open);
            int index = close - open == 2 ? said.charAt(open + 1) - '0' : -1;
            if (index < 0 || index >= Math.min(10, parameters.length)) return null;
            Object value = parameters[index];
            if (value instanceof java.util.Date
                    || value instanceof Number && !(value instanceof Integer) && !(value instanceof Long))
                return null;
            text.append(said, from, open).append(value);
            from = close + 1;
        }
        return text.append(said, from, said.length()).toString();
    }

    private static String trace(Throwable thrown) {
        var text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text, true));
        return text.toString().lines().map(line -> "  " + VisibleText.of(line.strip()) + System.lineSeparator())
                .collect(Collectors.joining());
    }
}
