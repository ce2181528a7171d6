package org.sternpost.engine.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.Function;
import org.sternpost.engine.store.SqliteDatabase.SearchEndedException;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;

/// A question ends with its answer, with its asker, or with its time, also in the midst of one native call.
class ReadersTest {

    private static final String ENDLESS = "WITH RECURSIVE n(i) AS (SELECT begun() UNION ALL SELECT i + 1 FROM n) "
            + "SELECT count(*) FROM n";

    @TempDir
    Path directory;
    private final SimTime time = new SimTime();
    private final Semaphore begun = new Semaphore(0);

    @Test
    void searchEndsWhenItsAskerLeaves() throws Exception {
        try (var database = open()) {
            var asking = new Asking(database, this::endless);
            begun.acquire();
            asking.thread.interrupt();
            assertTrue(asking.failure().getMessage().contains("interrupted"), asking.failure().toString());
            assertEquals(1, database.<Integer>search(_ -> 1), "its thread is free again");
        }
    }

    @Test
    void searchEndsWithItsTimeAndSaysSo() throws Exception {
        try (var database = open()) {
            var asking = new Asking(database, this::endless);
            begun.acquire();
            time.advance(Duration.ofSeconds(119));
            assertFalse(asking.answer.isDone());
            time.advance(Duration.ofSeconds(1));
            var ended = assertInstanceOf(SearchEndedException.class, asking.failure());
            assertEquals("the search was ended after 120 s", ended.getMessage());
            assertEquals(1, database.<Integer>search(_ -> 1));
        }
    }

    /// A search would hold its thread for as much longer.
    @Test
    void aClockThatIsSetBackGivesASearchNoMoreTime() throws Exception {
        try (var database = open()) {
            var asking = new Asking(database, this::endless);
            begun.acquire();
            time.set(time.instant().minus(Duration.ofHours(1)));
            time.advance(Duration.ofSeconds(120));
            assertInstanceOf(SearchEndedException.class, asking.failure());
        }
    }

    @Test
    void aFaultyQuestionIsNoSearchThatEnded() throws Exception {
        try (var database = open()) {
            var broken = assertThrows(IOException.class, () -> database.search(connection -> {
                try (var statement = connection.createStatement()) {
                    return statement.execute("SELECT nothing FROM nowhere");
                }
            }));
            assertFalse(broken instanceof SearchEndedException);
            assertTrue(broken.getMessage().startsWith("the store cannot be read: "), broken.getMessage());
        }
    }

    @Test
    void closingEndsWhatIsUnderWayAndRefusesWhatWaits() throws Exception {
        var database = open();
        var all = new ArrayList<Asking>();
        for (int i = 0; i < 10; i++)
            all.add(new Asking(database, this::endless));
        begun.acquire();
        database.close();
        for (Asking asking : all)
            assertInstanceOf(IOException.class, asking.failure());
        assertThrows(IOException.class, () -> database.search(_ -> 1));
    }

    @Test
    void searchesKeepNoMailWaiting() throws Exception {
        try (var database = open()) {
            var all = new ArrayList<Asking>();
            for (int i = 0; i < 100; i++)
                all.add(new Asking(database, this::endless));
            begun.acquire();
            assertEquals(1, database.<Integer>read(_ -> 1));
            assertTrue(database.<Boolean>write(_ -> true));
            for (Asking asking : all)
                asking.thread.interrupt();
            for (Asking asking : all)
                asking.failure();
        }
    }

    @Test
    void whoHasBeenInterruptedAsksNothing() throws Exception {
        try (var database = open()) {
            var ran = new CountDownLatch(1);
            Thread.currentThread().interrupt();
            assertThrows(IOException.class, () -> database.search(_ -> {
                ran.countDown();
                return 1;
            }));
            assertTrue(Thread.interrupted(), "the caller still knows");
            assertEquals(1, ran.getCount());
        }
    }

    @Test
    void aQuestionInsideAnotherIsRefused() throws Exception {
        try (var database = open()) {
            assertThrows(IllegalStateException.class,
                    () -> database.<Integer>search(_ -> nested(database)));
        }
    }

    private static int nested(Database database) {
        try {
            return database.<Integer>search(_ -> 1);
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
    }

    private SqliteDatabase open() throws IOException {
        return SqliteDatabase.open(directory, List.of(), new Disk(), time);
    }

    private Object endless(Connection connection) throws SQLException {
        Function.create(connection, "begun", new Function() {
            @Override
            protected void xFunc() throws SQLException {
                begun.release();
                result(0);
            }
        });
        try (var statement = connection.createStatement(); var row = statement.executeQuery(ENDLESS)) {
            return row.next();
        }
    }

    /// Somebody who searches on a thread of their own.
    private static final class Asking {
        private final CompletableFuture<Object> answer = new CompletableFuture<>();
        private final Thread thread;

        Asking(Database database, Database.Work<Object> work) {
            thread = Thread.ofVirtual().start(() -> {
                try {
                    answer.complete(database.search(work));
                } catch (IOException | RuntimeException failed) {
                    answer.completeExceptionally(failed);
                }
            });
        }

        Throwable failure() throws Exception {
            return answer.handle((_, failure) -> failure).get(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS);
        }
    }
}
