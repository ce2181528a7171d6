package org.sternpost.cmdlets.wire;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Catalogue;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Descriptor;
import org.sternpost.cmdlets.wire.EngineClient.CancelledException;
import org.sternpost.cmdlets.wire.EngineClient.PlanView;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.ManagementException.Kind;

/// Asks an engine over its socket; several threads may ask at once.
public final class SocketClient implements EngineClient {

    private static final long END_MILLIS_MAX = 200; // for a reader whose channel is closed

    private final JsonConnection connection;
    private final Catalogue catalogue;
    private final String engine;
    private final AtomicLong lastId = new AtomicLong();
    private final Map<Long, ResponseQueue> waiting = new ConcurrentHashMap<>();
    private volatile boolean lost;
    private volatile @Nullable Thread reader;

    /// An engine answers and will not serve this shell.
    public static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1;
        private final String hint;

        RefusedException(String message, String hint) {
            super(message);
            this.hint = hint;
        }

        /// What would help.
        public String hint() { return hint; }
    }

    private SocketClient(JsonConnection connection, Catalogue catalogue, String engine) {
        this.connection = connection;
        this.catalogue = catalogue;
        this.engine = engine;
    }

    /// Connects and says hello.
    ///
    /// @param catalogue what can be asked
    /// @throws IOException if nobody answers there, in words for the operator
    public static SocketClient connect(Path socket, Catalogue catalogue) throws IOException {
        var connection = new JsonConnection(SocketFile.connect(socket), thread());
        try {
            connection.send(Map.of("hello", 1L, "client", "sternpost"));
            Map<String, @Nullable Object> hello = connection.read();
            if (hello.get("error") instanceof Map<?, ?> error)
                throw new RefusedException("the engine refuses this shell: " + error.get("message"),
                        String.valueOf(error.get("hint")));
            var client = new SocketClient(connection, catalogue, String.valueOf(hello.get("engine")));
            client.reader = thread().name("wire-reader").start(client::read);
            return client;
        } catch (InterruptedException | IOException failed) {
            connection.close();
            if (failed instanceof IOException broken) throw broken;
            throw new CancelledException("cancelled");
        }
    }

    @Override
    public boolean query(Cmdlet.Query<?> query, Consumer<Record> records) throws IOException, ManagementException {
        return ask(query, Map.of("mode", "run"), records).more();
    }

    @Override
    public PlanView plan(Cmdlet.Change<?> change) throws IOException, ManagementException {
        return plan(ask(change, Map.of("mode", "plan"), _ -> {}).plan());
    }

    @Override
    public PlanView commit(Cmdlet.Change<?> change, String operationId, Consumer<Record> records)
            throws IOException, ManagementException {
        return plan(ask(change, Map.of("mode", "commit", "operationId", operationId), records).plan());
    }

    @Override
    public void cancel() { waiting.keySet().forEach(this::cancel); }

    @Override
    public String engine() { return engine; }

    @Override
    public boolean lost() { return lost; }

    @Override
    public void close() {
        connection.close();
        Thread reads = reader;
        if (reads == null || reads == Thread.currentThread()) return;
        try {
            reads.join(END_MILLIS_MAX);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /// Of the platform, as a shell has few: those that the JDK needs to run virtual ones on a socket wait in native
    /// code, and where any thread does the JDK takes 0.3 s to end. It reads while the shell does something else, and
    /// what is left of it at the end keeps nobody.
    private static Thread.Builder.OfPlatform thread() { return Thread.ofPlatform().daemon(); }

    /// How a request ended.
    ///
    /// @param plan as it came; empty for a query
    private record Ended(Map<String, @Nullable Object> plan, boolean more) {}

    /// Sends a request and takes its answers.
    private Ended ask(Cmdlet cmdlet, Map<String, Object> how, Consumer<Record> records)
            throws IOException, ManagementException {
        if (!(cmdlet instanceof Record arguments)) throw new IllegalArgumentException("a cmdlet is a record");
        Descriptor descriptor = catalogue.of(cmdlet);
        Class<? extends Record> view = descriptor.view().orElseThrow();
        long id = lastId.incrementAndGet();
        var answers = new ResponseQueue();
        waiting.put(id, answers);
        boolean ended = false;
        try {
            var frame = new LinkedHashMap<String, @Nullable Object>(how);
            frame.put("id", id);
            frame.put("do", descriptor.name());
            frame.put("args", RecordJson.write(arguments));
            connection.send(frame);
            if (lost) answers.lose(); // the reader may have gone before this request was waiting
            Map<String, @Nullable Object> plan = Map.of();
            while (true) {
                Map<String, @Nullable Object> answer = answers.take();
                if (answer.containsKey("v")) {
                    records.accept(RecordJson.read(view, Json.object(answer.get("v"))));
                } else if (answer.containsKey("plan")) {
                    plan = Json.object(answer.get("plan"));
                } else {
                    ended = true;
                    refuseFailure(answer);
                    return new Ended(plan, answer.get("end") instanceof Map<?, ?> end
                            && Boolean.TRUE.equals(end.get("more")));
                }
            }
        } catch (InterruptedException stopped) {
            throw new CancelledException("cancelled");
        } finally {
            answers.leave();
            waiting.remove(id);
            if (!ended) cancel(id);
        }
    }

    private static PlanView plan(Map<String, @Nullable Object> plan) { return RecordJson.read(PlanView.class, plan); }

    private static void refuseFailure(Map<String, @Nullable Object> answer) throws IOException, ManagementException {
        if (answer.get("end") instanceof Map<?, ?> end) {
            if ("cancelled".equals(end.get("status"))) throw new CancelledException("cancelled");
            return;
        }
        if (!(answer.get("error") instanceof Map<?, ?> error)) throw new IOException("the engine answers nonsense");
        throw new ManagementException(kind(String.valueOf(error.get("code"))), String.valueOf(error.get("message")),
                String.valueOf(error.get("hint")));
    }

    private static Kind kind(String code) {
        for (Kind kind : Kind.values())
            if (kind.name().equals(code)) return kind;
        return code.equals("Busy") || code.equals("Defect") ? Kind.Unavailable : Kind.Invalid;
    }

    private void cancel(long id) {
        try {
            if (!lost) connection.send(Map.of("id", id, "cancel", true));
        } catch (IOException gone) {
            // Whoever waits is told by the reader.
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        try {
            while (true) {
                Map<String, @Nullable Object> answer = connection.read();
                if (!(answer.get("id") instanceof Long id)) throw new EOFException("the engine closed the connection");
                ResponseQueue answers = waiting.get(id);
                if (answers != null) answers.put(answer);
            }
        } catch (IOException | InterruptedException gone) {
            lost = true;
            connection.close();
            waiting.values().forEach(ResponseQueue::lose);
        }
    }
}
