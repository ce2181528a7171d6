package org.sternpost.shell.run;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.mail.VisibleText;
import org.sternpost.shell.item.ItemJson;
import org.sternpost.shell.line.SyntaxError;
import org.sternpost.shell.render.Printer.OutputFormat;

/// Tells of failures, and remembers whether single records failed and what ended a statement before its time.
final class FailureReporter {

    private final Console console;
    private final OutputFormat format;
    private volatile Progress progress = new Progress(false, null);
    private boolean partly;

    /// What one statement has come to.
    static final class Progress {
        private final boolean stopOnError;
        private final @Nullable Progress around;
        private final Set<String> told = new HashSet<>();
        private @Nullable StatementException stop;
        private volatile @Nullable StatementException ended;

        private Progress(boolean stopOnError, @Nullable Progress around) {
            this.stopOnError = stopOnError;
            this.around = around;
        }

        /// Ends it before its time, with all that it calls; safe from any thread.
        void end(StatementException why) { ended = why; }

        private Optional<StatementException> ended() {
            for (Progress one = this; one != null; one = one.around)
                if (one.ended instanceof StatementException why) return Optional.of(why);
            return Optional.empty();
        }
    }

    FailureReporter(Console console, OutputFormat format) {
        this.console = console;
        this.format = format;
    }

    /// Begins a statement; answers what the one around it, if any, goes on with when this one has ended.
    Progress begin(boolean stopAtFirst) {
        Progress around = progress;
        progress = new Progress(stopAtFirst, around);
        return around;
    }

    Progress current() { return progress; }

    void goOn(Progress around) { progress = around; }

    /// Ends what runs, from the outermost on; where nothing runs, nothing ends. Safe from any thread.
    void endAll(StatementException why) {
        for (Progress one = progress; one.around != null; one = one.around)
            one.end(why);
    }

    /// Throws what ended this statement, or one around it, before its time.
    void refuseIfEnded() throws StatementException {
        var ended = progress.ended();
        if (ended.isPresent()) throw ended.get();
    }

    /// One record of many failed: told at once, the rest goes on.
    void item(StatementException failure) {
        if (progress.ended().isPresent()) return; // Why it ended is told in its place.
        if (progress.stopOnError) {
            if (progress.stop == null) progress.stop = failure;
            return;
        }
        partly = true;
        // What is wrong with a block is wrong with it for every record: said once.
        if (progress.told.add(failure.code() + failure.message())) tell(failure);
    }

    /// Something that the operator should know though nothing failed; said once in a statement.
    void warn(String what) {
        if (progress.told.add(what))
            console.message((console.isInteractive() ? "" : "sternpost: ")
                    + console.style().warning("warning: " + VisibleText.of(what)));
    }

    /// True if nothing more is to be done in this statement.
    boolean stopped() { return progress.stop != null || progress.ended().isPresent(); }

    /// Throws what `-ErrorAction Stop` made of a failed record.
    void rethrow() throws StatementException { if (progress.stop instanceof StatementException failure) throw failure; }

    /// True once, if a record has failed since it was last asked.
    boolean takePartly() {
        boolean was = partly;
        partly = false;
        return was;
    }

    void tell(StatementException failure) {
        if (format != OutputFormat.Text) {
            console.message(json(failure.code(), failure.message(), failure.hint(), "", failure.operationId()));
            return;
        }
        console.message((console.isInteractive() ? "" : "sternpost: ")
                + console.style().error("error[" + failure.code() + "]") + ": "
                + VisibleText.of(failure.message()));
        if (!failure.hint().isEmpty()) console.message("  " + VisibleText.of(failure.hint()));
        if (!failure.operationId().isEmpty()) console.message("  operation " + failure.operationId());
    }

    void tell(SyntaxError error, String source) {
        if (format != OutputFormat.Text) {
            String place = "\"line\":" + error.line(source) + ",\"column\":" + error.column(source) + ",";
            console.message(json(error.code(), error.message(), error.hint(), place, ""));
        } else if (console.isInteractive()) {
            error.terminal(source).lines().forEach(console::message);
        } else {
            console.message("sternpost: " + error.oneLine(source));
        }
    }

    private static String json(String code, String message, String hint, String place, String operation) {
        return "{\"error\":{\"code\":" + ItemJson.quoted(code) + ",\"message\":" + ItemJson.quoted(message) + ","
                + place
                + "\"hint\":" + ItemJson.quoted(hint) + ",\"operationId\":" + ItemJson.quoted(operation) + "}}";
    }
}
