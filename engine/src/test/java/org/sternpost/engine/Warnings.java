package org.sternpost.engine;

import java.text.MessageFormat;
import java.util.Collections;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// What a class logs as a warning, while this is open.
public final class Warnings implements AutoCloseable {

    private final Logger logger;
    private final Level level;
    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
    private final Handler ear = new Handler() {
        @Override
        public void publish(LogRecord line) {
            if (line.getLevel() == level)
                lines.add(MessageFormat.format(line.getMessage(), line.getParameters()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    public Warnings(Class<?> of) { this(of, Level.WARNING); }

    /// What it logs at another level, such as `SEVERE`, which is ERROR.
    public Warnings(Class<?> of, Level level) {
        this.level = level;
        this.logger = Logger.getLogger(of.getName());
        logger.addHandler(ear);
    }

    /// Oldest first.
    public List<String> lines() { return List.copyOf(lines); }

    @Override
    public void close() { logger.removeHandler(ear); }
}
