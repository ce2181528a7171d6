package org.sternpost.engine.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.Warnings;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.intake.Acceptance;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.queue.Trace;
import org.sternpost.engine.smtp.server.SmtpServer.MessageSink;
import org.sternpost.engine.store.Disk;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SimTime;

/// The door that all mail comes by, and a file that changes while the store reads it: that is told as what it is, and
/// not as trouble with the store's own disk.
class PickupDoorTest {

    private static final String HEAD = "From: a@x.example\nTo: b@y.example\n\n";
    private static final String LARGE = HEAD + ("x".repeat(62) + "\n").repeat(40_000); // read while it is written

    @TempDir
    Path home;

    private final SimTime time = new SimTime();
    private Path pickup;
    private Change whileWritten = () -> {};
    private Change beforeDoor = () -> {};
    private SqliteDatabase store;
    private Queue queue;
    private PickupDirectory looked;

    private interface Change {
        void happen() throws IOException;
    }

    @BeforeEach
    void open() throws IOException {
        pickup = Files.createDirectories(home.resolve("pickup"));
        store = SqliteDatabase.open(home.resolve("data"), Stream.of(Queue.SCHEMA, Connectors.SCHEMA)
                .flatMap(List::stream).toList(), new Disk() {
                    @Override
                    public void write(RandomAccessFile file, long offset, byte[] octets, int length)
                            throws IOException {
                        Change once = whileWritten;
                        whileWritten = () -> {};
                        once.happen();
                        super.write(file, offset, octets, length);
                    }
                });
        queue = Queue.recover(store, time);
        var door = Doors.of(queue, Duration.ofDays(2), time).acceptance();
        MessageSink changing = (id, client, envelope, header, content) -> {
            try {
                Change once = beforeDoor;
                beforeDoor = () -> {};
                once.happen();
            } catch (IOException broken) {
                throw new java.io.UncheckedIOException(broken);
            }
            return door.take(id, client, envelope, header, content);
        };
        looked = PickupDirectory.of(new PickupTerms(pickup, PickupTerms.HEADER_OCTETS, PickupTerms.RECIPIENTS,
                PickupTerms.MESSAGES_A_MINUTE, "relay.example.org", 4 << 20), changing, new Trace(store)::has, time);
    }

    @AfterEach
    void close() throws IOException {
        looked.end();
        store.close();
    }

    private Path claimed() throws IOException {
        try (var files = Files.list(pickup.resolve(".sternpost"))) {
            return files.filter(file -> file.toString().endsWith(".tmp")).findFirst().orElseThrow();
        }
    }

    private void truncate(long octets) throws IOException {
        try (var file = new RandomAccessFile(claimed().toFile(), "rw")) {
            file.setLength(octets);
        }
    }

    /// @return what the door told of it
    private List<String> taken() throws IOException {
        Files.writeString(pickup.resolve("a.eml"), LARGE);
        try (var warnings = new Warnings(Acceptance.class)) {
            looked.look();
            looked.look();
            return warnings.lines();
        }
    }

    private String waits() { return "1 file in " + pickup + " wait, as "; }

    private long octets() throws IOException {
        return store.<Long>read(connection -> {
            try (var statement = connection.createStatement();
                    var row = statement.executeQuery("SELECT sum(size) FROM message")) {
                return row.next() ? row.getLong(1) : 0;
            }
        });
    }

    @Test
    void aFileThatIsCutOffWhileItIsAcceptedWaitsAndIsReadAnew() throws IOException {
        whileWritten = () -> truncate(1_500_000);
        assertEquals(List.of(), taken());
        assertEquals(List.of(waits() + "it cannot be read now: the file changed while it was read"),
                looked.troubles());
        assertEquals(0, queue.size());
        looked.look();
        assertEquals(List.of(), looked.troubles());
        assertEquals(1, queue.size());
        assertTrue(octets() > 1_500_000 && octets() < LARGE.length(), octets() + " octets");
    }

    @Test
    void aFileThatBecomesNoTextWhileItIsAcceptedIsSetAside() throws IOException {
        whileWritten = () -> {
            try (var file = new RandomAccessFile(claimed().toFile(), "rw")) {
                file.seek(2_000_000);
                file.write(0);
            }
        };
        assertEquals(List.of(), taken());
        String reason = Files.readString(pickup.resolve("a.bad.txt"));
        assertTrue(reason.matches("(?s)line \\d+ has a NUL; .*"), reason);
        assertEquals(0, queue.size());
    }

    @Test
    void aFileThatIsGoneWhenItIsAcceptedIsNoTroubleOfTheDisk() throws IOException {
        beforeDoor = () -> Files.delete(claimed());
        assertEquals(List.of(), taken());
        String told = looked.troubles().getFirst();
        assertTrue(told.startsWith(waits() + "it cannot be read now: NoSuchFile " + pickup), told);
        looked.look();
        assertEquals(List.of(), looked.troubles());
        assertEquals(0, queue.size());
    }

    @Test
    void troubleWithTheDiskIsToldAsThat() throws IOException {
        whileWritten = () -> {
            throw new IOException("No space left on device");
        };
        List<String> warnings = taken();
        assertEquals(1, warnings.size());
        assertTrue(warnings.getFirst().contains("the disk did not keep the change: No space left on device"),
                warnings.getFirst());
        assertEquals(List.of(waits() + "it is not accepted now: 452 4.3.1 the message could not be kept; try again "
                + "later"), looked.troubles());
        looked.look();
        assertEquals(1, queue.size());
    }
}
