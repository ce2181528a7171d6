package org.sternpost.engine.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.sternpost.engine.store.journal.RecordFrame.Kind;
import org.sternpost.engine.time.Patience;

/// Letters, each accepted with a row of its own, for tests of the journal.
final class LetterStore {

    static final List<String> DDL = List.of("CREATE TABLE IF NOT EXISTS letter (body BIGINT, text TEXT)");

    private LetterStore() {}

    /// Returns once the tables wait.
    static Thread hold(Store store, CountDownLatch mayGo) throws InterruptedException {
        var begun = new CountDownLatch(1);
        Thread slow = Thread.startVirtualThread(() -> hold(store, begun, mayGo));
        assertTrue(begun.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        return slow;
    }

    private static void hold(Store store, CountDownLatch begun, CountDownLatch mayGo) {
        try {
            store.write(_ -> {
                begun.countDown();
                try {
                    return mayGo.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS);
                } catch (InterruptedException stop) {
                    throw new IllegalStateException(stop);
                }
            });
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    static long accept(Store store, String text) throws IOException {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        return store.accept(text, new NewBody(Kind.Accepted, octets, Content.of(octets)),
                (connection, body) -> insert(connection, body, text));
    }

    static void replay(Store store, List<String> replayed) throws IOException {
        store.replay((connection, body, header) -> {
            String text = new String(header, StandardCharsets.UTF_8);
            replayed.add(text);
            insert(connection, body, text);
            return true;
        });
    }

    static void insert(Connection connection, long body, String text) throws SQLException {
        try (var insert = connection.prepareStatement("INSERT INTO letter (body, text) VALUES (?, ?)")) {
            insert.setLong(1, body);
            insert.setString(2, text);
            insert.executeUpdate();
        }
    }

    static int letters(Connection connection) throws SQLException { return count(connection, "letter"); }

    static int bodies(Connection connection) throws SQLException { return count(connection, "body"); }

    private static int count(Connection connection, String table) throws SQLException {
        try (var query = connection.prepareStatement("SELECT count(*) FROM " + table); var row = query.executeQuery()) {
            row.next();
            return row.getInt(1);
        }
    }

    static String text(Store store, long body) throws IOException {
        try (var in = store.openBody(body)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static Path segment(Path store) throws IOException {
        try (var files = Files.newDirectoryStream(store.resolve(Segments.DIRECTORY), "*.seg")) {
            return files.iterator().next();
        }
    }

    static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (var files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList())
                if (!file.startsWith(from.resolve("native"))) {
                    Path copy = to.resolve(from.relativize(file).toString());
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy);
                }
        }
    }

    /// Its content, which stands last in its record; the header has the same text.
    static void alter(Path store, String text) throws IOException {
        byte[] octets = Files.readAllBytes(segment(store));
        int at = new String(octets, StandardCharsets.ISO_8859_1).lastIndexOf(text);
        try (var file = new RandomAccessFile(segment(store).toFile(), "rw")) {
            file.seek(at);
            file.write(octets[at] ^ 1);
        }
    }
}
