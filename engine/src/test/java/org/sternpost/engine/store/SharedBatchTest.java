package org.sternpost.engine.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.time.Patience;

/// Nothing of another's work is undone by one that is refused.
class SharedBatchTest {

    @TempDir
    Path directory;

    /// Mail shares one transaction without savepoints, so the others are done once more.
    @Test
    void mailThatFailsIsUndoneAloneWithinItsBatch() throws Exception {
        var gathered = new CountDownLatch(1);
        var runs = new AtomicInteger();
        try (var database = SqliteDatabase.open(directory,
                List.of("CREATE TABLE IF NOT EXISTS number (value INTEGER)"))) {
            var threads = new ArrayList<Thread>();
            threads.add(Thread.startVirtualThread(() -> {
                try {
                    database.write(_ -> {
                        try {
                            return gathered.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS);
                        } catch (InterruptedException stop) {
                            throw new IllegalStateException(stop);
                        }
                    });
                } catch (IOException failed) {
                    throw new IllegalStateException(failed);
                }
            }));
            var ended = new AtomicInteger();
            for (int i = 0; i < 100; i++) {
                int n = i;
                threads.add(Thread.startVirtualThread(() -> {
                    try {
                        database.writeWithBodies(List.of(NewBody.bare(Content.of(new byte[]{(byte) n}))),
                                (connection, _) -> {
                                    add(connection, n);
                                    runs.incrementAndGet();
                                    if (n == 70) throw new SQLException("no");
                                    return true;
                                });
                    } catch (IOException _) {
                        assertEquals(70, n);
                    }
                    ended.incrementAndGet();
                }));
            }
            gathered.countDown();
            for (Thread thread : threads)
                thread.join();
            assertEquals(100, ended.get());
            assertEquals(99, database.<Integer>read(SharedBatchTest::numbers));
            assertEquals(99, database.<Integer>read(SharedBatchTest::bodies));
        }
        System.out.println("work was run " + runs + " times for 100 messages of which one was refused");
    }

    private static int bodies(Connection connection) throws SQLException {
        try (var query = connection.prepareStatement("SELECT count(*) FROM body"); var row = query.executeQuery()) {
            return row.next() ? row.getInt(1) : 0;
        }
    }

    private static void add(Connection connection, int number) throws SQLException {
        try (var insert = connection.prepareStatement("INSERT INTO number (value) VALUES (?)")) {
            insert.setInt(1, number);
            insert.executeUpdate();
        }
    }

    private static int numbers(Connection connection) throws SQLException {
        try (var query = connection.prepareStatement("SELECT count(*) FROM number"); var row = query.executeQuery()) {
            row.next();
            return row.getInt(1);
        }
    }
}
