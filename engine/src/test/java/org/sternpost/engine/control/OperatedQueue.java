package org.sternpost.engine.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.dsn.DsnWriter;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.queue.QueueAdmin;
import org.sternpost.engine.queue.QueueUpdate;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient.State;
import org.sternpost.engine.queue.TraceEvent;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SimTime;

/// A queue in the hands of an operator, with a store on a disk and without a network.
abstract class OperatedQueue {

    static final Duration EXPIRES = Duration.ofDays(2);

    @TempDir
    Path directory;

    final SimTime time = new SimTime();
    SqliteDatabase store;
    Queue queue;
    Connectors connectors;
    QueuePlans plans;

    @BeforeEach
    void open() throws IOException {
        store = SqliteDatabase.open(directory, Stream.of(Queue.SCHEMA, Connectors.SCHEMA, Audit.SCHEMA)
                .flatMap(List::stream).toList());
        connectors = new Connectors(store, time);
        recover();
    }

    void recover() throws IOException {
        queue = Queue.recover(store, time);
        plans = new QueuePlans(new QueueAdmin(store, queue, time), queue,
                new DsnWriter("relay.example", _ -> false, Doors.of(queue, EXPIRES, time).acceptance()::admit, time),
                connectors, time);
    }

    @AfterEach
    void close() throws IOException { store.close(); }

    String mail(String from, String... to) throws IOException {
        time.advance(Duration.ofSeconds(1));
        return Doors.of(queue, EXPIRES, time).put("192.0.2.1",
                new Envelope(new ReversePath.Mailbox(Address.of(from)),
                        Stream.of(to).map(one -> Recipient.of(Address.of(one))).toList(), MailParameters.NONE),
                ("Message-ID: <" + time.instant().toEpochMilli() + "@example.org>\r\nSubject: Invoice to " + to[0]
                        + "\r\n\r\nx\r\n").getBytes(StandardCharsets.US_ASCII))
                .text();
    }

    void some(int count) throws IOException {
        for (int i = 0; i < count; i++)
            mail("me@example.org", "u" + i + "@" + (i % 2 == 0 ? "a" : "b") + ".example");
    }

    void apply(MessageAct act, String filter) throws ManagementException {
        plans.change(act, null, filter).commit().apply("ops");
    }

    long count(String sql) throws IOException {
        return store.<Long>read(connection -> {
            try (var statement = connection.createStatement(); var row = statement.executeQuery(sql)) {
                return row.next() ? row.getLong(1) : 0;
            }
        });
    }

    void deferred(ClaimedDelivery taken) throws IOException {
        queue.settle(taken.destination(), new QueueUpdate(taken.message().id(), taken.recipients().stream()
                .map(one -> new QueueUpdate.Change(one.index(), State.Waiting, 1, time.instant().plusSeconds(60),
                        TraceEvent.plain(one.index(), time.instant(), TraceEvent.Kind.DEFER, "Default", "4.4.1", "no")))
                .toList(), List.of(), List.of(), false));
    }
}
