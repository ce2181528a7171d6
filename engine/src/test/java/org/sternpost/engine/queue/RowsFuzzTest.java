package org.sternpost.engine.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.store.Columns;
import org.sternpost.engine.store.Columns.DamagedRowException;

/// Any values as the rows of queue and trace.
class RowsFuzzTest {

    private static final String ID = QueueId.of(1, 1).text();

    /// Of each column something that it may hold, so that a search gets past the others.
    private static final Map<String, List<String>> MESSAGE = Map.ofEntries(
            Map.entry("id", List.of(ID, "x")), Map.entry("body", List.of("1")),
            Map.entry("received", List.of("1790000000000")), Map.entry("expires", List.of("1790000000000")),
            Map.entry("sender", List.of("", "a@example.org", "<>")), Map.entry("message_id", List.of("<a@b>")),
            Map.entry("subject", List.of("x")), Map.entry("size", List.of("100")),
            Map.entry("client", List.of("192.0.2.1")), Map.entry("smtp_utf8", List.of("0", "1")),
            Map.entry("eight_bit", List.of("0", "1")), Map.entry("envelope_id", List.of("", "e1")),
            Map.entry("return_full", List.of("0", "1", "2")), Map.entry("delay_told", List.of("0", "1")),
            Map.entry("tls_wish", List.of("None", "Required")));
    private static final Map<String, List<String>> EVENT = Map.ofEntries(Map.entry("position", List.of("0")),
            Map.entry("at", List.of("1790000000000")), Map.entry("kind", List.of("SEND", "DEFER", "FAIL")),
            Map.entry("connector", List.of("Default")), Map.entry("code", List.of("", "4.7.1", "5.1.1")),
            Map.entry("host", List.of("mx.example.org")), Map.entry("address", List.of("192.0.2.1:25")),
            Map.entry("tls", List.of("", "TLSv1.3")), Map.entry("level", List.of("", "Dane")),
            Map.entry("would_fail", List.of("", "TLSA_INVALID")), Map.entry("detail", List.of("said no")),
            Map.entry("reason", List.of("", "TLSA_INVALID")), Map.entry("reply", List.of("0", "550")),
            Map.entry("owner", List.of("", "RECIPIENT", "OURS")), Map.entry("remedy", List.of("", "repair it")),
            Map.entry("last_code", List.of("4.7.1")), Map.entry("would_sentence", List.of("", "no")),
            Map.entry("would_owner", List.of("", "RECIPIENT")), Map.entry("would_remedy", List.of("", "repair it")));
    private static final Map<String, List<String>> RECIPIENT = Map.ofEntries(
            Map.entry("message", List.of(ID)), Map.entry("position", List.of("0")),
            Map.entry("local_part", List.of("b")), Map.entry("domain", List.of("example.org")),
            Map.entry("connector", List.of("Default")), Map.entry("rule", List.of("", "banks")),
            Map.entry("state", List.of("Waiting", "Suspended", "Delivered")), Map.entry("attempts", List.of("1")),
            Map.entry("due", List.of("1790000000000")), Map.entry("notify_on", List.of("", "Failure,Success")),
            Map.entry("original", List.of("", "rfc822;b@example.org")), Map.entry("defects", List.of("0")),
            Map.entry("code", List.of("", "4.7.1")), Map.entry("reply", List.of("0", "450")),
            Map.entry("reason", List.of("")), Map.entry("detail", List.of("later")),
            Map.entry("owner", List.of("")), Map.entry("remedy", List.of("")), Map.entry("last_code", List.of("")),
            Map.entry("last_at", List.of("1790000000000")), Map.entry("last_kind", List.of("RECEIVE", "DEFER")),
            Map.entry("host", List.of("", "mx.example.org")), Map.entry("delay_told", List.of("0", "1")));

    private interface Reading<T> {
        T of(ResultSet row) throws SQLException;
    }

    /// A row is a message, or it is named with the column that makes it none.
    @FuzzTest
    void aMessageIsReadOrItsRowIsNamed(FuzzedDataProvider data) throws SQLException {
        read(MESSAGE, data, Tables::stored);
    }

    @FuzzTest
    void aRecipientIsReadOrItsRowIsNamed(FuzzedDataProvider data) throws SQLException {
        read(RECIPIENT, data, Tables::recipient);
    }

    /// What an event says is the same when it is kept again.
    @FuzzTest
    void anEventIsReadOrItsRowIsNamed(FuzzedDataProvider data) throws SQLException {
        Optional<TraceEvent> event = read(EVENT, data, RowsFuzzTest::event);
        if (event.isEmpty()) return;
        try (Connection tables = DriverManager.getConnection("jdbc:sqlite::memory:");
                var statement = tables.createStatement()) {
            statement.execute("CREATE TABLE trace_event (message TEXT NOT NULL, "
                    + String.join(" TEXT, ", EVENT.keySet()) + " TEXT)");
            Tables.insert(tables, "m", event.get());
            try (var row = statement.executeQuery("SELECT * FROM trace_event")) {
                assertTrue(row.next());
                assertEquals(event.get(), event(row));
            }
        }
    }

    private static TraceEvent event(ResultSet row) throws SQLException {
        return Tables.event(new Columns(row, _ -> "table trace_event"), "at", "kind");
    }

    private static <T> Optional<T> read(Map<String, List<String>> columns, FuzzedDataProvider data, Reading<T> reading)
            throws SQLException {
        List<String> names = columns.keySet().stream().sorted().toList();
        var sql = new StringBuilder("SELECT ");
        for (String name : names)
            sql.append(sql.length() > 7 ? ", " : "").append("? AS ").append(name);
        try (Connection tables = DriverManager.getConnection("jdbc:sqlite::memory:");
                var query = tables.prepareStatement(sql.toString())) {
            for (int i = 0; i < names.size(); i++)
                query.setObject(i + 1, value(columns.get(names.get(i)), data));
            try (var row = query.executeQuery()) {
                assertTrue(row.next());
                return Optional.of(reading.of(row));
            } catch (DamagedRowException named) {
                assertTrue(String.valueOf(named.getMessage()).startsWith("table "), named.getMessage());
                return Optional.empty();
            }
        }
    }

    private static @Nullable Object value(@Nullable List<String> known, FuzzedDataProvider data) {
        if (known == null) throw new IllegalStateException();
        return switch (data.consumeInt(0, 15)) {
            case 0 -> null;
            case 1 -> data.consumeString(40);
            case 2 -> data.consumeLong();
            case 3 -> data.consumeBytes(8);
            default -> known.get(data.consumeInt(0, known.size() - 1));
        };
    }
}
