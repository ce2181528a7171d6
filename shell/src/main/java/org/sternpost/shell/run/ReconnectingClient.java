package org.sternpost.shell.run;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.wire.EngineClient;
import org.sternpost.cmdlets.wire.EngineClient.PlanView;
import org.sternpost.engine.control.ManagementException;

/// The engine a session speaks to: looked for when first needed, and exchangeable while a script runs.
public final class ReconnectingClient implements EngineClient {

    private final EngineFinder opening;
    private volatile @Nullable EngineClient current;

    /// Finds an engine, or starts one.
    public interface EngineFinder {
        /// @param again an engine answered before and is gone now
        EngineClient open(boolean again) throws IOException;
    }

    /// No engine could be found or started.
    public static final class EngineUnavailableException extends IOException {
        private static final long serialVersionUID = 1L;
        private final String hint;

        public EngineUnavailableException(String message, String hint) {
            super(message);
            this.hint = hint;
        }

        public String hint() { return hint; }
    }

    public ReconnectingClient(EngineFinder opening) { this.opening = opening; }

    /// Speaks to another engine from now on; null asks [EngineFinder] again.
    public synchronized @Nullable EngineClient switchTo(@Nullable EngineClient other) {
        EngineClient before = current;
        current = other;
        return before;
    }

    @Override
    public boolean query(Cmdlet.Query<?> query, Consumer<Record> records) throws IOException, ManagementException {
        EngineClient client = connected();
        var seen = new AtomicBoolean();
        try {
            return client.query(query, record -> {
                seen.set(true);
                records.accept(record);
            });
        } catch (IOException broken) {
            // Nothing has been seen yet, so asking the engine that came after it repeats nothing.
            if (seen.get() || !client.lost()) throw broken;
            return connected().query(query, records);
        }
    }

    @Override
    public PlanView plan(Cmdlet.Change<?> change) throws IOException, ManagementException {
        EngineClient client = connected();
        try {
            return client.plan(change);
        } catch (IOException broken) {
            if (!client.lost()) throw broken;
            return connected().plan(change);
        }
    }

    /// Never repeated by itself: nobody knows whether an engine that went away had applied it.
    @Override
    public PlanView commit(Cmdlet.Change<?> change, String operationId, Consumer<Record> records)
            throws IOException, ManagementException {
        return connected().commit(change, operationId, records);
    }

    @Override
    public void cancel() { if (current instanceof EngineClient client) client.cancel(); }

    @Override
    public String engine() { return current instanceof EngineClient client ? client.engine() : "sternpost"; }

    @Override
    public boolean lost() { return current instanceof EngineClient client && client.lost(); }

    @Override
    public List<String> otherUsers() {
        return current instanceof EngineClient client ? client.otherUsers() : List.of();
    }

    @Override
    public synchronized void close() {
        if (current instanceof EngineClient client) client.close();
        current = null;
    }

    /// The engine, found or started; found again if it was restarted.
    public synchronized EngineClient connected() throws IOException {
        if (current instanceof EngineClient client && !client.lost()) return client;
        EngineClient gone = current;
        EngineClient found = opening.open(gone != null);
        if (gone != null) gone.close();
        current = found;
        return found;
    }

    /// True if an engine answers already, so that none need be started.
    public boolean isOpen() { return current instanceof EngineClient client && !client.lost(); }
}
