package org.sternpost.shell.groovy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.catalogue.AllCmdlets;
import org.sternpost.cmdlets.wire.EngineClient;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.time.SimTime;
import org.sternpost.shell.launch.StandIn;
import org.sternpost.shell.render.Printer.OutputFormat;
import org.sternpost.shell.run.Said;
import org.sternpost.shell.run.ShellSession;

/// A session that knows Groovy, with an engine in memory, a clock that is set, and a console that remembers.
final class GroovySession {

    final StandIn standIn = new StandIn();
    final SimTime time = new SimTime();
    final Said console = new Said();
    final List<String> queries = new ArrayList<>();
    final CountDownLatch cancelled = new CountDownLatch(1);
    /// What happens while the engine is asked.
    Runnable trouble = () -> {};
    final ShellSession shell;

    GroovySession() { this(Optional.empty()); }

    /// @param kept scripts that were compiled before
    GroovySession(Optional<KeptScripts> kept) {
        shell = new ShellSession(new ShellSession.Configuration(new AllCmdlets(), client(), time, ZoneOffset.UTC,
                console, OutputFormat.Text, false, false, Optional.empty(), Map.of(),
                session -> new GroovyScripting(session, new NoLabs(), kept)));
    }

    /// Runs a file with that text; answers the exit code.
    int script(Path directory, String text, String... words) throws IOException {
        return shell.file(Files.writeString(directory.resolve("some-script.groovy"), text), List.of(words));
    }

    /// Lets the clock go on until the engine is told that nobody waits any longer.
    void passTime() {
        while (cancelled.getCount() > 0) {
            time.advance(java.time.Duration.ofMinutes(1));
            Thread.onSpinWait();
        }
    }

    private EngineClient client() {
        EngineClient real = standIn.client();
        return new EngineClient() {
            @Override
            public boolean query(Cmdlet.Query<?> query, Consumer<Record> records)
                    throws IOException, ManagementException {
                queries.add(query.toString());
                trouble.run();
                return real.query(query, records);
            }

            @Override
            public PlanView plan(Cmdlet.Change<?> change) throws IOException, ManagementException {
                return real.plan(change);
            }

            @Override
            public PlanView commit(Cmdlet.Change<?> change, String operationId, Consumer<Record> records)
                    throws IOException, ManagementException {
                trouble.run();
                return real.commit(change, operationId, records);
            }

            @Override
            public void cancel() { cancelled.countDown(); }

            @Override
            public String engine() { return "mx1"; }

            @Override
            public void close() {}
        };
    }

    /// Neither a practice internet nor an engine can be started.
    private record NoLabs() implements ScriptHost {
        @Override
        public Practice start() throws IOException { throw new IOException("no port is free"); }

        @Override
        public void startEngine() throws IOException { throw new IOException("no settings"); }
    }
}
