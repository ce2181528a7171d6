package org.sternpost.engine.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.Warnings;
import org.sternpost.engine.connector.Changed;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.TlsOverride;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SimTime;

class TlsExceptionWatchTest {

    @TempDir
    Path directory;

    private final SimTime time = new SimTime();
    private final Warnings warnings = new Warnings(TlsExceptionWatch.class);
    private Database database;
    private Connectors connectors;

    @BeforeEach
    void open() throws IOException {
        database = SqliteDatabase.open(directory,
                Stream.of(Connectors.SCHEMA, Audit.SCHEMA).flatMap(List::stream).toList());
        connectors = new Connectors(database, time);
        Changed.except(connectors, TlsOverride.of("Default", Domain.of("partner.example"), TlsValidation.Disabled,
                "ticket 4711", "ops", "admin", time.instant(), time.instant().plus(Duration.ofDays(30))));
    }

    @AfterEach
    void close() throws IOException {
        warnings.close();
        database.close();
    }

    @Test
    void endIsWarnedOfAWeekBeforeAndToldAndAuditedOnceAlsoAcrossARestart() throws IOException {
        tick();
        assertEquals(List.of(), warnings.lines());
        time.advance(Duration.ofDays(23));
        tick();
        assertEquals(1, warnings.lines().size());
        assertTrue(warnings.lines().getFirst().contains("event=tls-exception-ends-soon connector=\"Default\" "
                + "domain=partner.example"), warnings.lines()::toString);
        assertEquals(List.of(), audited());
        time.advance(Duration.ofDays(7));
        connectors = new Connectors(database, time);
        tick();
        assertEquals(2, warnings.lines().size());
        assertTrue(
                warnings.lines().getLast().contains("event=tls-exception-expired")
                        && warnings.lines().getLast().contains("owner=\"ops\""),
                warnings.lines()::toString);
        List<String> entry = List
                .of("engine: schedule expired TlsException Default/partner.example tlsValidation\nstate: "
                        + "Disabled\nInForce -> Opportunistic\nExpired");
        assertEquals(entry, audited());
        connectors = new Connectors(database, time);
        tick();
        assertEquals(2, warnings.lines().size());
        assertEquals(entry, audited());
    }

    private void tick() throws IOException { new TlsExceptionWatch(connectors, time).tick(); }

    private List<String> audited() throws IOException {
        return database.<List<String>>read(connection -> {
            var rows = new ArrayList<String>();
            try (var select = connection.prepareStatement("SELECT * FROM audit"); var row = select.executeQuery()) {
                while (row.next())
                    rows.add(row.getString("done_by") + " " + row.getString("operation") + " "
                            + row.getString("target") + " " + row.getString("path") + ": "
                            + row.getString("before_value") + " -> " + row.getString("after_value"));
            }
            return rows;
        });
    }
}
