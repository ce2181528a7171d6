package org.sternpost.cmdlets.wire;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.wire.EngineClient.CancelledException;
import org.sternpost.cmdlets.wire.EngineClient.PlanView;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;

/// Runs cmdlets on an engine in the same process; its changes are audited under the name given.
public final class InProcessClient implements EngineClient {

    private final CommandExecutor executor;
    private final String engine;
    private final String by;
    private final Set<RunningRequest> running = ConcurrentHashMap.newKeySet();

    /// @param engine host name for the prompt
    /// @param by     who changes things, for the audit log
    public InProcessClient(Management management, String engine, String by) {
        this.executor = new CommandExecutor(management);
        this.engine = engine;
        this.by = by;
    }

    @Override
    public boolean query(Cmdlet.Query<?> query, Consumer<Record> records)
            throws ManagementException, IOException {
        RunningRequest request = begin();
        try {
            return executor.query(query, request, records::accept);
        } catch (InterruptedException stopped) {
            throw new CancelledException("cancelled");
        } finally {
            end(request);
        }
    }

    @Override
    public PlanView plan(Cmdlet.Change<?> change) throws ManagementException, CancelledException {
        RunningRequest request = begin();
        try {
            return executor.plan(change, request);
        } finally {
            end(request);
        }
    }

    @Override
    public PlanView commit(Cmdlet.Change<?> change, String operationId, Consumer<Record> records)
            throws ManagementException, CancelledException {
        RunningRequest request = begin();
        try {
            CommandExecutor.Applied applied = executor.commit(change, operationId, by, request);
            applied.records().forEach(records);
            return applied.plan();
        } finally {
            end(request);
        }
    }

    @Override
    public void cancel() { running.forEach(RunningRequest::cancel); }

    @Override
    public String engine() { return engine; }

    @Override
    public void close() { cancel(); }

    private RunningRequest begin() {
        var request = new RunningRequest();
        running.add(request);
        request.begin();
        return request;
    }

    private void end(RunningRequest request) {
        running.remove(request);
        request.end();
    }
}
