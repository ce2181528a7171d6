package org.sternpost.engine.queue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SystemTime;

/// A message of 4 KB on its whole way through the queue, by twenty threads at once as sessions do: accepted and synced,
/// claimed, and settled as delivered. Content is written and synced on the disk of the temporary directory.
@State(Scope.Benchmark)
@Threads(20)
public class QueueBenchmark {

    private static final String DOMAIN = "example.org";
    private static final Envelope ENVELOPE = new Envelope(ReversePath.of("a@example.com"),
            List.of(Recipient.of(Address.of("b@" + DOMAIN))), MailParameters.NONE);
    private static final byte[] CONTENT = ("Subject: x\r\nMessage-ID: <x@example.com>\r\n\r\n"
            + "A line of content that is rather plain.\r\n".repeat(96)).getBytes(StandardCharsets.US_ASCII);

    private final SystemTime time = new SystemTime();
    private Path directory;
    private SqliteDatabase store;
    private Queue queue;
    private Doors doors;

    @Setup
    public void open() throws IOException {
        directory = Files.createTempDirectory("jmh");
        store = SqliteDatabase.open(directory, Queue.SCHEMA);
        queue = Queue.recover(store, time);
        doors = Doors.of(queue, Duration.ofDays(2), time);
    }

    @TearDown
    public void close() throws IOException {
        store.close();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList())
                Files.delete(path);
        }
    }

    @Benchmark
    public void acceptClaimAndSettle() throws IOException {
        doors.put("127.0.0.1", ENVELOPE, CONTENT);
        ClaimedDelivery taken = Claims.take(queue, new DestinationKey("Default", Domain.of(DOMAIN))).orElseThrow();
        queue.settle(taken.destination(), new QueueUpdate(taken.message().id(),
                List.of(new QueueUpdate.Change(0, QueuedMessage.QueuedRecipient.State.Delivered, 1, time.instant(),
                        TraceEvent.plain(0, time.instant(), TraceEvent.Kind.DEFER, "Default", "2.0.0", "taken"))),
                List.of(), List.of(), false));
    }
}
