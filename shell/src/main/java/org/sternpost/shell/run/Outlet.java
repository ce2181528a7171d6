package org.sternpost.shell.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sternpost.cmdlets.BagItem;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Item;
import org.sternpost.shell.bind.BindException;
import org.sternpost.shell.bind.BoundCommand;
import org.sternpost.shell.render.Printer;

/// A member of a running pipeline, seen from the one before it.
sealed interface Outlet extends Cmdlet.Sink {

    /// True if no further record is wanted.
    boolean full();

    /// Called once after the last record.
    void end() throws Failure, BindException;

    /// A stage that works on records as they pass.
    final class Stage implements Outlet {
        private final Cmdlet.Flow flow;
        private final Outlet next;
        private final Faults faults;
        private boolean full;

        Stage(Cmdlet.Flow flow, Outlet next, Faults faults) {
            this.flow = flow;
            this.next = next;
            this.faults = faults;
        }

        @Override
        public void put(Item item) {
            if (full()) return;
            try {
                full = !flow.accept(item, next);
            } catch (ItemFault fault) {
                faults.item(fault.asFailure());
            } catch (IllegalArgumentException unknown) {
                faults.item(new Failure("PROPERTY_UNKNOWN", String.valueOf(unknown.getMessage()), "", Exit.FAILED));
            }
        }

        @Override
        public boolean full() { return full || next.full() || faults.stopped(); }

        @Override
        public void text(String line) { next.text(line); }

        @Override
        public void end() throws Failure, BindException {
            try {
                flow.end(next);
            } catch (ItemFault fault) {
                faults.item(fault.asFailure());
            } catch (IllegalArgumentException unknown) {
                throw new Failure("VALUE_TYPE", String.valueOf(unknown.getMessage()), "", Exit.FAILED);
            } catch (java.io.UncheckedIOException broken) {
                throw new Failure("FILE", String.valueOf(broken.getMessage()), "", Exit.FAILED);
            }
            next.end();
        }
    }

    /// A command of the engine fed by records: it waits for all of them, so that a question can say how many.
    final class Fed implements Outlet {
        private final BoundCommand command;
        private final Outlet next;
        private final Commands commands;
        private final List<Item> items = new ArrayList<>();

        Fed(BoundCommand command, Outlet next, Commands commands) {
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
        public void end() throws Failure, BindException {
            commands.run(command, items, next);
            next.end();
        }
    }

    /// Keeps what passes between two stages, for a variable or a verdict.
    record Tap(List<Item> kept, Outlet next) implements Outlet {
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
        public void end() throws Failure, BindException { next.end(); }
    }

    /// The end of a pipeline: a variable, the terminal, a file.
    ///
    /// @param keepText a line of text is a record too, since a variable waits for it
    record Last(Printer printer, List<Item> kept, boolean show, boolean keepText) implements Outlet {
        @Override
        public void put(Item item) {
            kept.add(item);
            if (show) printer.put(item);
        }

        @Override
        public boolean full() { return false; }

        @Override
        public void text(String line) {
            if (keepText) kept.add(new BagItem("Text", Map.of("Text", line)));
            else
                printer.text(line);
        }

        @Override
        public void end() { printer.end(); }
    }
}
