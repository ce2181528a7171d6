package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.alert.AlertQueries;
import org.sternpost.engine.control.Audit;
import org.sternpost.engine.evidence.EvidenceLog;
import org.sternpost.engine.evidence.Faults;
import org.sternpost.engine.evidence.RecentMail;
import org.sternpost.engine.evidence.Shadows;
import org.sternpost.engine.evidence.Verdicts;
import org.sternpost.engine.flow.Flows;
import org.sternpost.engine.flow.TlsInventory;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.mail.TraceQuery;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.MessageSelection;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.queue.QueueAdmin;
import org.sternpost.engine.queue.Trace;
import org.sternpost.engine.rollout.Rollouts;
import org.sternpost.engine.store.NewBody;
import org.sternpost.engine.store.SqlTexts;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.store.Store;
import org.sternpost.engine.store.StoreCondition;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tlsrpt.Aggregates;
import org.sternpost.engine.tlsrpt.Outbox;

/// No question that a cmdlet, or forgetting, can form looks at all rows of a table that grows with the mail.
class IndexesTest {

    /// Tables that may be looked at as a whole, and why.
    private static final Map<String, String> SMALL = new TreeMap<>(Map.of(
            "connector", "an administrator wrote its rows",
            "rollout", "an operator started each",
            "tls_exception", "an administrator wrote its rows",
            "suspended_destination", "an operator wrote its rows",
            "shadow_route", "at most 20,000 rows, and only of refused routes",
            "body USING COVERING INDEX sqlite_autoindex_body_1", "only what waits has a body",
            "owed", "the messages of what is in the index recipient_owed",
            "recipient USING COVERING INDEX recipient_suspended", "only what was set aside is in this index",
            "recipient USING INDEX recipient_owed", "only what waits is in this index",
            "recipient USING COVERING INDEX recipient_owed", "only what waits is in this index"));
    static {
        SMALL.put("alert_judged", "one row for each connector");
    }

    private static final Instant AT = Instant.parse("2026-11-27T10:00:00Z");
    private static final LocalDate DAY = LocalDate.parse("2026-11-27");
    private static final QueueId ID = new QueueId("01J9ZK3M5T00000C");
    private static final Domain DOMAIN = new Domain("example.org");

    @TempDir
    Path directory;
    private Explained store;
    private final SimTime time = new SimTime();

    @BeforeEach
    void open() throws IOException { store = new Explained(SqliteDatabase.open(directory, Engine.SCHEMA)); }

    @AfterEach
    void close() throws IOException { store.close(); }

    @Test
    void searchesOfTheTraceDo() throws IOException {
        var trace = new Trace(store);
        List<UnaryOperator<TraceQuery>> restrictions = List.of(query -> query.withSince(AT),
                query -> query.withUntil(AT), query -> query.withSender("a@example.org"),
                query -> query.withRecipient("@example.org"), query -> query.withMessageId("<1@example.org>"),
                query -> query.withId(ID.text()), query -> query.withStatus(TraceQuery.Status.Pending),
                query -> query.withConnector("Default"), query -> query.withSubject("word"));
        for (int set = 0; set < 1 << restrictions.size(); set++) {
            var query = TraceQuery.newest(10);
            for (int i = 0; i < restrictions.size(); i++)
                if (has(set, i)) query = restrictions.get(i).apply(query);
            trace.find(query);
        }
        trace.events(ID);
        assertIndexed(20);
    }

    @Test
    void waitingMailIsFoundAmongAllThatIsKept() throws IOException {
        var queue = Queue.recover(store, time);
        var admin = new QueueAdmin(store, queue, time);
        for (int set = 0; set < 1 << 2; set++)
            admin.messages(has(set, 0) ? Optional.of(ID) : Optional.empty(),
                    has(set, 1) ? Optional.of(new DestinationKey("Default", DOMAIN)) : Optional.empty(), 10);
        for (var selection : List.of(MessageSelection.ALL, MessageSelection.ALL.of(ID),
                MessageSelection.ALL.in(new DestinationKey("Default", DOMAIN))))
            admin.search(selection).next();
        admin.destinations();
        admin.acts().suspend(Set.of(ID), "ops", _ -> _ -> true);
        admin.retry(List.of(new DestinationKey("Default", DOMAIN)), _ -> true);
        assertIndexed(6);
    }

    @Test
    void whatAlertsLookAtEachMinuteIsFound() throws IOException {
        var mail = new RecentMail(store);
        mail.courses(AT);
        mail.outcomes("Default", AT, AT.plusSeconds(60));
        mail.history("Default", DOMAIN, DAY);
        new Faults(store, new EvidenceLog(store)).of("Default", DOMAIN, AT);
        AlertQueries.all(store, AT);
        assertIndexed(10);
    }

    @Test
    void evidenceVerdictsAndReportsAreFound() throws IOException {
        new EvidenceLog(store).of(ID);
        var verdicts = new Verdicts(store);
        for (int set = 0; set < 1 << Verdicts.Column.values().length; set++) {
            int columns = set;
            for (String connector : List.of("", "Default"))
                for (String domain : List.of("", "example.org"))
                    verdicts.counts(DAY, DAY, connector, domain, Arrays.stream(Verdicts.Column.values())
                            .filter(column -> has(columns, column.ordinal())).toList());
        }
        verdicts.counts(AT, AT.plus(Duration.ofDays(3)), "Default", "", List.of(Verdicts.Column.domain));
        verdicts.since(AT);
        verdicts.told(AT);
        verdicts.refused("Default", AT);
        verdicts.served("Default");
        Shadows shadows = verdicts.shadows();
        shadows.of(ID);
        shadows.since(AT);
        shadows.due(AT, 10);
        var look = new Shadows.Look(new Shadows.Route("Default", DOMAIN, 1), AT, Duration.ZERO);
        shadows.failedAgain(look, _ -> Duration.ofMinutes(15));
        shadows.undecided(look, _ -> Duration.ofMinutes(15));
        shadows.passedAgain(look);
        shadows.impossible(look);
        store.search(Aggregates.days(DAY, DAY, null, 10));
        store.search(Aggregates.days(DAY, DAY, DOMAIN, 10));
        store.search(Outbox.of(DOMAIN, DAY));
        var flows = new Flows(store, _ -> Optional.empty(), time);
        var days = new Flows.Days(DAY, DAY);
        for (String domain : List.of("", "example.org"))
            flows.all(days, domain);
        for (int set = 0; set < 1 << 3; set++) {
            int columns = set;
            flows.inventory(new TlsInventory(days, Arrays.stream(TlsInventory.Column.values())
                    .filter(column -> has(columns, column.ordinal())).toList(),
                    List.of(new TlsInventory.Only(TlsInventory.Column.Key, "RSA *")), Optional.of(false)));
        }
        flows.hosts(days);
        assertIndexed(36);
    }

    @Test
    void whatIsForgottenIsFoundByItsTime() throws IOException {
        new Trace(store).prune(AT);
        new EvidenceLog(store).prune(AT);
        new Verdicts(store).forgetCounts(DAY);
        Audit.prune(store, AT);
        Aggregates.forget(store, DAY);
        Outbox.forget(store, DAY);
        Flows.forget(store, DAY);
        Flows.forgetHosts(store, DAY);
        Rollouts.prune(store, AT);
        assertIndexed(12);
    }

    /// An index costs each row that it has; one that no statement goes along costs it for nothing.
    @Test
    void everyIndexIsNeededBySomeStatement() throws Exception {
        searchesOfTheTraceDo();
        waitingMailIsFoundAmongAllThatIsKept();
        evidenceVerdictsAndReportsAreFound();
        whatAlertsLookAtEachMinuteIsFound();
        whatIsForgottenIsFoundByItsTime();
        var said = new LinkedHashSet<>(store.seen);
        for (SqlTexts.Text text : SqlTexts.ofEngine())
            if (text.isWhole() && !text.isPartOf(Engine.SCHEMA)
                    && text.sql().matches("(?s)(SELECT|INSERT INTO|UPDATE|DELETE FROM).*"))
                said.add(text.sql());
        var indexes = new TreeSet<>(store.real.<List<String>>read(connection -> column(connection,
                "SELECT name FROM sqlite_master WHERE type = 'index' AND sql <> ''", "name")));
        assertFalse(indexes.isEmpty());
        for (String sql : said)
            for (String step : planned(sql))
                indexes.removeIf(index -> step.contains(" INDEX " + index + " ") || step.endsWith(" INDEX " + index));
        assertEquals(Set.of(), indexes);
    }

    private List<String> planned(String sql) throws IOException {
        return store.real.<List<String>>read(connection -> {
            try {
                return plan(connection, sql);
            } catch (SQLException partOfAnother) {
                return List.of();
            }
        });
    }

    private void assertIndexed(int atLeast) throws IOException {
        assertFalse(store.seen.size() < atLeast, "only " + store.seen.size() + " statements were seen");
        var scans = new ArrayList<String>();
        for (String sql : store.seen)
            for (String step : store.real.<List<String>>read(connection -> plan(connection, sql)))
                if (step.startsWith("SCAN ") && !isSmall(sql, step)) scans.add(step + ": " + sql);
        assertEquals(List.of(), scans);
    }

    private static boolean isSmall(String sql, String step) {
        String what = step.substring("SCAN ".length());
        // What another step of the same question has chosen is as small as that.
        if (what.matches("\\(.*|o|old|d|counts|latest|CONSTANT ROW|\\d+ CONSTANT ROWS?")) return true;
        return SMALL.keySet().stream().anyMatch(table -> what.equals(table) || sql.contains(" " + table + " " + what));
    }

    private static List<String> plan(Connection connection, String sql) throws SQLException {
        return column(connection, "EXPLAIN QUERY PLAN " + sql, "detail");
    }

    private static List<String> column(Connection connection, String sql, String column) throws SQLException {
        var values = new ArrayList<String>();
        try (PreparedStatement select = connection.prepareStatement(sql); var row = select.executeQuery()) {
            while (row.next())
                values.add(row.getString(column));
        }
        return values;
    }

    private static boolean has(int set, int element) { return (set >> element & 1) != 0; }

    /// A store that notes each statement.
    private static final class Explained implements Store {

        private final Store real;
        private final Set<String> seen = new LinkedHashSet<>();

        Explained(Store real) { this.real = real; }

        @Override
        public <T extends @Nullable Object> T write(Work<T> work) throws IOException { return real.write(noted(work)); }

        @Override
        public <T extends @Nullable Object> T read(Work<T> work) throws IOException { return real.read(noted(work)); }

        @Override
        public <T extends @Nullable Object> T search(Work<T> work) throws IOException {
            return real.search(noted(work));
        }

        @Override
        public <T extends @Nullable Object> T writeWithBodies(List<NewBody> bodies, BodyWork<T> work)
                throws IOException {
            return real.writeWithBodies(bodies, work);
        }

        @Override
        public long accept(Object key, NewBody body, Rows rows) throws IOException {
            return real.accept(key, body, rows);
        }

        @Override
        public void replay(Replay work) throws IOException { real.replay(work); }

        @Override
        public <T extends @Nullable Object> T settle(Object key, List<NewBody> bodies, SettleWork<T> work)
                throws IOException {
            return real.settle(key, bodies, work);
        }

        @Override
        public <T extends @Nullable Object> T readWritten(Work<T> work) throws IOException {
            return real.readWritten(noted(work));
        }

        @Override
        public void hurryBegins() { real.hurryBegins(); }

        @Override
        public void hurryEnds() { real.hurryEnds(); }

        @Override
        public InputStream openBody(long bodyId) throws IOException { return real.openBody(bodyId); }

        @Override
        public void forgetBody(Connection writing, long bodyId) throws SQLException {
            real.forgetBody(writing, bodyId);
        }

        @Override
        public void endRecipient(Connection writing, long bodyId, int recipient, int state) throws SQLException {
            real.endRecipient(writing, bodyId, recipient, state);
        }

        @Override
        public void compact() throws IOException { real.compact(); }

        @Override
        public StoreCondition condition() { return real.condition(); }

        @Override
        public long usableSpace() throws IOException { return real.usableSpace(); }

        @Override
        public void close() throws IOException { real.close(); }

        private <T extends @Nullable Object> Work<T> noted(Work<T> work) {
            return connection -> work.on((Connection) Proxy.newProxyInstance(Explained.class.getClassLoader(),
                    new Class<?>[]{Connection.class}, (_, method, arguments) -> {
                        if (method.getName().equals("prepareStatement")) seen.add((String) arguments[0]);
                        try {
                            return method.invoke(connection, arguments);
                        } catch (InvocationTargetException thrown) {
                            throw thrown.getCause();
                        }
                    }));
        }
    }
}
