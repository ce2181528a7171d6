package org.sternpost.shell.run;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.wire.Link;
import org.sternpost.cmdlets.wire.PlanView;
import org.sternpost.engine.control.ManagementException;

/// The engine a session speaks to: looked for when first needed, and exchangeable while a script runs.
public final class EngineLink implements Link {

    private final Opening opening;
    private volatile @Nullable Link current;

    /// Finds an engine, or starts one.
    public interface Opening {
        /// @param again an engine answered before and is gone now
        Link open(boolean again) throws IOException;
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
    public boolean query(Cmdlet.Query<?> query, Consumer<Record> records) throws IOException, ManagementException {
        Link link = opened();
        var seen = new AtomicBoolean();
        try {
            return link.query(query, record -> {
                seen.set(true);
                records.accept(record);
            });
        } catch (IOException broken) {
            // Nothing has been seen yet, so asking the engine that came after it repeats nothing.
            if (seen.get() || !link.lost()) throw broken;
            return opened().query(query, records);
        }
    }

    @Override
    public PlanView plan(Cmdlet.Change<?> change) throws IOException, ManagementException {
        Link link = opened();
        try {
            return link.plan(change);
        } catch (IOException broken) {
            if (!link.lost()) throw broken;
            return opened().plan(change);
        }
    }

    /// Never repeated by itself: nobody knows whether an engine that went away had applied it.
    @Override
    public PlanView commit(Cmdlet.Change<?> change, String operationId, Consumer<Record> records)
            throws IOException, ManagementException {
        return opened().commit(change, operationId, records);
    }

    @Override
    public void cancel() { if (current instanceof Link link) link.cancel(); }

    @Override
    public String engine() { return current instanceof Link link ? link.engine() : "sternpost"; }

    @Override
    public boolean lost() { return current instanceof Link link && link.lost(); }

    @Override
    public List<String> others() { return current instanceof Link link ? link.others() : List.of(); }

    @Override
    public synchronized void close() {
        if (current instanceof Link link) link.close();
        current = null;
    }

    /// The engine, found or started; found again if it was restarted.
    public synchronized Link opened() throws IOException {
        if (current instanceof Link link && !link.lost()) return link;
        Link gone = current;
        Link found = opening.open(gone != null);
        if (gone != null) gone.close();
        current = found;
        return found;
    }

    /// True if an engine answers already, so that none need be started.
    public boolean isOpen() { return current instanceof Link link && !link.lost(); }
}
