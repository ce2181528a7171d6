package org.sternpost.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.Changed;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.SampleConnector;
import org.sternpost.engine.connector.TlsOverride;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.delivery.AttemptResult.NextHop;
import org.sternpost.engine.delivery.DeliveryAgent.DestinationQueue;
import org.sternpost.engine.dsn.DsnWriter;
import org.sternpost.engine.evidence.EvidenceLog;
import org.sternpost.engine.evidence.Verdicts;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.BodyType;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Notify;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.Ret;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.report.AttemptStatistics;
import org.sternpost.engine.report.ShadowSchedule;
import org.sternpost.engine.schedule.Scheduler.AttemptListener;
import org.sternpost.engine.schedule.Scheduler.Limits;
import org.sternpost.engine.schedule.Scheduler;
import org.sternpost.engine.smtp.client.ScriptedHost;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.QuietTime;
import org.sternpost.engine.time.SimTime;

/// The same mail over two gateways, one that delivers whatever validation says and one that insists, to domains made
/// by a seed whose faults come and go: what readiness says of the first is what happens at the second, message for
/// message (docs/transport-security.md#mode-shadow). `-Dsternpost.worlds=10000` makes more of them.
class ForetoldFatesTest {

    private static final long SEED = 20_261_129;
    private static final int WORLDS = Integer.getInteger("sternpost.worlds", 500);
    private static final int WORLDS_A_HOST = 50;
    private static final Limits LIMITS = new Limits(8, 1,
            List.of(Duration.ofMinutes(5), Duration.ofMinutes(10), Duration.ofMinutes(20)), Duration.ofDays(1));
    private static final Duration WHOLE = Duration.ofHours(24);

    @TempDir
    Path directory;
    private final SimTime time = new SimTime();
    private final Instant start = time.instant();
    private final Map<Domain, MovingWorld> worlds = new HashMap<>();
    // Whose mail is tried at times that a silent host, or our own trouble, has set: for each of the gateways others.
    private final Set<Domain> otherTimes = ConcurrentHashMap.newKeySet();
    private final List<ScriptedHost> hosts = new ArrayList<>();

    @BeforeEach
    void open() throws Exception {
        for (int number = 0; number < WORLDS; number++) {
            var world = new MovingWorld(SEED + number, number, start, time);
            worlds.put(world.domain, world);
        }
        for (int i = 0; i <= WORLDS / WORLDS_A_HOST; i++)
            hosts.add(ScriptedHost.inClear().says("EHLO", "250-takes everything\r\n250-DSN\r\n250 REQUIRETLS"));
    }

    @AfterEach
    void close() throws Exception {
        for (ScriptedHost host : hosts)
            host.close();
    }

    /// What becomes of one message.
    ///
    /// @param how `Passed`, `Delayed`, `Returned`, or that nothing is said: of what is foretold alone
    private record Fate(Domain domain, String how, boolean delivered, Instant at) {

        boolean isSaid() { return !how.equals("Unsaid"); }

        /// @param timed the same at the same time
        boolean is(Fate other, boolean timed) {
            return delivered == other.delivered && (!timed || at.equals(other.at));
        }
    }

    @Test
    void whatReadinessSaysIsWhatEnabledDoes() throws Exception {
        try (var lax = new Gateway("lax", TlsValidation.Opportunistic);
                var strict = new Gateway("strict", TlsValidation.Enabled)) {
            day(lax, strict);
            Map<Integer, Fate> happened = strict.happened();
            var wrong = new ArrayList<String>();
            var kinds = new TreeMap<String, Integer>();
            lax.foretold().forEach((number, fate) -> {
                boolean timed = !otherTimes.contains(fate.domain());
                kinds.merge(fate.how() + (timed ? "" : ", at other times"), 1, Integer::sum);
                if (fate.isSaid() && !fate.is(happened.get(number), timed))
                    wrong.add(number + " foretold " + fate + ", happened " + happened.get(number));
            });
            System.out.println("fates of messages: " + kinds + ", foretold wrongly: " + wrong.size());
            assertEquals(List.of(), wrong, "the numbers are those of messages");
            for (String kind : List.of("Passed", "Delayed", "Returned"))
                assertTrue(kinds.getOrDefault(kind, 0) >= WORLDS / 20, kind + " of " + kinds);
        }
    }

    /// All that happens, in the order of its time.
    private void day(Gateway lax, Gateway strict) throws Exception {
        var mail = new TreeMap<Duration, List<MovingWorld.Mail>>();
        for (MovingWorld world : worlds.values())
            for (MovingWorld.Mail one : world.mail)
                mail.computeIfAbsent(one.after(), _ -> new ArrayList<>()).add(one);
        while (Duration.between(start, time.instant()).compareTo(WHOLE) < 0) {
            var now = mail.remove(Duration.between(start, time.instant()));
            if (now != null)
                for (MovingWorld.Mail one : now) {
                    lax.take(one);
                    strict.take(one);
                }
            lax.rest();
            strict.rest();
            lax.judge();
            if (mail.isEmpty() && lax.isDone() && strict.isDone()) return;
            time.advance(MovingWorld.STEP);
        }
        throw new AssertionError("mail waits that should have ended");
    }

    /// Queue, schedule, evidence and readiness as the engine has them; routes and hosts are those of the worlds.
    private final class Gateway implements AutoCloseable {

        private final QuietTime quiet = new QuietTime(time);
        private final SqliteDatabase database;
        private final Connectors connectors;
        private final Queue queue;
        private final Scheduler scheduler;
        private final Verdicts verdicts;
        private final ShadowSchedule shadows;
        private int taken;

        Gateway(String name, TlsValidation mode) throws Exception {
            database = SqliteDatabase.open(directory.resolve(name), Stream
                    .of(Queue.SCHEMA, Connectors.SCHEMA, EvidenceLog.SCHEMA).flatMap(List::stream).toList());
            connectors = new Connectors(database, time);
            for (TlsSettings floor : MovingWorld.FLOORS)
                route(floor.name().toLowerCase(Locale.ROOT), mode, floor);
            queue = Queue.recover(database, quiet);
            verdicts = new Verdicts(database);
            var statistics = new AttemptStatistics(new EvidenceLog(database), verdicts, LIMITS, time);
            scheduler = Scheduler.start(queue, connectors, this::serve, _ -> false, new DsnWriter("relay.example",
                    _ -> false, Doors.of(queue, WHOLE, quiet).acceptance()::admit, quiet),
                    List.<AttemptListener>of(statistics), LIMITS, quiet);
            var judged = new ThreadLocal<PlanWorld>(); // it is called at once, by who has judged
            shadows = new ShadowSchedule(verdicts.shadows(), connectors, new ShadowJudge((_, _, to) -> {
                judged.set(world(to));
                return judged.get().route;
            }, (_, step) -> judged.get().shown(step), time), LIMITS, time);
        }

        /// Half of the lax gateway's mail goes by a mode, half by exceptions from a strict one.
        private void route(String floor, TlsValidation mode, TlsSettings settings) throws IOException {
            for (String how : List.of("plain", "excepted")) {
                boolean excepts = how.equals("excepted") && mode != TlsValidation.Enabled;
                String name = floor + "-" + how;
                var connector = Changed.add(connectors, SampleConnector.serving(
                        SampleConnector.of(name, excepts ? TlsValidation.Enabled : mode, settings, 1),
                        "*." + floor + "." + how + ".test"));
                for (Domain domain : worlds.keySet())
                    if (excepts && domain.ascii().endsWith("." + floor + ".excepted.test"))
                        Changed.except(connectors, TlsOverride.of(connector.id(), domain, mode, "ordered", "ops",
                                "admin", start, start.plus(WHOLE)));
            }
        }

        void take(MovingWorld.Mail one) throws IOException {
            Doors.of(queue, connectors, one.life(), quiet).put("127.0.0.1",
                    new Envelope(ReversePath.of("m" + one.number() + "@home.example"),
                            List.of(new Recipient(Address.of("b@" + one.to()), Set.of(Notify.Never), "")),
                            new MailParameters(BodyType.SevenBit, false, Ret.None, "", one.wish())),
                    "Subject: x\r\n\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII));
            taken++;
        }

        /// Returns once nothing is under way and all of it is in the tables.
        void rest() throws Exception {
            quiet.await(() -> scheduler.sessions() == 0);
            Patience.until("all is settled", () -> queue.size() == waiting());
        }

        private long waiting() { return number("SELECT count(*) FROM recipient WHERE state = 'Waiting'"); }

        void judge() throws IOException {
            while (!verdicts.shadows().due(time.instant(), 1).isEmpty())
                shadows.judgeDue();
        }

        boolean isDone() {
            return waiting() == 0 && number("SELECT count(*) FROM shadow_mail WHERE fate = 'Open'") == 0;
        }

        private void serve(DestinationQueue destination) throws IOException {
            for (var next = destination.next(); next.isPresent(); next = destination.next())
                destination.settle(next.get(), attempt(next.get()));
        }

        private AttemptResult attempt(ClaimedDelivery mail) {
            PlanWorld world = world(mail.domain());
            var pool = new SessionPool(Cargo.REUSE, () -> true, _ -> {}, time);
            var sessions = new DestinationSessions(pool, time);
            int port = hosts.get(worlds.get(mail.domain()).number / WORLDS_A_HOST).port();
            var attempt = new DeliveryAttempt(mail, (step, _, _) -> world.connection(step, port, time), sessions,
                    new EvidenceRecorder(mail, new RefusedHosts(Cargo.REUSE.idle(), time), time), () -> true)
                    .carry(world.route).alone(mail);
            if (attempt.nextHop() instanceof NextHop.Silent
                    || attempt.outcomes().get(0) instanceof Outcome.Deferred later && later.isOurs())
                otherTimes.add(mail.domain());
            sessions.endAttempt();
            sessions.end();
            pool.close();
            return attempt;
        }

        private PlanWorld world(Domain domain) { return worlds.get(domain).at(time.instant()); }

        /// What readiness says of each message.
        Map<Integer, Fate> foretold() throws IOException {
            return fates("v.judged, v.reason, s.fate, s.until", "LEFT JOIN verdict v ON v.message = m.id LEFT JOIN "
                    + "shadow_mail s ON s.message = m.id", (row, so) -> {
                        if (!row.getBoolean("judged")) return new Fate(so.domain(), "Unsaid", false, start);
                        if (row.getString("reason").isEmpty())
                            return new Fate(so.domain(), "Passed", so.delivered(), so.at());
                        return switch (Optional.ofNullable(row.getString("fate")).orElse("")) {
                            case "Delayed" -> new Fate(so.domain(), "Delayed", true, at(row, "until"));
                            case "Returned" -> new Fate(so.domain(), "Returned", false, at(row, "until"));
                            default ->
                                new Fate(so.domain(), so.delivered() ? "Unsaid" : "Returned", false, so.at());
                        };
                    });
        }

        Map<Integer, Fate> happened() throws IOException { return fates("0", "", (_, so) -> so); }

        private interface Reader {
            Fate of(ResultSet row, Fate happened) throws SQLException;
        }

        private Map<Integer, Fate> fates(String columns, String joins, Reader reader) throws IOException {
            return database.<Map<Integer, Fate>>read(connection -> {
                var fates = new TreeMap<Integer, Fate>();
                try (var select = connection
                        .prepareStatement("SELECT m.sender, r.domain, r.state, r.last_at, " + columns
                                + " FROM message m JOIN recipient r ON r.message = m.id " + joins);
                        ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        String sender = row.getString("sender");
                        var so = new Fate(Domain.of(row.getString("domain")), "", row.getString("state")
                                .equals("Delivered"), at(row, "last_at"));
                        fates.put(Integer.parseInt(sender.substring(1, sender.indexOf('@'))), reader.of(row, so));
                    }
                }
                assertEquals(taken, fates.size());
                return fates;
            });
        }

        private static Instant at(ResultSet row, String column) throws SQLException {
            return Instant.ofEpochMilli(row.getLong(column));
        }

        private long number(String sql) {
            try {
                return database.<Long>read(connection -> {
                    try (var select = connection.prepareStatement(sql); ResultSet row = select.executeQuery()) {
                        row.next();
                        return row.getLong(1);
                    }
                });
            } catch (IOException broken) {
                throw new AssertionError(broken);
            }
        }

        @Override
        public void close() throws IOException {
            scheduler.close();
            database.close();
        }
    }
}
