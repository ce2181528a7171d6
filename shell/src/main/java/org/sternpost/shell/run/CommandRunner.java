package org.sternpost.shell.run;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Descriptor;
import org.sternpost.cmdlets.Item;
import org.sternpost.cmdlets.RecordItem;
import org.sternpost.cmdlets.mail.WatchQueue;
import org.sternpost.cmdlets.wire.EngineClient;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.time.Time;
import org.sternpost.shell.bind.BindException;
import org.sternpost.shell.bind.BoundCommand;
import org.sternpost.shell.bind.CommonParameters;
import org.sternpost.shell.bind.Conversion;
import org.sternpost.shell.bind.ValueEvaluator.EvaluationScope;
import org.sternpost.shell.render.Printer;

/// Runs queries and changes on the engine, with time limits and cancellation.
final class CommandRunner {

    private static final int WINDOW_ROWS_MAX = 200;

    private final EngineClient client;
    private final Time time;
    private final Conversion conversion;
    private final EvaluationScope scope;
    private final FailureReporter reporter;
    private final ChangeRunner changes;
    private final Optional<Duration> limit;

    CommandRunner(EngineClient client, Time time, Conversion conversion, EvaluationScope scope,
            FailureReporter reporter,
            ChangeRunner changes,
            Optional<Duration> limit) {
        this.client = client;
        this.time = time;
        this.conversion = conversion;
        this.scope = scope;
        this.reporter = reporter;
        this.changes = changes;
        this.limit = limit;
    }

    /// Stops what runs; safe from any thread.
    void cancel() {
        reporter.endAll(new StatementException("CANCELLED", "cancelled", "", ExitCode.INTERRUPTED));
        client.cancel();
    }

    /// Makes a stage of its arguments.
    Cmdlet.Stage stage(BoundCommand command) throws BindException {
        if (command.create(conversion, scope, null) instanceof Cmdlet.Stage stage) return stage;
        throw new IllegalStateException(command.descriptor().name() + " is no stage");
    }

    /// Runs a command that nothing feeds.
    void run(BoundCommand command, Narrowing narrowing, PipelineStep next) throws StatementException, BindException {
        var cmdlet = narrowing.of(command, command.create(conversion, scope, null));
        run(command.descriptor(), command.common(), List.of(fitted(cmdlet, next)), next);
    }

    /// A window has no room for more queues.
    private static Cmdlet fitted(Cmdlet cmdlet, PipelineStep next) {
        return next instanceof PipelineStep.OutputStep last && last.printer() instanceof Printer.Drawn
                && cmdlet instanceof WatchQueue watch ? watch.within(WINDOW_ROWS_MAX) : cmdlet;
    }

    /// Runs a command once per record.
    void run(BoundCommand command, List<Item> records, PipelineStep next) throws StatementException, BindException {
        var cmdlets = new ArrayList<Cmdlet>();
        for (Item record : records)
            cmdlets.add(command.create(conversion, scope, record));
        run(command.descriptor(), command.common(), cmdlets, next);
    }

    void run(Descriptor descriptor, CommonParameters common, List<Cmdlet> cmdlets, PipelineStep next)
            throws StatementException {
        reporter.refuseIfEnded(); // A script may go on after what it called was cancelled.
        try (var _ = new Alarm(common.timeout().or(() -> limit))) {
            if (descriptor.changes()) {
                changes.run(descriptor, common, cmdlets, next);
            } else {
                for (Cmdlet cmdlet : cmdlets)
                    if (!reporter.stopped()) query(cmdlet, cmdlets.size() > 1, next);
            }
            reporter.refuseIfEnded();
        } catch (StatementException failure) {
            reporter.refuseIfEnded();
            throw failure;
        }
        reporter.rethrow();
    }

    private void query(Cmdlet cmdlet, boolean oneOfMany, PipelineStep next) throws StatementException {
        if (!(cmdlet instanceof Cmdlet.Query<?> query)) throw new IllegalStateException(cmdlet + " is no query");
        var last = new AtomicReference<@Nullable Record>();
        Consumer<Record> records = view -> {
            last.set(view);
            if (!reporter.stopped() && !next.full()) next.put(new RecordItem(view));
            if (!oneOfMany && next.full()) throw new EnoughException();
        };
        try {
            boolean more = client.query(query, records);
            if (more && !next.full() && cmdlet instanceof Cmdlet.Limited limited)
                reporter.warn("these are the first " + limited.resultSize() + " records; there are more: "
                        + Optional.ofNullable(last.get()).flatMap(limited::next)
                                .orElse("-ResultSize " + (cmdlet instanceof Cmdlet.Filtered
                                        ? "Unlimited"
                                        : 10L * limited.resultSize()) + ", or ask for fewer"));
        } catch (EnoughException _) {
            // The engine is told so, and looks for no more.
        } catch (ManagementException refused) {
            // What was found before it ended is shown: partly done is not failed.
            if (!oneOfMany && last.get() == null || reporter.stopped()) throw StatementException.of(refused);
            reporter.item(StatementException.of(refused));
        } catch (IOException broken) {
            throw StatementException.of(broken);
        }
    }

    /// Nobody wants more of an answer.
    private static final class EnoughException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        EnoughException() { super("enough", null, false, false); }
    }

    /// Ends the statement that it was set in when a span is over.
    private final class Alarm implements AutoCloseable {
        private final @Nullable Thread waiting;

        Alarm(Optional<Duration> span) {
            var statement = reporter.current();
            waiting = span.map(limit -> Thread.ofVirtual().start(() -> {
                try {
                    time.sleep(limit);
                    statement.end(new StatementException("TIMEOUT", "the time given is over", "", ExitCode.TIMEOUT));
                    client.cancel();
                } catch (InterruptedException inTime) {
                    Thread.currentThread().interrupt();
                }
            })).orElse(null);
        }

        @Override
        public void close() { if (waiting != null) waiting.interrupt(); }
    }
}
