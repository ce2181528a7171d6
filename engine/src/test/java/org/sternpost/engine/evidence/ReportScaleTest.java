package org.sternpost.engine.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.evidence.Verdicts.Column;
import org.sternpost.engine.evidence.Verdicts.Counted;
import org.sternpost.engine.evidence.Verdicts.Tally;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Reason;

/// Reports of a month of mail, counted exactly however they are asked for; and how long that takes, which is printed.
///
/// `-Dreport.deliveries=10000000` is a month of a large gateway.
@Timeout(1800)
class ReportScaleTest {

    private static final long DELIVERIES = Long.getLong("report.deliveries", 30_000);
    private static final long DAYS = 30;
    private static final long DOMAINS = 2_000;
    private static final LocalDate FIRST = LocalDate.parse("2026-10-01");
    private static final Instant FROM = FIRST.atStartOfDay(ZoneOffset.UTC).toInstant();
    private static final Instant UNTIL = FROM.plus(Duration.ofDays(DAYS));

    @TempDir
    Path directory;
    private SqliteDatabase database;
    private Verdicts verdicts;

    @BeforeEach
    void open() throws Exception {
        database = SqliteDatabase.open(directory, EvidenceLog.SCHEMA);
        verdicts = new Verdicts(database);
    }

    @AfterEach
    void close() throws Exception { database.close(); }

    @Test
    void aMonthIsCountedExactlyHoweverItIsAskedFor() throws Exception {
        long started = System.nanoTime();
        long all = fill();
        System.out.printf("%,d deliveries to %,d domains in %d days, summed up in %.1f s%n", all, DOMAINS, DAYS,
                seconds(started));
        for (int domain = 0; domain < 200; domain++)
            database.write(verdicts.tell(FROM, "Default", Domain.of("d" + domain + ".example"),
                    new Failure(Reason.TLSA_INVALID, "seen", "mend it")));
        for (List<Column> by : List.of(List.<Column>of(), List.of(Column.connector), List.of(Column.day),
                List.of(Column.domain), List.of(Column.domain, Column.reason), List.of(Column.hour),
                List.of(Column.day, Column.connector, Column.domain, Column.reason))) {
            timed("30 days by " + by, all, FROM, UNTIL, by);
            timed("30 days less the first half day by " + by, all - half(), FROM.plus(
                    Duration.ofHours(12)), UNTIL, by);
        }
        started = System.nanoTime();
        assertEquals(200, verdicts.told(FROM).size());
        System.out.printf("what was said last: %.3f s%n", seconds(started));
        long rounds = Math.max(200, DELIVERIES / 1_000);
        started = System.nanoTime();
        for (long round = 0; round < rounds; round += 8) {
            long from = round;
            database.<@Nullable Void>write(connection -> {
                for (long i = from; i < from + 8; i++)
                    verdicts.count(UNTIL.plusMillis(i * 150), "Default", Domain.of("d" + i * 37 % DOMAINS + ".example"),
                            "", new Tally(1, 0, 0, 0, new Tally.Levels(1, 0, 0, 0), Delays.of(Duration.ofMillis(i), 1)),
                            0).on(connection);
                return null;
            });
        }
        System.out.printf("%,d further ones counted, 8 in a transaction: %.0f µs each, the transaction included%n",
                rounds, seconds(started) * 1e6 / rounds);
    }

    private void timed(String what, long expected, Instant from, Instant until, List<Column> by) throws IOException {
        long started = System.nanoTime();
        List<Counted> rows = verdicts.counts(from, until, "", "", by);
        System.out.printf("%s: %.3f s, %,d rows%n", what,
                seconds(started), rows.size());
        assertEquals(expected, rows.stream().mapToLong(Counted::delivered).sum(), what);
        assertEquals(expected, rows.stream().mapToLong(row -> row.tally().levels().tls()).sum(), what);
        Delays delays = rows.stream().map(row -> row.tally().delays()).reduce(Delays.NONE, Delays::plus);
        assertEquals(1, delays.within(0).orElseThrow().toMillis());
        assertEquals(Delays.read("40").within(1), delays.within(1), what);
    }

    /// Delivery `i` at an even distance from the one before, to domain `i * 37`: all tables from the same numbers.
    private long fill() throws IOException {
        long perDay = DELIVERIES / DAYS;
        for (long day = 0; day < DAYS; day++) {
            long first = day * perDay;
            long minute = FROM.plus(Duration.ofDays(day)).getEpochSecond() / 60;
            for (String table : List.of("delivery_minute (minute", "delivery_hour (hour", "delivery_count (day")) {
                String time = table.contains("minute")
                        ? "minute"
                        : table.contains("hour") ? "minute / 60" : "'" + FIRST.plusDays(day) + "'";
                String sql = "WITH RECURSIVE n(i) AS (VALUES (" + first + ") UNION ALL SELECT i + 1 FROM n WHERE i < "
                        + (first + perDay - 1) + "), m AS (SELECT " + minute + " + (i - " + first + ") * 1440 / "
                        + perDay + " AS minute, 'd' || (i * 37 % " + DOMAINS + ") || '.example' AS domain FROM n), "
                        + "s AS (SELECT " + time + " AS t, domain, count(*) AS c FROM m GROUP BY 1, 2) INSERT INTO "
                        + table
                        + ", connector, domain, reason, delivered, deferred, failed, would_fail, by_tls, delays) "
                        + "SELECT t, 'Default', domain, '', c, 0, 0, 0, c, '0:' || c || ' 20:' || c || ' 40' FROM s";
                database.<Integer>write(connection -> {
                    try (var insert = connection.createStatement()) {
                        return insert.executeUpdate(sql);
                    }
                });
            }
        }
        return perDay * DAYS;
    }

    private static long half() {
        long perDay = DELIVERIES / DAYS;
        long before = 0;
        for (long i = 0; i < perDay; i++)
            if (i * 1440 / perDay < 720) before++;
        return before;
    }

    private static double seconds(long since) { return (System.nanoTime() - since) / 1e9; }
}
