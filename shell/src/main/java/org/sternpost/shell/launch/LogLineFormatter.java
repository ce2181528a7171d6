package org.sternpost.shell.launch;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.sternpost.engine.mail.VisibleText;

/// The engine's log: a line an event, whatever strangers' text stands in it; then the trace of a defect, indented.
final class LogLineFormatter extends Formatter {

    private static final String LINE = "%1$tFT%1$tT.%1$tL%1$tz %2$s %3$s%n";

    /// Every handler that there is writes so.
    static void everywhere() {
        for (var handler : Logger.getLogger("").getHandlers())
            handler.setFormatter(new LogLineFormatter());
    }

    @Override
    public String format(LogRecord event) {
        String line = String.format(Locale.ROOT, LINE, event.getInstant().atZone(java.time.ZoneId.systemDefault()),
                event.getLevel().getName(), VisibleText.of(formatMessage(event)));
        return event.getThrown() == null ? line : line + trace(event.getThrown());
    }

    private static String trace(Throwable thrown) {
        var text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text, true));
        return text.toString().lines().map(line -> "  " + VisibleText.of(line.strip()) + System.lineSeparator())
                .collect(Collectors.joining());
    }
}
