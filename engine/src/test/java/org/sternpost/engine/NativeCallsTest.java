package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.Function;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.Patience;

/// Whoever waits inside SQLite holds nobody else: its calls are native and would keep the carriers of virtual threads.
class NativeCallsTest {

    @TempDir
    Path home;

    /// What a search is to do on the threads of the store.
    private interface Asking {
        Object ask(Database database, Database.Work<Object> work) throws IOException;
    }

    @Test
    void twiceAsManySearchesAsCoresKeepNoGreetingWaiting() throws Exception { greetedDespite(Database::search); }

    @Test
    void twiceAsManyReadsAsCoresKeepNoGreetingWaiting() throws Exception { greetedDespite(Database::read); }

    @Test
    void changesThatHangKeepNoGreetingWaiting() throws Exception { greetedDespite(Database::write); }

    private void greetedDespite(Asking asking) throws Exception {
        var inside = new Semaphore(0);
        var free = new CountDownLatch(1);
        try (var engine = LabEngine.on("""
                hostName: relay.lab.test
                dataDirectory: data
                submission: [{ address: "127.0.0.1:0", allow: ["127.0.0.0/8"] }]
                """, home); var held = SqliteDatabase.open(home.resolve("held"), List.of())) {
            var searches = new ArrayList<Thread>();
            for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++)
                searches.add(Thread.startVirtualThread(() -> {
                    try {
                        asking.ask(held, connection -> held(connection, inside, free));
                    } catch (IOException broken) {
                        throw new IllegalStateException(broken);
                    }
                }));
            try {
                assertTrue(inside.tryAcquire(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS), "no search is under way");
                // Sessions that deliver are virtual threads: there is a carrier for them.
                var ran = new CountDownLatch(1);
                Thread.startVirtualThread(ran::countDown);
                assertTrue(ran.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS), "no carrier is free");
                try (var client = new Socket()) {
                    client.connect(engine.engine().listeners().getFirst());
                    client.setSoTimeout((int) Patience.AMPLE.toMillis());
                    String greeting = new BufferedReader(
                            new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII)).readLine();
                    assertTrue(greeting.startsWith("220 relay.lab.test"), greeting);
                }
            } finally {
                free.countDown();
                for (Thread search : searches)
                    search.join();
            }
        }
    }

    /// Inside one native call until it is let go.
    private static Object held(Connection connection, Semaphore inside, CountDownLatch free) throws SQLException {
        Function.create(connection, "hold", new Function() {
            @Override
            protected void xFunc() throws SQLException {
                inside.release();
                try {
                    free.await();
                } catch (InterruptedException stop) {
                    Thread.currentThread().interrupt();
                }
                result(1);
            }
        });
        try (var statement = connection.createStatement(); var row = statement.executeQuery("SELECT hold()")) {
            return row.next();
        }
    }
}
