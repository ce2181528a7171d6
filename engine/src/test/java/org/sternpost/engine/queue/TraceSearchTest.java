package org.sternpost.engine.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.mail.TraceCursor;
import org.sternpost.engine.mail.TraceQuery.Hosts;
import org.sternpost.engine.mail.TraceQuery.Status;
import org.sternpost.engine.mail.TraceQuery.SubjectMatch;
import org.sternpost.engine.mail.TraceQuery;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient.State;
import org.sternpost.engine.queue.TraceSearch.TraceRow;
import org.sternpost.engine.store.SqliteDatabase;

/// Steps find what one look at everything would have found.
class TraceSearchTest {

    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
    private static final int WIDE = 2 * TraceSearch.STEP_ROWS + 1;
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
                        + "(?,0,?,0,?,?,?,1,?,0,0,'',0,0)", id, received.toEpochMilli(), "S" + i % 7 + "@x.example",
                        "<" + i + "@x.example>", i % 1_000 == 0 ? "Rare 100% " + i : "plain",
                        "192.0.2." + i % 20 + (i % 2 == 0 ? " as shop" : ""));
                for (int r = 0; r <= i % 2; r++)
                    Tables.update(connection, "INSERT INTO recipient (message, position, local_part, domain, connector,"
                            + " state, attempts, due, notify_on, original, last_at, last_kind, code, host, address, "
                            + "tls, level, would_fail, detail) VALUES (?,?,?,?,?,?,0,0,'','',0,'SEND','','','','','',"
                            + "'','')", id, r, "User" + i % 3, i % 1_500 == 0 ? "rare.example" : "big.example",
                            i % 11 == 0 ? "Banks" : "Default", STATES.get((i + r) % STATES.size()));
            }
            // One with more recipients than a step may hold, in a moment with others.
            String wide = QueueId.fresh(START.plusSeconds(500), random).text();
            message(connection, wide, START.plusSeconds(500));
            for (int r = 0; r < WIDE; r++)
                Tables.update(connection, "INSERT INTO recipient (message, position, local_part, domain, connector,"
                        + " state, attempts, due, notify_on, original, last_at, last_kind, code, host, address, tls, "
                        + "level, would_fail, detail) VALUES (?,?,?,'wide.example','Default','Waiting',0,0,'','',0,"
                        + "'SEND','','','','','','','')", wide, r, "w" + r);
            return true;
        });
        all.addAll(rows(everything()));
    }

    private static void message(Connection connection, String id, Instant received) throws SQLException {
        Tables.update(connection, "INSERT INTO message (id, body, received, expires, sender, message_id, subject, size,"
                + " client, smtp_utf8, eight_bit, envelope_id, return_full, delay_told) VALUES (?,0,?,0,'<>','<w@x>',"
                + "'Für alle',1,'',0,0,'',0,0)", id, received.toEpochMilli());
    }

    @AfterEach
    void close() throws IOException { store.close(); }

    @Test
    void everyRowIsFoundOnceNewestFirst() {
        assertEquals(MESSAGES + MESSAGES / 2 + WIDE, all.size());
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
        same(everything().withSender("@x.example"), row -> row.sender().endsWith("@x.example"));
        same(everything().withRecipient("USER0@Rare.example"),
                row -> row.recipient().equals("User0@rare.example"));
        same(everything().withRecipient("@rare.example"),
                row -> row.recipient().endsWith("@rare.example"));
        same(everything().withRecipient("@example"), _ -> false);
        same(everything().withRecipient("@big.example").withStatus(Status.Pending).withConnector("banks"),
                row -> row.status().equals("Pending") && row.last().connector().equals("Banks")
                        && row.recipient().endsWith("@big.example"));
        same(everything().withSubject("100% "), row -> row.subject().contains("100% "));
        same(everything().withSubject("1007"), _ -> false);
        same(everything().withSender("<>"), row -> row.sender().equals("<>"));
    }

    @Test
    void severalOfAKindAndPatternsAreTakenTogether() throws IOException {
        same(everything().withStatus(Status.Failed, Status.Removed),
                row -> row.state() == State.Failed || row.state() == State.Removed);
        same(everything().withStatus(Status.GettingStatus), row -> row.state() == State.Waiting && row.attempts() == 0);
        same(everything().withStatus(Status.Suspended, Status.Delivered),
                row -> row.state() == State.Suspended || row.state() == State.Delivered);
        same(everything().withSender("s1@x.example", "s2@*"), row -> row.sender().matches("S[12]@x.example"));
        same(everything().withRecipient("u*0@big.example", "@rare.example"),
                row -> row.recipient().matches("User0@big.example|.*@rare.example"));
        same(everything().withRecipient("*@odd.example", "user1@rare.example"),
                row -> row.recipient().matches(".*@odd.example|User1@rare.example"));
        same(everything().withRecipient("w1*7@wide.example"), row -> row.recipient().matches("w1.*7@wide.example"));
        same(everything().withRecipient("*@*.example").withSubject("plain", SubjectMatch.StartsWith),
                row -> row.subject().equals("plain"));
        same(everything().withRecipient("u_er1@big.example"), _ -> false);
        same(everything().withSubject("rare 100%", SubjectMatch.StartsWith), row -> row.subject().startsWith("Rare"));
        same(everything().withSubject("000", SubjectMatch.EndsWith), row -> row.subject().endsWith("000"));
        same(everything().withSubject("100%", SubjectMatch.EndsWith), _ -> false);
        same(everything().withMessageId(all.get(7).internetMessageId(), all.get(9_000).internetMessageId()),
                row -> row.id().equals(all.get(7).id()) || row.id().equals(all.get(9_000).id()));
        same(everything().withHosts(new Hosts("192.0.2.1", null)), row -> row.client().equals("192.0.2.1"));
        same(everything().withHosts(new Hosts("192.0.2.2", null)), row -> row.client().equals("192.0.2.2 as shop"));
        same(everything().withHosts(new Hosts(null, "198.51.100.2")),
                row -> row.last().session().address().equals("198.51.100.2:25"));
    }

    /// Also within one moment and within one message with more recipients than a step holds.
    @Test
    void aSearchThatGoesOnLosesNoRowAndShowsNoneTwice() throws IOException {
        for (TraceQuery filter : List.of(everything(), everything().withUntil(START.plusSeconds(1_000)),
                everything().withStatus(Status.Pending, Status.Failed), everything().withRecipient("@big.example"),
                everything().withRecipient("@wide.example", "@rare.example", "user1@odd.example"),
                everything().withId(wide().text()), everything().withMessageId("<w@x>", "<7@x.example>"))) {
            List<TraceRow> expected = rows(filter);
            for (int page : new int[]{1, 997, TraceSearch.STEP_ROWS}) {
                if (expected.size() / page > 30) continue;
                var pages = new ArrayList<TraceRow>();
                for (List<TraceRow> rows = pages(filter, page); !rows.isEmpty();) {
                    pages.addAll(rows);
                    rows = pages(filter.withAfter(TraceCursor.of(rows.getLast().place().toString())), page);
                }
                assertEquals(keys(expected), keys(pages), filter + " by " + page);
            }
        }
    }

    @Test
    void whatArrivesMeanwhileMovesNoPage() throws IOException {
        var search = new Trace(store).search(everything());
        TraceRow first = search.next().orElseThrow();
        store.<Boolean>write(connection -> {
            message(connection, QueueId.fresh(first.received(), new Random(7)).text(), first.received().plusMillis(1));
            return true;
        });
        assertEquals(keys(all.subList(1, all.size())), keys(rows(everything().withAfter(first.place()))));
    }

    @Test
    void noStepHoldsMoreThanItMay() throws IOException {
        var counted = new AtomicInteger();
        var search = new TraceSearch(store, everything().withRecipient("@wide.example"));
        for (var row = search.next(); row.isPresent(); row = search.next()) {
            counted.incrementAndGet();
            assertTrue(search.held() < TraceSearch.STEP_ROWS);
        }
        assertEquals(WIDE, counted.get());
    }

    /// Who follows the trace is told by the one what a search finds by the other.
    @Test
    void rowsAreTestedAsTheyAreFound() throws IOException {
        for (TraceQuery filter : List.of(everything().withSender("s1@x.example", "S2@*"),
                everything().withRecipient("u*0@big.example", "@RARE.example"),
                everything().withRecipient("*1@o*d.example"),
                everything().withSubject("für", SubjectMatch.StartsWith), everything().withSubject("FÜR"),
                everything().withSubject("000", SubjectMatch.EndsWith), everything().withStatus(Status.GettingStatus),
                everything().withStatus(Status.Suspended, Status.Failed), everything().withConnector("bANKS"),
                everything().withHosts(new Hosts("192.0.2.2", "198.51.100.2")), everything().withId(wide().text()),
                everything().withMessageId("<8@x.example>"), everything().withSince(START.plusSeconds(900)),
                everything().withUntil(START.plusSeconds(900)), everything().withRecipient("*")))
            same(filter, new TraceFilter(filter)::test);
    }

    private QueueId wide() {
        return all.stream().filter(row -> row.recipient().endsWith("@wide.example")).findFirst().orElseThrow().id();
    }

    private List<TraceRow> pages(TraceQuery filter, int page) throws IOException {
        var rows = new ArrayList<TraceRow>();
        var search = new Trace(store).search(filter);
        for (int i = 0; i < page; i++)
            search.next().ifPresent(rows::add);
        return rows;
    }

    /// However many of those that are looked at next cannot be read.
    @Test
    void damagedRowsHideNoOthers() throws IOException {
        int damaged = 40;
        for (TraceRow one : all.subList(0, damaged))
            store.<Boolean>write(connection -> {
                Tables.update(connection, "UPDATE recipient SET state = 'Rubbish' WHERE message = ? AND position = ?",
                        one.id().text(), one.recipientIndex());
                return true;
            });
        for (int limit : List.of(1, 2, 39, 100))
            assertEquals(all.subList(damaged, damaged + limit), rows(TraceQuery.newest(limit)));
    }

    /// A place that no moment of the tables can have.
    @Test
    void aPlaceBeyondAllTimeIsRefusedInWords() {
        var no = assertThrows(IllegalArgumentException.class,
                () -> TraceCursor.of("+1000000000-01-01T00:00:00Z//0"));
        assertTrue(String.valueOf(no.getMessage()).contains("is no place in the trace"), no.getMessage());
    }

    @Test
    void anIdentityFindsItsMessageAlone() throws IOException {
        TraceRow one = all.get(5_000);
        String field = one.internetMessageId();
        for (String named : List.of(field, field.substring(1, field.length() - 1)))
            same(TraceQuery.newest(10).withMessageId(named), row -> row.id().equals(one.id()));
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
        assertEquals(all.subList(all.size() - rows(everything().withUntil(cut.reached())).size(), all.size()),
                rows(everything().withAfter(cut.place())));
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
        var sorted = keys(all.stream().filter(row -> row.recipient().endsWith("@big.example"))
                .sorted(Comparator.comparing(TraceRow::id).reversed().thenComparing(TraceRow::recipientIndex))
                .toList());
        var older = rows(everything().withRecipient("@big.example").withAfter(cut.place()));
        int looked = sorted.size() - older.size();
        assertEquals(sorted.subList(looked, sorted.size()), keys(older));
        assertTrue(looked >= TraceSearch.STEP_MESSAGES && !older.isEmpty());
        assertTrue(older.stream().allMatch(row -> row.received().isBefore(cut.reached())));
    }

    /// Short: all rows of a failure would be megabytes.
    private static List<String> keys(List<TraceRow> rows) {
        return rows.stream().map(row -> row.id() + "/" + row.recipientIndex()).toList();
    }

    private void same(TraceQuery filter, Predicate<TraceRow> wanted) throws IOException {
        var expected = all.stream().filter(wanted).map(TraceRow::toString).sorted().toList();
        assertEquals(expected, rows(filter).stream().map(TraceRow::toString).sorted().toList(), filter.toString());
    }

    private List<TraceRow> rows(TraceQuery filter) throws IOException { return new Trace(store).find(filter); }

    private static TraceQuery everything() { return TraceQuery.newest(100_000); }
}
