package org.sternpost.shell.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sternpost.cmdlets.CustomItem;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Item;
import org.sternpost.shell.bind.BindException;
import org.sternpost.shell.bind.BoundCommand;
import org.sternpost.shell.render.Printer;
import org.sternpost.shell.run.StatementException.RecordException;

/// A member of a running pipeline, seen from the one before it.
sealed interface PipelineStep extends Cmdlet.Sink {

    /// True if no further record is wanted.
    boolean full();

    /// Called once after the last record.
    void end() throws StatementException, BindException;

    /// A stage that works on records as they pass.
    final class StageStep implements PipelineStep {
        private final Cmdlet.RecordProcessor flow;
        private final PipelineStep next;
        private final FailureReporter reporter;
        private boolean full;

        StageStep(Cmdlet.RecordProcessor flow, PipelineStep next, FailureReporter reporter) {
            this.flow = flow;
            this.next = next;
            this.reporter = reporter;
        }

        @Override
        public void put(Item item) {
            if (full()) return;
            try {
                full = !flow.accept(item, next);
            } catch (RecordException fault) {
                reporter.item(fault.asFailure());
            } catch (IllegalArgumentException unknown) {
                reporter.item(new StatementException("PROPERTY_UNKNOWN", String.valueOf(unknown.getMessage()), "",
                        ExitCode.FAILED));
            }
        }

        @Override
        public boolean full() { return full || next.full() || reporter.stopped(); }

        @Override
        public void text(String line) { next.text(line); }

        @Override
        public void end() throws StatementException, BindException {
            try {
                flow.end(next);
            } catch (RecordException fault) {
                reporter.item(fault.asFailure());
            } catch (IllegalArgumentException unknown) {
                throw new StatementException("VALUE_TYPE", String.valueOf(unknown.getMessage()), "", ExitCode.FAILED);
            } catch (java.io.UncheckedIOException broken) {
                throw new StatementException("FILE", String.valueOf(broken.getMessage()), "", ExitCode.FAILED);
            }
            next.end();
        }
    }

    /// A command of the engine fed by records: it waits for all of them, so that a question can say how many.
    final class CommandStep implements PipelineStep {
        private final BoundCommand command;
        private final PipelineStep next;
        private final CommandRunner commands;
        private final List<Item> items = new ArrayList<>();

        CommandStep(BoundCommand command, PipelineStep next, CommandRunner commands) {
            this.command = command;
            this.next = next;
            this.commands = commands;
        }

        @Override
        public void put(Item item) { items.add(item); }

        @Override
        public boolean full() { return next.full(); }

        @Override
        public void text(String line) { next.text(line); }

        @Override
        public void end() throws StatementException, BindException {
            commands.run(command, items, next);
            next.end();
        }
    }

    /// Keeps what passes between two stages, for a variable or a verdict.
    record TeeStep(List<Item> kept, PipelineStep next) implements PipelineStep {
        @Override
        public void put(Item item) {
            kept.add(item);
            next.put(item);
        }

        @Override
        public boolean full() { return next.full(); }

        @Override
        public void text(String line) { next.text(line); }

        @Override
        public void end() throws StatementException, BindException { next.end(); }
    }

    /// The end of a pipeline: a variable, the terminal, a file.
    ///
    /// @param keepText a line of text is a record too, since a variable waits for it
    record OutputStep(Printer printer, List<Item> kept, boolean show, boolean keepText) implements PipelineStep {
        @Override
        public void put(Item item) {
            kept.add(item);
            if (show) printer.put(item);
        }

        @Override
        public boolean full() { return false; }

        @Override
        public void text(String line) {
            if (keepText) kept.add(new CustomItem("Text", Map.of("Text", line)));
            else
                printer.text(line);
        }

        @Override
        public void end() { printer.end(); }
    }
}
