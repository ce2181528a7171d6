package org.sternpost.cmdlets.wire;

import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.wire.EngineClient.CancelledException;
import org.sternpost.cmdlets.wire.EngineClient.PlanView;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.ManagementException.Kind;
import org.sternpost.engine.control.Plan;

/// Runs queries and changes on the engine, each change once per operation id.
///
/// What has been applied is remembered while the engine's process lives, not longer.
final class CommandExecutor {

    private static final int OPERATIONS_MAX = 1_000; // far more than may be repeated after a lost connection

    private final Management engine;
    private final Map<String, Operation> operations = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Operation> eldest) { return size() > OPERATIONS_MAX; }
    };

    /// A change under its id; its own lock is held while it is applied, so a repetition waits for the answer.
    private static final class Operation {
        private final Record change;
        private @Nullable Applied applied;

        Operation(Record change) { this.change = change; }
    }

    /// What a change answered.
    record Applied(PlanView plan, List<? extends Record> records) {}

    /// Where the records of a query go; it may be slow or gone.
    interface RecordSink {
        void put(Record record) throws IOException, InterruptedException;
    }

    CommandExecutor(Management engine) { this.engine = engine; }

    /// Hands out records until `run` is stopped.
    ///
    /// @return true if there are more than the query wants to see
    boolean query(Cmdlet.Query<?> query, RunningRequest request, RecordSink records)
            throws ManagementException, IOException, InterruptedException {
        try (Stream<? extends Record> found = query.run(engine)) {
            Iterator<? extends Record> each = found.iterator();
            long left = query instanceof Cmdlet.Limited limited && limited.resultSize() != Cmdlet.Limited.UNLIMITED
                    ? limited.resultSize()
                    : Long.MAX_VALUE;
            while (each.hasNext()) {
                request.refuseIfCancelled();
                if (left-- == 0) return true;
                records.put(each.next());
            }
        } catch (ManagementException.InStreamException ended) {
            throw ended.why();
        }
        request.refuseIfCancelled();
        return false;
    }

    PlanView plan(Cmdlet.Change<?> change, RunningRequest request) throws ManagementException, CancelledException {
        PlanView plan = view(change.plan(engine));
        request.refuseIfCancelled();
        return plan;
    }

    /// @param by who asks, for the audit log
    Applied commit(Cmdlet.Change<?> change, String operationId, String by, RunningRequest request)
            throws ManagementException, CancelledException {
        if (!(change instanceof Record content)) throw new IllegalArgumentException("a cmdlet is a record");
        Operation operation;
        synchronized (operations) {
            operation = operations.computeIfAbsent(operationId, _ -> new Operation(content));
        }
        if (!operation.change.equals(content))
            throw new ManagementException(Kind.Conflict, "operation id " + operationId + " stands for another change",
                    "use a fresh id for each change");
        synchronized (operation) {
            Applied before = operation.applied;
            if (before != null) return before;
            Applied applied = apply(change, by, request);
            operation.applied = applied;
            return applied;
        }
    }

    private Applied apply(Cmdlet.Change<?> change, String by, RunningRequest request)
            throws ManagementException, CancelledException {
        Plan<? extends Record> plan = change.plan(engine);
        request.beginCommit();
        return new Applied(view(plan), plan.commit().apply(by));
    }

    private static PlanView view(Plan<?> plan) {
        return new PlanView(plan.operation(), plan.target(),
                plan.changes().stream()
                        .map(change -> new PlanView.ChangeView(change.path(), change.before(), change.after()))
                        .toList(),
                plan.affects(), plan.warnings(), plan.risks(), plan.objects());
    }
}
