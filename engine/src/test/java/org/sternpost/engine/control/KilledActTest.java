package org.sternpost.engine.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.queue.MessageActs;
import org.sternpost.engine.queue.MessageSelection;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.queue.QueueAdmin;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;

/// A process that is killed in the midst of an act has done none of it, and one that is killed behind it all of it.
class KilledActTest {

    private static final int MESSAGES = 400;
    private static final String MIDST = "midst";

    @TempDir
    Path directory;

    private static SqliteDatabase open(Path directory) throws IOException {
        return SqliteDatabase.open(directory, Stream.of(Queue.SCHEMA, Connectors.SCHEMA, Audit.SCHEMA)
                .flatMap(List::stream).toList());
    }

    /// Acts, tells when it is where it is to be killed, and waits there.
    public static void main(String[] arguments) throws IOException {
        var time = new SimTime();
        var store = open(Path.of(arguments[0]));
        var admin = new QueueAdmin(store, Queue.recover(store, time), time);
        var ids = admin.ids(MessageSelection.ALL, MESSAGES);
        MessageActs.Told told = done -> connection -> {
            Audit.entry(time.instant(), "ops", arguments[1], "all", List.of()).on(connection);
            if (arguments[2].equals(MIDST)) stop();
            return done;
        };
        if (arguments[1].equals("Suspend-Message")) admin.acts().suspend(ids, "ops", told);
        else
            admin.acts().remove(ids, "ops", Optional.empty(), told);
        stop();
    }

    private static void stop() {
        System.out.println("here");
        while (true)
            LockSupport.park();
    }

    @ParameterizedTest
    @CsvSource({"Suspend-Message,midst,0,0,400", "Suspend-Message,behind,400,1,400", "Remove-Message,midst,0,0,400",
            "Remove-Message,behind,0,1,0"})
    void anActIsAllOrNothing(String act, String where, long suspended, long audited, long owed) throws Exception {
        var time = new SimTime();
        try (var store = open(directory)) {
            var doors = Doors.of(Queue.recover(store, time), Duration.ofDays(2), time);
            for (int i = 0; i < MESSAGES; i++)
                doors.put("192.0.2.1",
                        new Envelope(new ReversePath.Mailbox(Address.of("me@example.org")),
                                List.of(Recipient.of(Address.of("u" + i + "@a.example"))), MailParameters.NONE),
                        "Subject: x\r\n\r\nx\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        var process = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                KilledActTest.class.getName(), directory.toString(), act, where)
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try {
            assertEquals("here", CompletableFuture.supplyAsync(() -> line(process)).get(Patience.AMPLE.toSeconds(),
                    TimeUnit.SECONDS));
        } finally {
            process.destroyForcibly().waitFor();
        }
        try (var store = open(directory)) {
            var queue = Queue.recover(store, time);
            assertEquals(suspended, count(store, "SELECT count(*) FROM recipient WHERE state = 'Suspended'"));
            assertEquals(audited, count(store, "SELECT count(*) FROM audit"));
            assertEquals(owed, queue.size());
            assertEquals(owed - suspended, queue.destinations().views(time.instant()).stream()
                    .mapToLong(one -> one.messages()).sum());
            assertEquals(List.of(), queue.damaged());
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
