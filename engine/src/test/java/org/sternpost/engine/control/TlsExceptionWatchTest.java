package org.sternpost.engine.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.TlsException;
import org.sternpost.engine.connector.TlsException.Told;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SimTime;

class TlsExceptionWatchTest {

    @TempDir
    Path directory;

    private final SimTime time = new SimTime();
    private final Logger logger = Logger.getLogger(TlsExceptionWatch.class.getName());
    private final List<String> warned = new ArrayList<>();
    private final Handler ear = new Handler() {
        @Override
        public void publish(LogRecord line) {
            if (line.getLevel() == Level.WARNING)
                warned.add(java.text.MessageFormat.format(line.getMessage(), line.getParameters()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private Database database;
    private Connectors connectors;

    @BeforeEach
    void open() throws IOException {
        logger.addHandler(ear);
        database = SqliteDatabase.open(directory,
                Stream.of(Connectors.SCHEMA, Audit.SCHEMA).flatMap(List::stream).toList());
        connectors = new Connectors(database, time);
        connectors.exceptions().add(new TlsException("Default", Domain.of("partner.example"), TlsValidation.Disabled,
                null, null, "ticket 4711", "ops", "admin", time.instant(), time.instant().plus(Duration.ofDays(30)),
                Told.Nothing), _ -> 0);
    }

    @AfterEach
    void close() throws IOException {
        logger.removeHandler(ear);
        database.close();
    }

    @Test
    void endIsWarnedOfAWeekBeforeAndToldAndAuditedOnceAlsoAcrossARestart() throws IOException {
        tick();
        assertEquals(List.of(), warned);
        time.advance(Duration.ofDays(23));
        tick();
        assertEquals(1, warned.size());
        assertTrue(warned.getFirst().contains("event=tls-exception-ends-soon connector=\"Default\" "
                + "domain=partner.example"), warned::toString);
        assertEquals(List.of(), audited());
        time.advance(Duration.ofDays(7));
        connectors = new Connectors(database, time);
        tick();
        assertEquals(2, warned.size());
        assertTrue(
                warned.getLast().contains("event=tls-exception-expired") && warned.getLast().contains("owner=\"ops\""),
                warned::toString);
        List<String> entry = List.of("engine expired TlsException Default/partner.example tlsValidation: "
                + "Disabled -> Opportunistic",
                "engine expired TlsException Default/partner.example state: "
                        + "InForce -> Expired");
        assertEquals(entry, audited());
        connectors = new Connectors(database, time);
        tick();
        assertEquals(2, warned.size());
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
