package org.sternpost.cmdlets.wire;

import static java.lang.System.Logger.Level.ERROR;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Catalogue;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Descriptor;
import org.sternpost.cmdlets.wire.EngineClient.CancelledException;
import org.sternpost.engine.mail.Nearest;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.process.EssentialThread;
import org.sternpost.engine.net.ConnectionDeadline;
import org.sternpost.engine.time.Time;

/// One shell at the socket: its requests run side by side, each on its own thread.
final class ShellConnection {

    private static final System.Logger LOG = System.getLogger(ShellConnection.class.getName());
    private static final int REQUESTS_MAX = 16; // at one time, of one shell
    private static final long VERSION = 1;

    private final JsonConnection connection;
    private final SocketChannel channel;
    private final CommandExecutor executor;
    private final Catalogue catalogue;
    private final String hostName;
    private final Map<Long, RunningRequest> running = new ConcurrentHashMap<>();
    private volatile @Nullable String user;

    ShellConnection(SocketChannel channel, CommandExecutor executor, Catalogue catalogue, String hostName) {
        this.channel = channel;
        this.connection = new JsonConnection(channel, Thread.ofVirtual());
        this.executor = executor;
        this.catalogue = catalogue;
        this.hostName = hostName;
    }

    /// Answers until the shell goes away or says what is no frame.
    ///
    /// @param hello until then it must have said who it is
    void serve(Instant hello, Time time) {
        try {
            try (var _ = ConnectionDeadline.over(channel, time, hello)) {
                greet(connection.read());
            }
            while (true)
                take(connection.read());
        } catch (JsonConnection.BadFrameException bad) {
            refuse(String.valueOf(bad.getMessage()));
        } catch (IOException | InterruptedException gone) {
            // The shell has left; so may its queries.
        } finally {
            close();
        }
    }

    /// Who is at the other end, once it has said hello.
    Optional<String> user() { return Optional.ofNullable(user); }

    void close() {
        connection.close(); // first: who waits hears that the connection is lost, not that the request was cancelled
        running.values().forEach(RunningRequest::cancel);
    }

    private void greet(Map<String, @Nullable Object> hello) throws IOException, InterruptedException {
        if (!Long.valueOf(VERSION).equals(hello.get("hello")))
            throw new JsonConnection.BadFrameException(
                    "this engine speaks version 1 of the wire; begin with {\"hello\":1}");
        String name = principal();
        connection.send(Map.of("hello", VERSION, "engine", hostName, "principal", name));
        user = name;
    }

    private String principal() throws IOException {
        try {
            return channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
        } catch (UnsupportedOperationException elsewhere) {
            return "unknown";
        }
    }

    private void refuse(String why) {
        try {
            connection.finish(Map.of("error", ResponseFrames.error("BadFrame", why, "")));
        } catch (IOException | InterruptedException gone) {
            // Nobody is left to be told.
        }
    }

    private void take(Map<String, @Nullable Object> frame) throws IOException, InterruptedException {
        if (!(frame.get("id") instanceof Long id))
            throw new JsonConnection.BadFrameException("a request needs a numeric id");
        if (Boolean.TRUE.equals(frame.get("cancel"))) {
            RunningRequest request = running.get(id);
            if (request != null) request.cancel();
            return;
        }
        if (running.size() >= REQUESTS_MAX) {
            connection.send(
                    ResponseFrames.failed(id, "Busy", REQUESTS_MAX + " requests are under way", "wait for one to end"));
            return;
        }
        var request = new RunningRequest();
        if (running.putIfAbsent(id, request) != null)
            throw new JsonConnection.BadFrameException("request " + id + " is under way");
        Thread.ofPlatform().daemon().name("wire-request-" + id).start(() -> work(id, frame, request));
    }

    private void work(long id, Map<String, @Nullable Object> frame, RunningRequest request) {
        try {
            Map<String, Object> last;
            request.begin();
            try {
                last = answer(id, frame, request);
            } finally {
                request.end();
                running.remove(id);
            }
            connection.send(last);
        } catch (IOException | InterruptedException gone) {
            // The shell has left; what was applied stays applied.
        }
    }

    /// Runs a request and makes its last frame.
    private Map<String, Object> answer(long id, Map<String, @Nullable Object> frame, RunningRequest request)
            throws IOException {
        Cmdlet cmdlet;
        try {
            cmdlet = read(frame);
        } catch (IllegalArgumentException bad) {
            return ResponseFrames.failed(id, "BadArgument", String.valueOf(bad.getMessage()), "");
        }
        try {
            return switch (cmdlet) {
                case Cmdlet.Query<?> query -> query(id, query, request);
                case Cmdlet.Change<?> change -> change(id, change, frame, request);
                case Cmdlet.Stage _ ->
                    ResponseFrames.failed(id, "UnknownCmdlet", frame.get("do") + " runs in the shell", "");
            };
        } catch (ManagementException no) {
            return request.isCancelled()
                    ? ResponseFrames.cancelled(id)
                    : ResponseFrames.failed(id, no.kind().name(), String.valueOf(no.getMessage()), no.hint());
        } catch (CancelledException | InterruptedException stopped) {
            return ResponseFrames.cancelled(id);
        } catch (RuntimeException | Error defect) {
            EssentialThread.rethrowFatal(defect);
            if (request.isCancelled()) return ResponseFrames.cancelled(id);
            LOG.log(ERROR, "event=wire-defect do=" + frame.get("do"), defect);
            return ResponseFrames.failed(id, "Defect", "the engine failed: " + defect, "the engine's log tells more");
        }
    }

    private Map<String, Object> query(long id, Cmdlet.Query<?> query, RunningRequest request)
            throws ManagementException, IOException, InterruptedException {
        long[] count = {0};
        boolean more = executor.query(query, request, record -> {
            connection.send(ResponseFrames.record(id, record));
            count[0]++;
        });
        return ResponseFrames.done(id, count[0], more);
    }

    private Map<String, Object> change(long id, Cmdlet.Change<?> change, Map<String, @Nullable Object> frame,
            RunningRequest request)
            throws ManagementException, IOException, InterruptedException {
        if ("plan".equals(frame.get("mode"))) {
            connection.send(ResponseFrames.plan(id, executor.plan(change, request)));
            return ResponseFrames.done(id, 0, false);
        }
        if (!"commit".equals(frame.get("mode")))
            return ResponseFrames.failed(id, "BadArgument", "a change needs mode plan or commit", "");
        if (!(frame.get("operationId") instanceof String operationId) || operationId.isBlank())
            return ResponseFrames.failed(id, "BadArgument", "a commit needs an operationId", "");
        CommandExecutor.Applied applied = executor.commit(change, operationId, principal(), request);
        connection.send(ResponseFrames.plan(id, applied.plan()));
        List<? extends Record> records = applied.records();
        for (Record record : records)
            connection.send(ResponseFrames.record(id, record));
        return ResponseFrames.done(id, records.size(), false);
    }

    /// Only what the catalogue lists can be named, by its full name; arguments are values, never code.
    private Cmdlet read(Map<String, @Nullable Object> frame) {
        String name = String.valueOf(frame.get("do"));
        Descriptor cmdlet = catalogue.find(name).filter(found -> found.name().equals(name) && !found.runsInShell())
                .orElseThrow(() -> new IllegalArgumentException("the engine has no cmdlet " + name + "; "
                        + Nearest.hint(name, catalogue.all().stream().map(Descriptor::name).toList())));
        Record arguments = RecordJson.read(cmdlet.type().asSubclass(Record.class),
                Json.object(frame.getOrDefault("args", Map.of())));
        return cmdlet.type().cast(arguments);
    }
}
