package org.sternpost.engine.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.mail.TraceQuery;
import org.sternpost.engine.queue.TraceSearch.TraceRow;
import org.sternpost.engine.store.SqliteDatabase;

/// Steps find what one look at everything would have found.
class TraceSearchTest {

    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
    private static final int MESSAGES = 2 * TraceSearch.STEP_MESSAGES + 500;
    private static final List<String> STATES = List.of("Waiting", "Suspended", "Delivered", "Failed", "Removed");

    @TempDir
    Path directory;
    private final List<TraceRow> all = new ArrayList<>();
    private SqliteDatabase store;

    @BeforeEach
    void fill() throws IOException {
        store = SqliteDatabase.open(directory, Queue.SCHEMA);
        store.<Boolean>write(connection -> {
            var random = new Random(1);
            for (int i = 0; i < MESSAGES; i++) {
                // Several are received within one millisecond, and ids are older than the receipt.
                Instant received = START.plusMillis(i / 3 * 1_000L);
                String id = QueueId.fresh(received.minusMillis(random.nextInt(100)), random).text();
                Tables.update(connection, "INSERT INTO message (id, body, received, expires, sender, message_id, "
                        + "subject, size, client, smtp_utf8, eight_bit, envelope_id, return_full, delay_told) VALUES "
                        + "(?,0,?,0,?,?,?,1,'',0,0,'',0,0)", id, received.toEpochMilli(), "S" + i % 7 + "@x.example",
                        "<" + i + "@x.example>", i % 1_000 == 0 ? "Rare 100% " + i : "plain");
                for (int r = 0; r <= i % 2; r++)
                    Tables.update(connection, "INSERT INTO recipient (message, position, local_part, domain, connector,"
                            + " state, attempts, due, notify_on, original, last_at, last_kind, code, host, address, "
                            + "tls, level, would_fail, detail) VALUES (?,?,?,?,?,?,0,0,'','',0,'SEND','','','','','',"
                            + "'','')", id, r, "User" + i % 3, i % 1_500 == 0 ? "rare.example" : "big.example",
                            i % 11 == 0 ? "Banks" : "Default", STATES.get((i + r) % STATES.size()));
            }
            return true;
        });
        all.addAll(rows(everything()));
    }

    @AfterEach
    void close() throws IOException { store.close(); }

    @Test
    void everyRowIsFoundOnceNewestFirst() {
        assertEquals(MESSAGES + MESSAGES / 2, all.size());
        assertEquals(all.size(), all.stream().map(row -> row.id() + "/" + row.recipientIndex()).distinct().count());
        assertEquals(all.stream().sorted(Comparator.comparing(TraceRow::received).reversed()).toList(), all);
    }

    @Test
    void eachFilterKeepsWhatItSays() throws IOException {
        Instant from = START.plusSeconds(1_000);
        Instant to = START.plusSeconds(2_500);
        same(everything().withSince(from), row -> !row.received().isBefore(from));
        same(everything().withUntil(to), row -> row.received().isBefore(to));
        same(everything().withSince(from).withUntil(to).withRecipient("@big.example"),
                row -> !row.received().isBefore(from)
                        && row.received().isBefore(to) && row.recipient().endsWith("@big.example"));
        same(everything().withSender("s3@X.example"),
                row -> row.sender().equals("S3@x.example"));
        same(everything().withSender("@x.example"), _ -> true);
        same(everything().withRecipient("USER0@Rare.example"),
                row -> row.recipient().equals("User0@rare.example"));
        same(everything().withRecipient("@rare.example"),
                row -> row.recipient().endsWith("@rare.example"));
        same(everything().withRecipient("@example"), _ -> false);
        same(everything().withRecipient("@big.example").withStatus("Pending").withConnector("banks"),
                row -> row.status().equals("Pending") && row.last().connector().equals("Banks")
                        && row.recipient().endsWith("@big.example"));
        same(everything().withSubject("100% "), row -> row.subject().contains("100% "));
        same(everything().withSubject("1007"), _ -> false);
    }

    @Test
    void anIdentityFindsItsMessageAlone() throws IOException {
        TraceRow one = all.get(5_000);
        same(TraceQuery.newest(10).withMessageId(one.internetMessageId()),
                row -> row.id().equals(one.id()));
        same(TraceSearch.of(one.id()),
                row -> row.id().equals(one.id()));
    }

    @Test
    void rowsAreLimitedAlsoAcrossSteps() throws IOException {
        for (int limit : new int[]{0, 1, TraceSearch.STEP_MESSAGES, TraceSearch.STEP_MESSAGES * 2 + 1})
            assertEquals(all.subList(0, limit),
                    rows(TraceQuery.newest(limit)));
    }

    @Test
    void aSearchThatLooksAtTooMuchSaysWhereItEnded() throws IOException {
        var search = new TraceSearch(store, TraceQuery.newest(10).withSubject("nowhere"),
                TraceSearch.STEP_MESSAGES);
        var cut = assertThrows(SearchCutException.class, search::next);
        assertEquals(TraceSearch.STEP_MESSAGES, cut.looked());
        // Asked again from there on, nothing is left out.
        var older = rows(everything().withUntil(cut.reached()));
        var newer = rows(everything().withSince(cut.reached()));
        assertTrue(newer.size() >= TraceSearch.STEP_MESSAGES);
        newer.addAll(older);
        assertEquals(all, newer);
    }

    @Test
    void whatASearchByDomainDidNotLookAtIsOlderThanItSays() throws IOException {
        var search = new TraceSearch(store, TraceQuery.newest(10).withRecipient("@big.example").withSubject("nowhere"),
                TraceSearch.STEP_MESSAGES);
        var cut = assertThrows(SearchCutException.class, search::next);
        var older = all.stream().filter(row -> row.recipient().endsWith("@big.example"))
                .sorted(Comparator.comparing(TraceRow::id).reversed()).skip(TraceSearch.STEP_MESSAGES).toList();
        assertTrue(older.size() > 0 && older.stream().allMatch(row -> row.received().isBefore(cut.reached())));
    }

    private void same(TraceQuery filter, Predicate<TraceRow> wanted) throws IOException {
        var expected = all.stream().filter(wanted).map(TraceRow::toString).sorted().toList();
        assertEquals(expected, rows(filter).stream().map(TraceRow::toString).sorted().toList(), filter.toString());
    }

    private List<TraceRow> rows(TraceQuery filter) throws IOException { return new Trace(store).find(filter); }

    private static TraceQuery everything() { return TraceQuery.newest(100_000); }
}
