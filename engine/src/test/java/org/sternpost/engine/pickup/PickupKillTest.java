package org.sternpost.engine.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.queue.Trace;
import org.sternpost.engine.smtp.server.SmtpServer.MessageSink;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.engine.time.Time;

/// A process that is killed with files in its hands loses none of them and takes none twice.
class PickupKillTest {

    private static final int FILES = 20;
    private static final int ACCEPTED = 7; // when it is killed

    @TempDir
    Path home;

    private static SqliteDatabase open(Path home) throws IOException {
        return SqliteDatabase.open(home.resolve("data"), Stream.of(Queue.SCHEMA, Connectors.SCHEMA)
                .flatMap(List::stream).toList());
    }

    private static PickupDirectory on(Path home, MessageSink door, Trace trace, Time time) {
        return PickupDirectory.of(new PickupTerms(home.resolve("pickup"), PickupTerms.HEADER_OCTETS,
                PickupTerms.RECIPIENTS, PickupTerms.MESSAGES_A_MINUTE, "relay.example.org", 4 << 20), door, trace::has,
                time);
    }

    /// Takes files until it has accepted some, tells, and waits to be killed, before or behind the last acceptance.
    public static void main(String[] arguments) throws IOException {
        Path home = Path.of(arguments[0]);
        var time = new SystemTime();
        var store = open(home);
        var door = Doors.of(Queue.recover(store, time), Duration.ofDays(2), time).acceptance();
        var accepted = new int[1];
        MessageSink counting = (id, client, envelope, header, content) -> {
            if (accepted[0] == ACCEPTED && arguments[1].equals("before")) stop();
            var answer = door.take(id, client, envelope, header, content);
            if (++accepted[0] == ACCEPTED && arguments[1].equals("behind")) stop();
            return answer;
        };
        var pickup = on(home, counting, new Trace(store), time);
        pickup.look();
        pickup.look();
    }

    private static void stop() {
        System.out.println("here");
        while (true)
            LockSupport.park();
    }

    @ParameterizedTest
    @ValueSource(strings = {"before", "behind"})
    void eachFileIsAcceptedOnce(String where) throws Exception {
        Path pickup = Files.createDirectories(home.resolve("pickup"));
        for (int i = 0; i < FILES; i++)
            Files.writeString(pickup.resolve("f" + i + ".eml"), "From: a@x.example\nTo: b@y.example\nSubject: " + i
                    + "\n\nx\n");
        var process = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                PickupKillTest.class.getName(), home.toString(), where)
                .redirectError(home.resolve("child.log").toFile()).start();
        try {
            assertEquals("here", CompletableFuture.supplyAsync(() -> line(process)).get(Patience.AMPLE.toSeconds(),
                    TimeUnit.SECONDS));
        } finally {
            process.destroyForcibly().waitFor();
        }
        var time = new SimTime();
        try (var store = open(home)) {
            var queue = Queue.recover(store, time);
            assertEquals(ACCEPTED, queue.size());
            var again = on(home, Doors.of(queue, Duration.ofDays(2), time).acceptance(), new Trace(store), time);
            again.look();
            again.look();
            assertEquals(List.of(), again.troubles());
            assertEquals(FILES, queue.size());
            assertEquals(FILES, count(store, "SELECT count(DISTINCT subject) FROM message WHERE client = 'pickup'"));
            assertEquals(FILES, count(store, "SELECT count(*) FROM message"));
            again.end();
        }
        try (var left = Files.list(pickup)) {
            assertEquals(List.of(".sternpost"), left.map(file -> file.getFileName().toString()).toList());
        }
        try (var left = Files.list(pickup.resolve(".sternpost"))) {
            assertEquals(List.of("lock"), left.map(file -> file.getFileName().toString()).toList());
        }
    }

    private static String line(Process process) {
        try {
            return String.valueOf(process.inputReader().readLine());
        } catch (IOException broken) {
            throw new java.io.UncheckedIOException(broken);
        }
    }

    private static long count(SqliteDatabase store, String sql) throws IOException {
        return store.<Long>read(connection -> {
            try (var statement = connection.createStatement(); var row = statement.executeQuery(sql)) {
                return row.next() ? row.getLong(1) : 0;
            }
        });
    }
}
