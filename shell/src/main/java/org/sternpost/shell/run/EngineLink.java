package org.sternpost.shell.run;

import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.wire.Link;
import org.sternpost.cmdlets.wire.PlanView;
import org.sternpost.engine.control.ManagementException;

/// The engine a session speaks to: looked for when first needed, and exchangeable while a script runs.
public final class EngineLink implements Link {

    private final Opening opening;
    private @Nullable Link current;

    /// Finds an engine, or starts one.
    public interface Opening {
        Link open() throws IOException;
    }

    /// No engine could be found or started.
    public static final class Unavailable extends IOException {
        private static final long serialVersionUID = 1L;
        private final String hint;

        public Unavailable(String message, String hint) {
            super(message);
            this.hint = hint;
        }

        public String hint() { return hint; }
    }

    public EngineLink(Opening opening) { this.opening = opening; }

    /// Speaks to another engine from now on; null asks [Opening] again.
    public synchronized @Nullable Link use(@Nullable Link other) {
        Link before = current;
        current = other;
        return before;
    }

    @Override
    public void query(Cmdlet.Query<?> query, Consumer<Record> records) throws IOException, ManagementException {
        opened().query(query, records);
    }

    @Override
    public PlanView plan(Cmdlet.Change<?> change) throws IOException, ManagementException {
        return opened().plan(change);
    }

    @Override
    public PlanView commit(Cmdlet.Change<?> change, String operationId, Consumer<Record> records)
            throws IOException, ManagementException {
        return opened().commit(change, operationId, records);
    }

    @Override
    public synchronized void cancel() { if (current instanceof Link link) link.cancel(); }

    @Override
    public synchronized String engine() { return current instanceof Link link ? link.engine() : "sternpost"; }

    @Override
    public synchronized void close() {
        if (current instanceof Link link) link.close();
        current = null;
    }

    /// The engine, found or started.
    public synchronized Link opened() throws IOException {
        Link link = current;
        if (link == null) {
            link = opening.open();
            current = link;
        }
        return link;
    }
}
