package org.sternpost.engine.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.store.Content;
import org.sternpost.engine.store.NewBody;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.store.journal.RecordFrame.Kind;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;

/// A record that a kill left without rows and whose header nobody can read, as a newer version may write them.
class UnreadableRecordTest {

    @TempDir
    Path directory;
    private final SimTime time = new SimTime();

    @Test
    void itIsNamedAndStaysAndTheOtherMailIsDue() throws Exception {
        Path killed = directory.resolve("killed");
        try (var store = SqliteDatabase.open(directory.resolve("live"), Queue.SCHEMA)) {
            Queue queue = Queue.recover(store, time);
            var mayGo = new CountDownLatch(1);
            Thread slow = hold(store, mayGo);
            put(queue, "one@a.example");
            byte[] newer = {99, 1, 2, 3};
            store.accept("newer", new NewBody(Kind.Accepted, newer, Content.of(new byte[10])), (_, _) -> {
                throw new SQLException("no rows of it can be made here either");
            });
            put(queue, "two@a.example");
            copy(directory.resolve("live"), killed);
            mayGo.countDown();
            slow.join();
        }
        for (int start = 0; start < 2; start++)
            try (var store = SqliteDatabase.open(killed, Queue.SCHEMA); Queue queue = Queue.recover(store, time)) {
                assertEquals(List.of(), store.condition().words());
                assertEquals(3, queue.size());
                assertEquals(List.of("content 2"), queue.damaged().stream().map(Queue.DamagedMessage::id).toList());
                assertEquals(2, new QueueAdmin(store, queue, time)
                        .messages(Optional.empty(), Optional.empty(), 10).size());
            }
    }

    private static Thread hold(SqliteDatabase store, CountDownLatch mayGo) throws InterruptedException {
        var begun = new CountDownLatch(1);
        Thread slow = Thread.startVirtualThread(() -> {
            try {
                store.write(_ -> {
                    begun.countDown();
                    try {
                        return mayGo.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS);
                    } catch (InterruptedException stop) {
                        throw new IllegalStateException(stop);
                    }
                });
            } catch (IOException failed) {
                throw new IllegalStateException(failed);
            }
        });
        assertTrue(begun.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        return slow;
    }

    private void put(Queue queue, String to) throws IOException {
        Doors.of(queue, Duration.ofDays(2), time).put("127.0.0.1",
                new Envelope(ReversePath.of("s@lab.test"), List.of(Recipient.of(Address.of(to))), MailParameters.NONE),
                "Subject: x\r\n\r\ny\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList())
                if (!file.startsWith(from.resolve("native"))) {
                    Path copy = to.resolve(from.relativize(file).toString());
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy);
                }
        }
    }
}
