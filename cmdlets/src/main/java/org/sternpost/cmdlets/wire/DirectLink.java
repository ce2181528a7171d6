package org.sternpost.cmdlets.wire;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;

/// A link to an engine in the same process; its changes are audited under the name given.
public final class DirectLink implements Link {

    private final Clerk clerk;
    private final String engine;
    private final String by;
    private final Set<Run> running = ConcurrentHashMap.newKeySet();

    /// @param engine host name for the prompt
    /// @param by     who changes things, for the audit log
    public DirectLink(Management management, String engine, String by) {
        this.clerk = new Clerk(management);
        this.engine = engine;
        this.by = by;
    }

    @Override
    public boolean query(Cmdlet.Query<?> query, Consumer<Record> records)
            throws ManagementException, IOException {
        Run run = begin();
        try {
            return clerk.query(query, run, records::accept);
        } catch (InterruptedException stopped) {
            throw new CancelledException("cancelled");
        } finally {
            end(run);
        }
    }

    @Override
    public PlanView plan(Cmdlet.Change<?> change) throws ManagementException, CancelledException {
        Run run = begin();
        try {
            return clerk.plan(change, run);
        } finally {
            end(run);
        }
    }

    @Override
    public PlanView commit(Cmdlet.Change<?> change, String operationId, Consumer<Record> records)
            throws ManagementException, CancelledException {
        Run run = begin();
        try {
            Clerk.Applied applied = clerk.commit(change, operationId, by, run);
            applied.records().forEach(records);
            return applied.plan();
        } finally {
            end(run);
        }
    }

    @Override
    public void cancel() { running.forEach(Run::cancel); }

    @Override
    public String engine() { return engine; }

    @Override
    public void close() { cancel(); }

    private Run begin() {
        var run = new Run();
        running.add(run);
        run.begin();
        return run;
    }

    private void end(Run run) {
        running.remove(run);
        run.end();
    }
}
