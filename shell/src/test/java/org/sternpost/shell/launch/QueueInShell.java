package org.sternpost.shell.launch;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.sternpost.cmdlets.Ports;
import org.sternpost.cmdlets.wire.EngineClient;
import org.sternpost.cmdlets.wire.InProcessClient;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.control.Audit;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.MessageQuery;
import org.sternpost.engine.control.QueuePlans;
import org.sternpost.engine.control.QueueQuery;
import org.sternpost.engine.dsn.DsnWriter;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.queue.LongQueue;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.queue.QueueAdmin;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SimTime;

/// The engine's queue, tables and plans with a shell before them, and nothing else of an engine.
final class QueueInShell implements EngineHost, AutoCloseable {

    private static final Duration EXPIRES = Duration.ofDays(5);

    final SimTime time = new SimTime();
    /// What was asked of the engine's lists, in order.
    final List<Object> asked = new ArrayList<>();
    /// How many rows the engine has handed on.
    long handedOn;
    private final SqliteDatabase store;
    private final Queue queue;
    private final Management management;

    /// @param fill what waits before the queue is opened
    QueueInShell(Path directory, Filling fill) throws IOException, InterruptedException {
        store = SqliteDatabase.open(directory, Stream.of(Queue.SCHEMA, Connectors.SCHEMA, Audit.SCHEMA)
                .flatMap(List::stream).toList());
        fill.of(store, time);
        queue = Queue.recover(store, time);
        LongQueue.awaitLoaded(queue);
        var plans = new QueuePlans(new QueueAdmin(store, queue, time), queue, new DsnWriter("relay.example",
                _ -> false, Doors.of(queue, EXPIRES, time).acceptance()::admit, time), new Connectors(store, time),
                time);
        management = Ports.of(Proxy.newProxyInstance(getClass().getClassLoader(),
                new Class<?>[]{Management.QueuePort.class}, (_, method, arguments) -> {
                    try {
                        Object answer = method.invoke(plans, arguments);
                        if (arguments == null
                                || !(arguments[0] instanceof MessageQuery) && !(arguments[0] instanceof QueueQuery))
                            return answer;
                        asked.add(arguments[0]);
                        return ((Stream<?>) answer).peek(_ -> handedOn++);
                    } catch (InvocationTargetException refused) {
                        throw refused.getCause();
                    }
                }));
    }

    /// Puts mail into a store.
    interface Filling {
        void of(SqliteDatabase store, SimTime time) throws IOException;
    }

    Queue queue() { return queue; }

    Management management() { return management; }

    Ran run(String... words) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int exit = run(out, err, words);
        return new Ran(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    int run(OutputStream out, OutputStream err, String... words) {
        var process = new Launcher.Process(new ByteArrayInputStream(new byte[0]), out,
                new PrintStream(err, true, StandardCharsets.UTF_8), Map.of("NO_COLOR", "1"), 0, false);
        return new Launcher(process, this, time).run(List.of(words));
    }

    @Override
    public EngineClient open(Optional<Path> settings, Wanted wanted, Consumer<String> say) {
        return new InProcessClient(management, "relay.example", "tester");
    }

    @Override
    public EngineClient start(Path settings) { return open(Optional.of(settings), Wanted.RunningOrInside, _ -> {}); }

    @Override
    public int serve(Optional<Path> settings, Consumer<String> say) { return 0; }

    @Override
    public void close() throws IOException {
        queue.close();
        store.close();
    }
}
