package org.sternpost.engine.flow;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sternpost.engine.flow.Flows.Days;
import org.sternpost.engine.flow.Flows.Flow;
import org.sternpost.engine.flow.Flows.Sender;
import org.sternpost.engine.store.Database;

/// What is added to the sums of one day, connector and domain.
public record FlowCount(Key key, Sums sums, long last) implements Database.Addition {

    static final List<String> SCHEMA = List.of("""
            CREATE TABLE IF NOT EXISTS flow_count (
              day TEXT NOT NULL, connector TEXT NOT NULL, domain TEXT NOT NULL, messages BIGINT NOT NULL,
              octets BIGINT NOT NULL, tls BIGINT NOT NULL, tls13 BIGINT NOT NULL, tls12 BIGINT NOT NULL,
              pq BIGINT NOT NULL, looked BIGINT NOT NULL, judged BIGINT NOT NULL, dane BIGINT NOT NULL,
              sts BIGINT NOT NULL, proven BIGINT NOT NULL, refused BIGINT NOT NULL, last_seen BIGINT NOT NULL,
              PRIMARY KEY (day, connector, domain))""", """
            CREATE TABLE IF NOT EXISTS flow_sender (
              day TEXT NOT NULL, connector TEXT NOT NULL, domain TEXT NOT NULL, sender TEXT NOT NULL,
              messages BIGINT NOT NULL, octets BIGINT NOT NULL, PRIMARY KEY (day, connector, domain, sender))""");

    /// Sender domains that are told apart of one day, connector and domain.
    public static final int SENDERS_MAX = 32;

    static final String NULL_SENDER = "<>";
    private static final String OTHERS = "*";
    private static final String IN_DAYS = " WHERE day >= ? AND day <= ? AND (? = '' OR domain = ?)";

    /// @param connector its identity
    record Key(String day, String connector, String domain) {}

    record SenderKey(String day, String connector, String domain, String sender) {}

    /// Of messages that were delivered, unless it says otherwise.
    ///
    /// @param octets of their contents
    /// @param pq     with a key exchange that is post-quantum
    public record Sums(long messages, long octets, long tls, long tls13, long tls12, long pq, Published published) {

        static final Sums NOTHING = new Sums(0, 0, 0, 0, 0, 0, Published.NOTHING);

        boolean isNothing() { return messages == 0 && published.looked() == 0; }

        Sums with(Sums more) {
            return new Sums(messages + more.messages, octets + more.octets, tls + more.tls, tls13 + more.tls13,
                    tls12 + more.tls12, pq + more.pq, published.plus(more.published));
        }

        Sums with(Published more) { return with(new Sums(0, 0, 0, 0, 0, 0, more)); }
    }

    /// Of messages whose domain was looked at, counted with their first attempt.
    ///
    /// @param looked  DANE and MTA-STS were looked for
    /// @param judged  of these, it is known what `Enabled` makes of them
    /// @param dane    usable TLSA records were seen
    /// @param sts     a policy was seen, in `enforce` or `testing`
    /// @param proven  by either, as `Mandatory` asks for
    /// @param refused by `Enabled`
    public record Published(long looked, long judged, long dane, long sts, long proven, long refused) {

        static final Published NOTHING = new Published(0, 0, 0, 0, 0, 0);

        Published plus(Published more) {
            return new Published(looked + more.looked, judged + more.judged, dane + more.dane, sts + more.sts,
                    proven + more.proven, refused + more.refused);
        }
    }

    @Override
    public Database.Addition plus(Database.Addition other) {
        var more = (FlowCount) other;
        return new FlowCount(key, sums.with(more.sums), Math.max(last, more.last));
    }

    @Override
    public void write(Connection connection) throws SQLException {
        try (PreparedStatement put = connection.prepareStatement("INSERT INTO flow_count (day, connector, domain, "
                + "messages, octets, tls, tls13, tls12, pq, looked, judged, dane, sts, proven, refused, last_seen) "
                + "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (day, connector, domain) DO UPDATE SET "
                + "messages = flow_count.messages + excluded.messages, octets = flow_count.octets + excluded.octets, "
                + "tls = flow_count.tls + excluded.tls, tls13 = flow_count.tls13 + excluded.tls13, "
                + "tls12 = flow_count.tls12 + excluded.tls12, pq = flow_count.pq + excluded.pq, "
                + "looked = flow_count.looked + excluded.looked, judged = flow_count.judged + excluded.judged, "
                + "dane = flow_count.dane + excluded.dane, sts = flow_count.sts + excluded.sts, "
                + "proven = flow_count.proven + excluded.proven, refused = flow_count.refused + excluded.refused, "
                + "last_seen = CASE WHEN flow_count.last_seen < excluded.last_seen THEN excluded.last_seen ELSE "
                + "flow_count.last_seen END")) {
            put.setString(1, key.day());
            put.setString(2, key.connector());
            put.setString(3, key.domain());
            Published seen = sums.published();
            long[] values = {sums.messages(), sums.octets(), sums.tls(), sums.tls13(), sums.tls12(), sums.pq(),
                    seen.looked(), seen.judged(), seen.dane(), seen.sts(), seen.proven(), seen.refused(), last};
            for (int i = 0; i < values.length; i++)
                put.setLong(4 + i, values[i]);
            put.executeUpdate();
        }
    }

    /// What is added to one sender's share of them.
    record OfSender(SenderKey key, long messages, long octets) implements Database.Addition {

        @Override
        public Database.Addition plus(Database.Addition other) {
            var more = (OfSender) other;
            return new OfSender(key, messages + more.messages, octets + more.octets);
        }

        /// Whoever sends from ever new domains is counted with others: a row for each would grow without end.
        @Override
        public void write(Connection connection) throws SQLException {
            if (update(connection, key.sender())) return;
            try (PreparedStatement put = connection.prepareStatement("INSERT INTO flow_sender (day, connector, domain, "
                    + "sender, messages, octets) SELECT ?, ?, ?, ?, ?, ? WHERE (SELECT count(*) FROM flow_sender WHERE "
                    + "day = ? AND connector = ? AND domain = ?) < ?")) {
                set(put, key.sender());
                put.setString(7, key.day());
                put.setString(8, key.connector());
                put.setString(9, key.domain());
                put.setLong(10, SENDERS_MAX);
                if (put.executeUpdate() > 0 || update(connection, OTHERS)) return;
            }
            try (PreparedStatement put = connection.prepareStatement("INSERT INTO flow_sender (day, connector, domain, "
                    + "sender, messages, octets) VALUES (?,?,?,?,?,?)")) {
                set(put, OTHERS);
                put.executeUpdate();
            }
        }

        private boolean update(Connection connection, String sender) throws SQLException {
            try (PreparedStatement put = connection.prepareStatement("UPDATE flow_sender SET messages = messages + ?, "
                    + "octets = octets + ? WHERE day = ? AND connector = ? AND domain = ? AND sender = ?")) {
                put.setLong(1, messages);
                put.setLong(2, octets);
                put.setString(3, key.day());
                put.setString(4, key.connector());
                put.setString(5, key.domain());
                put.setString(6, sender);
                return put.executeUpdate() > 0;
            }
        }

        private void set(PreparedStatement put, String sender) throws SQLException {
            put.setString(1, key.day());
            put.setString(2, key.connector());
            put.setString(3, key.domain());
            put.setString(4, sender);
            put.setLong(5, messages);
            put.setLong(6, octets);
        }
    }

    private record Place(String connector, String domain) {}

    static List<Flow> read(Connection connection, Days days, String domain) throws SQLException {
        var senders = new HashMap<Place, List<Sender>>();
        try (PreparedStatement select = connection.prepareStatement("SELECT connector, domain, sender, sum(messages) "
                + "FROM flow_sender" + IN_DAYS + " GROUP BY connector, domain, sender ORDER BY connector, domain, "
                + "sum(messages) DESC, sender")) {
            restrict(select, days, domain);
            try (ResultSet row = select.executeQuery()) {
                while (row.next())
                    senders.computeIfAbsent(new Place(row.getString(1), row.getString(2)), _ -> new ArrayList<>())
                            .add(new Sender(row.getString(3), row.getLong(4)));
            }
        }
        try (PreparedStatement select = connection.prepareStatement("SELECT connector, domain, sum(messages), "
                + "sum(octets), sum(tls), sum(tls13), sum(tls12), sum(pq), sum(looked), sum(judged), sum(dane), "
                + "sum(sts), sum(proven), sum(refused), max(last_seen) FROM flow_count" + IN_DAYS
                + " GROUP BY connector, domain ORDER BY sum(messages) DESC, connector, domain")) {
            restrict(select, days, domain);
            try (ResultSet row = select.executeQuery()) {
                var all = new ArrayList<Flow>();
                while (row.next())
                    all.add(flow(row, senders));
                return all;
            }
        }
    }

    private static void restrict(PreparedStatement select, Days days, String domain) throws SQLException {
        select.setString(1, days.from().toString());
        select.setString(2, days.to().toString());
        select.setString(3, domain);
        select.setString(4, domain);
    }

    private static Flow flow(ResultSet row, Map<Place, List<Sender>> senders) throws SQLException {
        List<Sender> of = senders.getOrDefault(new Place(row.getString(1), row.getString(2)), List.of());
        return new Flow(row.getString(1), row.getString(2),
                new Sums(row.getLong(3), row.getLong(4), row.getLong(5), row.getLong(6), row.getLong(7), row.getLong(8),
                        new Published(row.getLong(9), row.getLong(10), row.getLong(11), row.getLong(12),
                                row.getLong(13), row.getLong(14))),
                Instant.ofEpochMilli(row.getLong(15)),
                of.stream().filter(one -> !one.domain().equals(OTHERS)).toList(),
                of.stream().filter(one -> one.domain().equals(OTHERS)).mapToLong(Sender::messages).sum());
    }

    static void forget(Database database, LocalDate before) throws IOException {
        database.writeInSteps(connection -> {
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM flow_count WHERE (day, connector, "
                    + "domain) IN (SELECT day, connector, domain FROM flow_count WHERE day < ? LIMIT "
                    + Database.STEP_ROWS + ")")) {
                delete.setString(1, before.toString());
                return delete.executeUpdate();
            }
        });
        database.writeInSteps(connection -> {
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM flow_sender WHERE (day, "
                    + "connector, domain, sender) IN (SELECT day, connector, domain, sender FROM flow_sender WHERE "
                    + "day < ? LIMIT " + Database.STEP_ROWS + ")")) {
                delete.setString(1, before.toString());
                return delete.executeUpdate();
            }
        });
    }
}
