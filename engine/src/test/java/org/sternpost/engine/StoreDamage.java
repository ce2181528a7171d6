package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;

/// The kinds of damage that [DamagedStoreTest] does to a store with mail.
final class StoreDamage {

    static final int MESSAGES = 120;

    private static final int HIT = 60; // the message whose rows are altered

    private StoreDamage() {}

    /// What a disk, or a hand, does to a data directory.
    interface Blow {
        void on(Path data) throws Exception;
    }

    /// How the engine that took the mail ended: it was killed, so that the mail is in the log of the database; it was
    /// stopped; or it was stopped after half of it, started again, and killed.
    enum Base { Killed, Stopped, Half }

    /// @param delivered how many arrive all the same; less than 0 where that is not known beforehand
    record Kind(String name, Base base, int delivered, Blow blow) {
        Kind(String name, Base base, Blow blow) { this(name, base, -1, blow); }

        boolean refused() { // nothing is left in which mail could be found
            return name.startsWith("database missing") || name.startsWith("database empty")
                    || name.equals("database is another program's") || name.startsWith("counts missing and");
        }

        @Override
        public String toString() { return name; }
    }

    static List<Kind> kinds() {
        var kinds = new ArrayList<Kind>();
        for (Base base : Base.values()) {
            kinds.add(new Kind("nothing, " + base, base, MESSAGES, _ -> {}));
            kinds.add(new Kind("database missing, " + base, base, 0, data -> Files.delete(database(data))));
            kinds.add(new Kind("database empty, " + base, base, 0,
                    data -> Files.write(database(data), new byte[0])));
        }
        kinds.add(new Kind("log missing, Half", Base.Half, MESSAGES, data -> Files.delete(log(data))));
        kinds.add(new Kind("log cut by half, Half", Base.Half, data -> Damage.cut(log(data))));
        kinds.add(new Kind("nothing, of a version without counts", Base.Stopped, MESSAGES, data -> {
            run(data, "UPDATE message SET envelope_crc = -1");
            run(data, "DROP TABLE store_counts");
            Files.delete(data.resolve("store.counts"));
        }));
        kinds.addAll(files());
        kinds.addAll(rows());
        kinds.addAll(strays());
        return kinds;
    }

    private static List<Kind> files() {
        return List.of(new Kind("database cut by half", Base.Stopped, data -> Damage.cut(database(data))),
                new Kind("database zeroed", Base.Stopped,
                        data -> Damage.zero(database(data), 0, Files.size(database(data)))),
                new Kind("database, first page zeroed", Base.Stopped, data -> Damage.zero(database(data), 0, 4096)),
                new Kind("database, a page in the middle zeroed", Base.Stopped,
                        data -> Damage.zero(database(data), Files.size(database(data)) / 2 / 4096 * 4096, 4096)),
                new Kind("database, one bit of the header flipped", Base.Stopped,
                        data -> Damage.flip(database(data), 5)),
                new Kind("database, a letter of a sender altered", Base.Stopped,
                        data -> Damage.flip(database(data), Damage.find(database(data), "s" + HIT + "@lab.test"))),
                new Kind("database is another program's", Base.Stopped, StoreDamage::foreignDatabase),
                new Kind("log missing", Base.Killed, data -> Files.delete(log(data))),
                new Kind("log empty", Base.Killed, data -> Files.write(log(data), new byte[0])),
                new Kind("log cut by half", Base.Killed, data -> Damage.cut(log(data))),
                new Kind("log zeroed", Base.Killed, data -> Damage.zero(log(data), 0, Files.size(log(data)))),
                new Kind("log, one bit in the middle flipped", Base.Killed,
                        data -> Damage.flip(log(data), Files.size(log(data)) / 2)),
                new Kind("log, one bit of the header flipped", Base.Killed, data -> Damage.flip(log(data), 17)),
                new Kind("log's index is nonsense", Base.Killed, data -> Damage.zero(index(data), 0, 200)),
                new Kind("segment missing", Base.Stopped, data -> Files.delete(segment(data))),
                new Kind("segment empty", Base.Stopped, data -> Files.write(segment(data), new byte[0])),
                new Kind("segment cut by half", Base.Stopped, data -> Damage.cut(segment(data))),
                new Kind("segment zeroed", Base.Stopped,
                        data -> Damage.zero(segment(data), 0, Files.size(segment(data)))),
                new Kind("segment, one bit flipped", Base.Stopped,
                        data -> Damage.flip(segment(data), Damage.find(segment(data), marker(HIT)))),
                new Kind("counts missing", Base.Stopped, data -> Files.delete(data.resolve("store.counts"))),
                new Kind("counts missing and a page zeroed", Base.Stopped, data -> {
                    Files.delete(data.resolve("store.counts"));
                    Damage.zero(database(data), Files.size(database(data)) / 2 / 4096 * 4096, 4096);
                }), new Kind("counts cut", Base.Stopped, data -> Damage.cut(data.resolve("store.counts"))),
                new Kind("counts, one bit flipped", Base.Stopped,
                        data -> Damage.flip(data.resolve("store.counts"), 20)));
    }

    /// Each alters one column of one row, each of another message.
    private static List<Kind> rows() {
        var kinds = new ArrayList<Kind>();
        kinds.add(rows("message", 0, "sender = 's%d@lab.test'", List.of("id = 'x'", "body = 1", "body = 'x'",
                "received = 'soon'", "expires = 0", "sender = '<'", "sender = 'thief@lab.test'", "size = 1",
                "smtp_utf8 = 'x'", "return_full = 'x'", "tls_wish = 'Nones'", "tls_wish = 'Required'")));
        kinds.add(rows("recipient", 0, "local_part = 'u%d'", List.of("message = '0000000000000000'", "position = 5",
                "local_part = 'thief'", "domain = 'plain.test'", "domain = ''", "state = 'Wait'", "state = 'Failed'",
                "attempts = 'x'", "due = 'x'", "notify_on = 'Sometimes'", "reason = 'x'")));
        kinds.add(rows("body", 1, "id = %d", List.of("id = 999", "segment = 77", "start = 0", "start = 99999999",
                "length = 3", "crc = 0", "crc = 'x'")));
        kinds.add(new Kind("what is harmless in rows of recipient", Base.Stopped, MESSAGES, data -> {
            run(data, "UPDATE recipient SET due = 99999999999999 WHERE local_part = 'u" + HIT + "'");
            run(data, "UPDATE recipient SET connector = 'nobody' WHERE local_part = 'u7'");
        }));
        kinds.add(row("message", "one deleted", 1, "DELETE FROM message WHERE sender = 's" + HIT + "@lab.test'"));
        kinds.add(row("recipient", "one deleted", 1, "DELETE FROM recipient WHERE local_part = 'u" + HIT + "'"));
        kinds.add(row("body", "one deleted", 0, "DELETE FROM body WHERE id = " + HIT));
        kinds.add(row("message", "all deleted", MESSAGES, "DELETE FROM message"));
        kinds.add(row("recipient", "all deleted", MESSAGES, "DELETE FROM recipient"));
        kinds.add(row("body", "all deleted", 0, "DELETE FROM body"));
        kinds.add(row("store_counts", "altered", 0, "UPDATE store_counts SET transactions = 0"));
        kinds.add(row("store_counts", "deleted", 0, "DELETE FROM store_counts"));
        return kinds;
    }

    /// @param again found again by their records in the segment
    private static Kind rows(String table, int again, String which, List<String> changes) {
        return new Kind("single columns of " + changes.size() + " rows of " + table, Base.Stopped,
                MESSAGES - changes.size() + again,
                data -> {
                    for (int i = 0; i < changes.size(); i++)
                        run(data, "UPDATE " + table + " SET " + changes.get(i) + " WHERE "
                                + which.formatted(HIT + i));
                });
    }

    private static Kind row(String table, String what, int hurt, String sql) {
        return new Kind("rows of " + table + ": " + what, Base.Stopped, MESSAGES - hurt, data -> run(data, sql));
    }

    private static List<Kind> strays() {
        return List.of(new Kind("stray text among the bodies", Base.Stopped, data -> stray(data, "notes.txt")),
                new Kind("stray file named like a segment", Base.Stopped, data -> stray(data, "x.seg")),
                new Kind("stray segment with a number of its own", Base.Stopped,
                        data -> stray(data, "00000000000000ff.seg")),
                new Kind("stray segment with a negative number", Base.Stopped,
                        data -> stray(data, "ffffffffffffffff.seg")),
                new Kind("stray directory with a segment's name", Base.Stopped,
                        data -> Files.createDirectory(data.resolve("bodies/0000000000000002.seg"))),
                new Kind("stray file in the spool", Base.Stopped, data -> Files.writeString(
                        Files.createDirectories(data.resolve("spool")).resolve("notes.txt"), "mine")));
    }

    static String marker(int i) { return "[content of " + i + "]"; }

    static Path database(Path data) { return data.resolve("sternpost.db"); }

    static Path log(Path data) { return data.resolve("sternpost.db-wal"); }

    static Path index(Path data) { return data.resolve("sternpost.db-shm"); }

    static Path segment(Path data) { return data.resolve("bodies/0000000000000001.seg"); }

    private static void stray(Path data, String name) throws IOException {
        Files.writeString(data.resolve("bodies").resolve(name), marker(HIT) + " in a file of its own");
    }

    private static void run(Path data, String sql) throws Exception {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + database(data));
                var statement = connection.createStatement()) {
            assertTrue(statement.executeUpdate(sql) > 0 || !sql.startsWith("UPDATE"), sql);
        }
    }

    private static void foreignDatabase(Path data) throws Exception {
        Files.delete(database(data));
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + database(data));
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE song (title TEXT)");
        }
    }
}
