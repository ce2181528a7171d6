package org.sternpost.engine.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.DomainPattern;
import org.sternpost.engine.dsn.DsnWriter;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.queue.LongQueue;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.mail.TraceQuery;
import org.sternpost.engine.queue.QueueAdmin;
import org.sternpost.engine.queue.Trace;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;

/// A long queue in an operator's hands: lists of it, acts on half of it, and processes that are killed in the midst of
/// an act.
///
/// Small in each build; as long as you like by `bench/run acts`, which prints what took how long.
@Timeout(1_800)
class LongActsTest {

    private static final int MESSAGES = Integer.getInteger("sternpost.messages", 2_000);
    private static final int DOMAINS = Integer.getInteger("sternpost.domains", 20);
    private static final int KILLS = Integer.getInteger("sternpost.kills", 3);
    private static final long SEED = Long.getLong("sternpost.seed", 20_261_129);
    private static final int HALF = MESSAGES / 2;
    private static final String OTHER = "other";
    private static final String SUSPENDED = "SELECT count(*) FROM recipient WHERE state = 'Suspended'";
    private static final String ELSEWHERE = "SELECT count(*) FROM recipient WHERE connector <> 'Default' AND state IN "
            + "('Waiting', 'Suspended')";
    private static final String OWED = "SELECT count(*) FROM recipient WHERE state IN ('Waiting', 'Suspended')";
    private static final @Nullable String ALL = null;
    private static final @Nullable String AS_THEY_CAME = null;
    private static final String AUDITED = "SELECT count(*) FROM audit";

    private final SimTime time = new SimTime();
    private final Instant between = time.instant().plus(Duration.ofMinutes(30)); // HALF of them came before
    private final String old = "DateReceived -lt '" + between + "'";

    @TempDir
    Path directory;

    /// What a process has of it.
    private record Opened(SqliteDatabase store, Queue queue, QueuePlans plans) implements AutoCloseable {

        static Opened at(Path directory, SimTime time) throws IOException, InterruptedException {
            var store = SqliteDatabase.open(directory, Stream.of(Queue.SCHEMA, Connectors.SCHEMA, Audit.SCHEMA)
                    .flatMap(List::stream).toList());
            var queue = Queue.recover(store, time);
            LongQueue.awaitLoaded(queue);
            return new Opened(store, queue, new QueuePlans(new QueueAdmin(store, queue, time), queue,
                    new DsnWriter("relay.example", _ -> false,
                            Doors.of(queue, Duration.ofDays(2), time).acceptance()::admit, time),
                    new Connectors(store, time), time));
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

        /// Memory has what the tables have.
        void agrees() throws Exception {
            long waiting = count(OWED);
            assertEquals(waiting, queue.size());
            assertEquals(waiting, plans.search(QueueQuery.all()).mapToLong(one -> one.messageCount()).sum());
            assertEquals(waiting - count(SUSPENDED), queue.destinations().views(new SimTime().instant()).stream()
                    .mapToLong(one -> one.messages()).sum());
            assertEquals(List.of(), queue.damaged());
        }

        @Override
        public void close() throws IOException {
            queue.close();
            store.close();
        }
    }

    @BeforeEach
    void fill() throws Exception {
        try (var opened = Opened.at(directory, time)) {
            var connectors = new Connectors(opened.store(), time);
            connectors.change(now -> now.add(Connectors.fresh(OTHER, List.of(new DomainPattern.All()),
                    time.instant())));
            for (int half = 0; half < 2; half++) {
                LongQueue.fill(opened.store(), time, HALF, number -> "u%d@d%05d.test".formatted(number,
                        number % DOMAINS));
                time.advance(Duration.ofHours(1));
            }
        }
    }

    private interface Step {
        Object take() throws Exception;
    }

    private static void measured(String what, Object wanted, Step step) throws Exception {
        long began = System.nanoTime();
        Object result = step.take();
        System.out.printf(Locale.ROOT, "acts: %s: %.3f s%n", what, (System.nanoTime() - began) / 1e9);
        assertEquals(wanted, result, what);
    }

    private static String first(Opened opened, @Nullable String filter, @Nullable String order)
            throws ManagementException {
        return opened.plans().search(new MessageQuery(ALL, filter, order, MESSAGES)).findFirst().orElseThrow()
                .recipients().getFirst();
    }

    private static String traced(Trace trace, TraceQuery query) throws IOException {
        return trace.search(query).next().orElseThrow().recipient();
    }

    @Test
    void listsBeginAtOnceAndActsOnHalfOfItEndSoon() throws Exception {
        String last = "u%d@d%05d.test".formatted(HALF - 1, (HALF - 1) % DOMAINS);
        try (var opened = Opened.at(directory, time)) {
            opened.agrees();
            measured("first row of Get-Queue", "d00000.test", () -> opened.plans().search(QueueQuery.all()).findFirst()
                    .orElseThrow().nextHopDomain());
            measured("all of Get-Queue", (long) DOMAINS, () -> opened.plans().search(QueueQuery.all()).count());
            measured("Get-QueueDigest", 1, () -> opened.plans().digest(ALL, QueueQuery.DigestGroup.Status, false)
                    .size());
            measured("first row of Get-Message", true, () -> first(opened, ALL, AS_THEY_CAME).startsWith("u"));
            measured("first row of it by a filter of the tables", true,
                    () -> first(opened, old, AS_THEY_CAME).startsWith("u"));
            measured("first row of it where only few of the last are so", last,
                    () -> first(opened, "Recipients -eq '" + last
                            + "'", AS_THEY_CAME));
            measured("first row of it where none has the error", 0L, () -> opened.plans().search(MessageQuery.where(
                    "LastError -like '*no such error*'", MESSAGES)).count());
            measured("first row of it where none is suspended", 0L, () -> opened.plans().search(MessageQuery.where(
                    "Status -eq 'Suspended'", MESSAGES)).count());
            measured("first row of it in another order", true,
                    () -> first(opened, ALL, "-DateReceived").startsWith("u"));
            measured("all of Get-Message", (long) MESSAGES, () -> opened.plans().search(new MessageQuery(ALL, ALL,
                    AS_THEY_CAME, MESSAGES)).count());
            var trace = new Trace(opened.store());
            var all = TraceQuery.newest(Integer.MAX_VALUE);
            measured("first row of Get-MessageTrace", true, () -> traced(trace, all).startsWith("u"));
            measured("first row of it to one domain, of old mail", true,
                    () -> traced(trace, all.withRecipient("@d00000.test").withUntil(between)).endsWith("d00000.test"));
            measured("first row of it where one alone is so, of old mail", "u0@d00000.test",
                    () -> traced(trace, all.withRecipient("*u0@d00000.*").withUntil(between)));
            measured("first row of it where none is so", 0L,
                    () -> trace.search(all.withSubject("no such subject")).next().stream().count());
            measured("all of Get-MessageTrace", (long) MESSAGES, () -> {
                var search = trace.search(all);
                long rows = 0;
                while (search.next().isPresent())
                    rows++;
                return rows;
            });
            for (MessageAct act : List.of(new MessageAct.Suspend(), new MessageAct.Resume(),
                    new MessageAct.Redirect(OTHER), new MessageAct.Redirect("Default"), new MessageAct.Remove(false)))
                measured(act.cmdlet() + " of " + HALF, true, () -> {
                    opened.apply(act, old);
                    return true;
                });
            opened.agrees();
            assertEquals(HALF, opened.count(OWED));
        }
    }

    /// Acts, and says what it is about to do and what it has done.
    public static void main(String[] words) throws Exception {
        var time = new SimTime();
        time.advance(Duration.ofHours(2));
        try (var opened = Opened.at(Path.of(words[0]), time)) {
            var act = act(words[1]);
            System.out.println("begins");
            long began = System.nanoTime();
            opened.apply(act, words[2]);
            System.out.println(System.nanoTime() - began);
            while (true)
                LockSupport.park();
        }
    }

    private static MessageAct act(String name) {
        return switch (name) {
            case "suspend" -> new MessageAct.Suspend();
            case "resume" -> new MessageAct.Resume();
            case "remove" -> new MessageAct.Remove(false);
            default -> new MessageAct.Redirect(name);
        };
    }

    /// One process that is killed after that long at the most.
    ///
    /// @return how long its act took; -1 if it was not done when the process was killed
    private long killed(String act, long nanos) throws Exception {
        var process = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                LongActsTest.class.getName(), directory.toString(), act, old)
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try {
            assertEquals("begins", soon(CompletableFuture.supplyAsync(() -> line(process))));
            var done = CompletableFuture.supplyAsync(() -> line(process));
            if (nanos == Long.MAX_VALUE) return Long.parseLong(soon(done));
            long end = System.nanoTime() + nanos;
            while (System.nanoTime() < end)
                LockSupport.parkNanos(end - System.nanoTime());
            return done.isDone() ? Long.parseLong(done.join()) : -1;
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static String soon(CompletableFuture<String> line) throws Exception {
        return line.get(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS);
    }

    private static String line(Process process) {
        try {
            return String.valueOf(process.inputReader().readLine());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /// At moments that chance decides: whoever was told that it is done, it is, and else it is all or nothing.
    @Test
    void whoeverIsKilledInTheMidstHasDoneAllOrNothing() throws Exception {
        var random = new Random(SEED);
        long span = killed("suspend", Long.MAX_VALUE);
        int nothing = 0;
        long audited = 1;
        boolean suspended = true;
        boolean elsewhere = false;
        boolean removed = false;
        for (int kill = 0; kill < KILLS; kill++) {
            String act = removed || kill % 3 == 0
                    ? suspended ? "resume" : "suspend"
                    : kill % 3 == 1 ? elsewhere ? "Default" : OTHER : "remove";
            long took = killed(act, (long) (random.nextDouble() * 2 * span));
            try (var opened = Opened.at(directory, time)) {
                opened.agrees();
                long now = opened.count(AUDITED) - audited;
                assertTrue(now == 1 || now == 0 && took < 0, "told that it is done: " + took + " ns, audited: " + now);
                audited += now;
                if (now == 0) nothing++;
                else if (act.equals("remove")) removed = true;
                else if (act.equals("suspend") || act.equals("resume")) suspended = !suspended;
                else
                    elsewhere = !elsewhere;
                assertEquals(removed ? HALF : MESSAGES, opened.count(OWED), act);
                assertEquals(suspended && !removed ? HALF : 0, opened.count(SUSPENDED), act);
                assertEquals(elsewhere && !removed ? HALF : 0, opened.count(ELSEWHERE), act);
            }
            if (removed) break;
        }
        System.out.printf("acts: kills that left nothing of the act: %d, all of it: %d%n", nothing, audited - 1);
    }
}
