package org.sternpost.engine.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.Engine;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.store.Store;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;

/// Mail that waited at the start is handed out once, whatever happens while it is loaded.
class LoaderTest {

    private static final int MESSAGES = 2_500; // three pages
    private static final int DOMAINS = 5;

    @TempDir
    Path directory;
    private final SimTime time = new SimTime();
    private SqliteDatabase store;
    private List<QueueId> ids;
    private Queue queue;
    private QueueAdmin admin;

    @BeforeEach
    void fill() throws IOException {
        store = SqliteDatabase.open(directory, Engine.SCHEMA);
        ids = LongQueue.fill(store, time, MESSAGES, number -> "u" + number + "@d" + number % DOMAINS + ".example");
        queue = Queue.empty(store, time);
        admin = new QueueAdmin(store, queue, time);
    }

    @AfterEach
    void close() throws IOException { store.close(); }

    @Test
    void theFirstWaitsAtOnceAndTheRestFollows() throws Exception {
        assertEquals(MESSAGES, queue.size(), "counted before it is loaded");
        queue.loader().load(1);
        assertEquals(1_000, waiting());
        assertFalse(queue.loader().isComplete());
        queue.loader().start();
        Patience.until("it loads on by itself", queue.loader()::isComplete);
        queue.close();
        assertEquals(MESSAGES, waiting());
        assertEquals(new HashSet<>(ids), taken());
        assertEquals(MESSAGES, queue.size());
    }

    /// As `Get-Queue` does, also while most of it is still to be loaded.
    @Test
    void allThatWaitsIsCountedBeforeItIsLoaded() throws Exception {
        store.write(connection -> Tables.update(connection,
                "UPDATE recipient SET state = 'Suspended' WHERE message = ?", ids.getLast().text()));
        queue = Queue.empty(store, time);
        admin = new QueueAdmin(store, queue, time);
        queue.loader().load(1);
        assertEquals(1_000, waiting());
        queue.loader().count();
        assertEquals(MESSAGES - 1, waiting());
        assertEquals(DOMAINS, admin.destinations().size());
        ClaimedDelivery taken = Claims.take(queue, key(1)).orElseThrow();
        assertEquals(MESSAGES - 1, waiting(), "under way");
        queue.putBack(taken);
        queue.loader().load(1_001);
        assertEquals(MESSAGES - 1, waiting(), "none twice");
        loadAll();
        assertEquals(MESSAGES - 1, waiting());
        taken();
        assertEquals(MESSAGES - 1, waiting(), "all of it under way");
    }

    /// An operator's word for a queue holds for what is not loaded yet of it, also where nothing of it is.
    @Test
    void aQueueOfWhichNothingIsLoadedIsThere() throws Exception {
        time.advance(Duration.ofHours(1)); // so that it is loaded last
        LongQueue.fill(store, time, 1, _ -> "late@late.example");
        queue = Queue.empty(store, time);
        admin = new QueueAdmin(store, queue, time);
        queue.loader().load(1);
        queue.loader().start();
        assertEquals(1, admin.destinations().stream()
                .filter(one -> one.destination().domain().ascii().equals("late.example"))
                .mapToLong(DestinationQueueView::messages).sum());
        queue.close();
    }

    /// A clock that was set back gives it an id among those that are still to be loaded.
    @Test
    void whatIsAcceptedMeanwhileIsHandedOutOnce() throws Exception {
        queue.loader().load(1);
        time.advance(Duration.ofMillis(15)); // behind what is loaded, before the last
        var door = Doors.of(queue, Duration.ofHours(4), time);
        door.put("127.0.0.1", new Envelope(ReversePath.of("s@home.example"),
                List.of(new Recipient(Address.of("new@new.example"), Set.of(), "")), MailParameters.NONE),
                "Subject: x\r\n\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII));
        QueueId fresh = admin.messages(Optional.empty(), Optional.empty(), MESSAGES + 1).stream()
                .map(row -> row.message().id()).filter(id -> !ids.contains(id)).findFirst().orElseThrow();
        assertTrue(fresh.compareTo(ids.getLast()) < 0, "the case that is meant");
        var fresher = new DestinationKey("Default", Domain.of("new.example"));
        ClaimedDelivery underWay = Claims.take(queue, fresher).orElseThrow();
        assertEquals(fresh, underWay.message().id());
        loadAll();
        assertEquals(Optional.empty(), Claims.take(queue, fresher));
        assertEquals(new HashSet<>(ids), taken());
    }

    @Test
    void anOperatorsWordHoldsForWhatIsNotLoadedYet() throws Exception {
        for (QueueId id : List.of(ids.getFirst(), ids.getLast()))
            store.write(connection -> Tables.update(connection,
                    "UPDATE recipient SET state = 'Suspended' WHERE message = ?", id.text()));
        store.write(connection -> Tables.update(connection, "UPDATE recipient SET due = ? WHERE state = 'Waiting'",
                time.instant().plus(Duration.ofHours(1)).toEpochMilli()));
        queue = Queue.empty(store, time);
        admin = new QueueAdmin(store, queue, time);
        queue.loader().load(1);
        for (QueueId id : List.of(ids.getFirst(), ids.getLast()))
            assertEquals(1, admin.acts().resume(Set.of(id), "ops", _ -> _ -> null).recipients());
        Set<QueueId> underWay = taken();
        assertEquals(Set.of(ids.getFirst()), underWay, "the other one is not loaded yet");
        for (QueueId id : List.of(ids.get(1), ids.get(MESSAGES - 2)))
            assertTrue(admin.remove(admin.messages(Optional.of(id), Optional.empty(), 1).getFirst(), "me", List.of(),
                    _ -> null));
        admin.retry(List.of(key(0)), _ -> null);
        store.write(connection -> {
            admin.release(connection, "Default");
            return true;
        });
        admin.released("Default");
        loadAll();
        var all = new HashSet<>(ids);
        all.removeAll(underWay);
        all.remove(ids.get(1));
        all.remove(ids.get(MESSAGES - 2));
        assertEquals(all, taken());
    }

    @Test
    void damageIsNamedWhereverItIsMet() throws Exception {
        QueueId late = ids.getLast();
        store.write(connection -> Tables.update(connection, "UPDATE recipient SET local_part = 'x' WHERE message = ?",
                late.text()));
        store.write(connection -> Tables.update(connection, "UPDATE recipient SET state = 'Lost' WHERE message = ?",
                ids.get(MESSAGES - 2).text()));
        store.write(connection -> Tables.update(connection, "UPDATE message SET envelope_id = 'no xtext' WHERE id = ?",
                ids.get(MESSAGES - 3).text()));
        queue = Queue.empty(store, time);
        queue.loader().load(1);
        assertEquals(List.of(), queue.damaged());
        loadAll();
        assertEquals(List.of(ids.get(MESSAGES - 3).text(), ids.get(MESSAGES - 2).text(), late.text()),
                queue.damaged().stream().map(Queue.DamagedMessage::id).sorted().toList());
        assertEquals(MESSAGES, queue.size());
    }

    /// What a page had begun to look at is looked at again, and what it had found is told.
    @Test
    void aPageThatTheDiskBreaksOffLosesNobody() throws Exception {
        store.write(connection -> Tables.update(connection, "UPDATE recipient SET local_part = 'x' WHERE message IN "
                + "(?, ?)", ids.get(3).text(), ids.get(7).text()));
        var failing = new AtomicReference<>("");
        var broken = (Store) Proxy.newProxyInstance(Store.class.getClassLoader(), new Class<?>[]{Store.class},
                (_, method, values) -> {
                    if (!method.getName().equals("read")) return call(store, method, values);
                    Database.Work<?> work = (Database.Work<?>) values[0];
                    return store.read(connection -> work.on(failing(connection, failing)));
                });
        var destinations = new DestinationQueues();
        var recovery = Recovery.begin(broken, destinations, new OutageHold(destinations));
        failing.set(ids.get(7).text());
        assertThrows(IOException.class, () -> recovery.next(10));
        var named = new ArrayList<String>();
        int read = 0;
        for (Recovery.Page page; (page = recovery.next(10)).messages() > 0; read += page.messages())
            page.damaged().forEach(one -> named.add(one.id()));
        assertEquals(List.of(ids.get(3).text(), ids.get(7).text()), named);
        assertEquals(MESSAGES - 7, read);
    }

    /// Fails once, at what is asked of one message alone.
    private static Connection failing(Connection connection, AtomicReference<String> message) {
        return (Connection) Proxy.newProxyInstance(Connection.class.getClassLoader(), new Class<?>[]{Connection.class},
                (_, method, values) -> {
                    var made = call(connection, method, values);
                    if (!(made instanceof PreparedStatement statement)) return made;
                    return Proxy.newProxyInstance(PreparedStatement.class.getClassLoader(),
                            new Class<?>[]{PreparedStatement.class}, (_, inner, given) -> {
                                boolean asked = given != null && given.length == 2
                                        && message.get().equals(String.valueOf(given[1]));
                                if (asked) {
                                    message.set("");
                                    throw new SQLException("disk I/O error");
                                }
                                return call(statement, inner, given);
                            });
                });
    }

    private static @Nullable Object call(Object of, Method method, Object @Nullable [] values) throws Throwable {
        try {
            return method.invoke(of, values);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    /// A rollout waits until nothing is under way by what it has changed.
    @Test
    void whatIsNotLoadedCountsAsUnderWay() throws Exception {
        assertEquals(Optional.of(Instant.EPOCH), admin.underWaySince(_ -> true, time.instant()));
        loadAll();
        assertEquals(Optional.empty(), admin.underWaySince(_ -> false, time.instant()));
    }

    private void loadAll() throws IOException {
        queue.loader().load(Integer.MAX_VALUE);
        assertTrue(queue.loader().isComplete());
    }

    private static DestinationKey key(int domain) {
        return new DestinationKey("Default", Domain.of("d" + domain + ".example"));
    }

    private long waiting() {
        return queue.destinations().views(time.instant()).stream().mapToLong(DestinationQueueView::messages).sum();
    }

    /// All that is due, each once.
    private Set<QueueId> taken() throws IOException {
        var taken = new HashSet<QueueId>();
        for (int domain = 0; domain < DOMAINS; domain++)
            for (var one = Claims.take(queue, key(domain)); one.isPresent(); one = Claims.take(queue, key(domain)))
                assertTrue(taken.add(one.get().message().id()), one.get().message().id() + " is handed out twice");
        return taken;
    }
}
