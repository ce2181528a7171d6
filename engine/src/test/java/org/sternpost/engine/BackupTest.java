package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.StorePlans;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.queue.QueueAdmin;
import org.sternpost.engine.queue.Salvage;
import org.sternpost.engine.store.Disk;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.store.StoreBackup.BackupRefusedException;
import org.sternpost.engine.store.StoreBackup;
import org.sternpost.engine.store.StoreCheck;
import org.sternpost.engine.store.StoreSalvage;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.engine.time.Time;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabSettings;

/// A backup is a data directory as of one moment, made while mail comes and goes.
class BackupTest {

    private static final int MESSAGES = 60;
    private static final String DOMAIN = "plain-no-tls.test";

    @TempDir
    Path directory;
    private Path data;
    private Path target;
    private final Time time = new SystemTime();
    private final List<QueueId> ids = new ArrayList<>();

    @BeforeEach
    void paths() {
        data = directory.resolve("data");
        target = directory.resolve("backup");
    }

    @Test
    void allIsInItAndAnEngineStartsOnIt() throws Exception {
        try (var store = SqliteDatabase.open(data, Engine.SCHEMA)) {
            var connectors = new Connectors(store, time);
            connectors.change(now -> now.add(Connectors.fresh("Partner", List.of(), time.instant())));
            Queue queue = fill(store, MESSAGES);
            remove(store, queue, 0, 10);
            Files.createDirectories(data.resolve("dkim"));
            Files.writeString(data.resolve("dkim/s1._domainkey.example.org.pem"), "key");
            StoreBackup.Done done = store.backups().make(target, List.of("dkim"));
            assertEquals(MESSAGES - 10, done.messages());
            remove(store, queue, 10, 20); // of which the backup knows nothing
        }
        assertEquals("key", Files.readString(target.resolve("dkim/s1._domainkey.example.org.pem")));
        assertWell();
        try (var store = SqliteDatabase.open(target, Engine.SCHEMA)) {
            assertEquals(List.of(), store.condition().words());
            assertTrue(new Connectors(store, time).find("Partner").isPresent());
            var queue = Queue.recover(store, time);
            assertEquals(MESSAGES - 10, queue.size());
            assertEquals(List.of(), queue.damaged());
            for (int i = 10; i < MESSAGES; i++)
                assertArrayEquals(content(i), queue.body(ids.get(i)).orElseThrow().open().readAllBytes());
            fill(store, 1); // it goes on
        }
    }

    /// What is lost is lost in the backup too; all else is worth one.
    @Test
    void aSegmentThatIsMissingKeepsNobodyElsesMailOutOfIt() throws Exception {
        try (var store = SqliteDatabase.open(data, Engine.SCHEMA)) {
            fill(store, 3);
        }
        Path lost;
        try (var files = Files.list(data.resolve("bodies"))) {
            lost = files.filter(file -> file.toString().endsWith(".seg")).findFirst().orElseThrow();
        }
        try (var store = SqliteDatabase.open(data, Engine.SCHEMA)) {
            fill(store, 5);
            Files.delete(lost);
            assertEquals(8, store.backups().make(target, List.of()).messages());
        }
        try (var store = SqliteDatabase.open(target, Engine.SCHEMA)) {
            var queue = Queue.recover(store, time);
            assertEquals(8, queue.size());
            assertEquals(3, queue.damaged().size());
        }
    }

    @Test
    void anEngineMakesItAndAnotherOneSendsWhatWaitedInIt() throws Exception {
        Path home = directory.resolve("home");
        Path restored = directory.resolve("restored");
        try (var store = SqliteDatabase.open(home.resolve("data"), Engine.SCHEMA)) {
            fill(store, MESSAGES);
        }
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")))) {
            Files.createDirectories(restored);
            int waited;
            try (var engine = LabEngine.on(lab, home)) {
                var plan = engine.management().store().backup(restored.resolve("data"));
                waited = (int) plan.commit().apply("test").getFirst().messages();
                lab.awaitCount(DOMAIN, MESSAGES, Patience.AMPLE);
                assertThrows(ManagementException.class,
                        () -> engine.management().store().backup(restored.resolve("data")));
            }
            lab.reset();
            try (var engine = LabEngine.on(lab, restored)) {
                lab.awaitCount(DOMAIN, waited, Patience.AMPLE);
                assertEquals(waited, lab.received(DOMAIN).size());
                assertEquals("", engine.management().engine().status().trouble());
            }
        }
    }

    @Test
    void itIsOfOneMomentWhileMailComesAndGoes() throws Exception {
        try (var store = SqliteDatabase.open(data, Engine.SCHEMA)) {
            Queue queue = fill(store, MESSAGES);
            var stop = new AtomicBoolean();
            var failed = new AtomicReference<Throwable>();
            var mail = Thread.ofPlatform().start(() -> {
                try {
                    for (int i = 0; !stop.get(); i++) {
                        fill(store, queue, 1);
                        remove(store, queue, i, i + 1);
                        if (i % 20 == 0) store.compact();
                    }
                } catch (Exception broken) {
                    failed.set(broken);
                }
            });
            for (int i = 0; i < 5; i++)
                store.backups().make(directory.resolve("backup" + i), List.of());
            stop.set(true);
            mail.join();
            assertEquals(null, failed.get());
        }
        for (int i = 0; i < 5; i++) {
            target = directory.resolve("backup" + i);
            assertWell();
            try (var store = SqliteDatabase.open(target, Engine.SCHEMA)) {
                assertEquals(List.of(), store.condition().words());
                long owed = Queue.recover(store, time).size();
                assertTrue(owed == MESSAGES || owed == MESSAGES + 1, owed + " messages");
            }
        }
    }

    @Test
    void onlyItsOwnerMayReadIt() throws Exception {
        try (var store = SqliteDatabase.open(data, Engine.SCHEMA)) {
            fill(store, 1);
            store.backups().make(target, List.of());
        }
        try (var files = Files.walk(target)) {
            for (Path one : files.toList())
                assertEquals(Files.isDirectory(one) ? "rwx------" : "rw-------",
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(one)), one + "");
        }
    }

    /// It was made; only the audit log does not say so.
    @Test
    void aBackupThatTheAuditLogDoesNotTakeIsNotCalledFailed() throws Exception {
        try (var store = SqliteDatabase.open(data, Engine.SCHEMA)) {
            fill(store, 1);
            store.write(connection -> {
                try (var trigger = connection.prepareStatement("CREATE TRIGGER refuse BEFORE INSERT ON audit BEGIN "
                        + "SELECT RAISE(ABORT, 'no room'); END")) {
                    return trigger.execute();
                }
            });
            var plan = new StorePlans(store, store.backups(), List.of(), time).backup(target);
            var told = assertThrows(ManagementException.class, () -> plan.commit().apply("test"));
            assertTrue(String.valueOf(told.getMessage()).contains("was made and is whole"), told.getMessage());
        }
        assertWell();
    }

    @Test
    void aPlaceThatWillNotDoIsRefusedInWords() throws Exception {
        try (var store = SqliteDatabase.open(data, Engine.SCHEMA)) {
            Files.createDirectories(target);
            Files.createSymbolicLink(directory.resolve("link"), data);
            for (String path : List.of(target.toString(), "relative", directory + "/none/backup", data + "/backup",
                    directory + "/link/bodies/backup")) {
                var refused = assertThrows(BackupRefusedException.class,
                        () -> store.backups().make(Path.of(path), List.of()), path);
                assertFalse(refused.remedy().isEmpty());
            }
            assertFalse(Files.exists(data.resolve("backup")));
        }
    }

    @Test
    void aDiskThatIsTooSmallIsNotBegunOn() throws Exception {
        var usable = new AtomicReference<Long>(1L << 40);
        var disk = new Disk() {
            @Override
            public long usableSpace(Path of) { return usable.get(); }
        };
        try (var store = SqliteDatabase.open(data, Engine.SCHEMA, disk)) {
            fill(store, 1);
            usable.set(1L << 20);
            var refused = assertThrows(BackupRefusedException.class, () -> store.backups().make(target, List.of()));
            assertTrue(refused.getMessage().contains("octets free"), refused.getMessage());
            assertEquals(List.of("data"), names());
        }
    }

    @Test
    void ofOneThatFailsNothingIsLeftAndTheNextOneIsMade() throws Exception {
        var failing = new AtomicBoolean();
        var disk = new Disk() {
            @Override
            public void sync(RandomAccessFile file) throws IOException {
                if (failing.get()) throw new IOException("Input/output error");
                super.sync(file);
            }
        };
        try (var store = SqliteDatabase.open(data, Engine.SCHEMA, disk)) {
            fill(store, 1);
            failing.set(true);
            assertThrows(IOException.class, () -> store.backups().make(target, List.of()));
            assertEquals(List.of("data"), names());
            failing.set(false);
            store.backups().make(target, List.of());
        }
        assertWell();
    }

    /// What goes while it is copied goes afterwards.
    @Test
    void noSegmentGoesWhileItIsCopiedAndNoneStaysForIt() throws Exception {
        var store = new AtomicReference<SqliteDatabase>();
        var queue = new AtomicReference<Queue>();
        var during = new AtomicInteger(-1);
        var syncs = new AtomicBoolean();
        var disk = new Disk() {
            @Override
            public void sync(RandomAccessFile file) throws IOException {
                if (syncs.getAndSet(false)) {
                    remove(store.get(), queue.get(), 0, 1);
                    during.set(segments());
                }
                super.sync(file);
            }
        };
        try (var opened = SqliteDatabase.open(data, Engine.SCHEMA, disk)) {
            queue.set(fill(opened, 1));
        }
        try (var opened = SqliteDatabase.open(data, Engine.SCHEMA, disk)) {
            store.set(opened);
            queue.set(Queue.recover(opened, time));
            syncs.set(true);
            opened.backups().make(target, List.of());
            assertEquals(2, during.get());
            assertEquals(1, segments());
        }
        assertWell();
        try (var opened = SqliteDatabase.open(target, Engine.SCHEMA)) {
            assertEquals(1, Queue.recover(opened, time).size());
        }
    }

    /// A backup that is whole is none that failed.
    @Test
    void aSegmentThatCannotBeRemovedAfterwardsCostsNoBackup() throws Exception {
        var store = new AtomicReference<SqliteDatabase>();
        var queue = new AtomicReference<Queue>();
        var syncs = new AtomicBoolean();
        var disk = new Disk() {
            @Override
            public void sync(RandomAccessFile file) throws IOException {
                if (syncs.getAndSet(false)) {
                    remove(store.get(), queue.get(), 0, 1);
                    Path inTheWay = data.resolve("bodies/0000000000000001.done");
                    Files.deleteIfExists(inTheWay);
                    Files.createDirectories(inTheWay.resolve("not empty"));
                }
                super.sync(file);
            }
        };
        try (var opened = SqliteDatabase.open(data, Engine.SCHEMA, disk)) {
            queue.set(fill(opened, 1));
        }
        try (var opened = SqliteDatabase.open(data, Engine.SCHEMA, disk)) {
            store.set(opened);
            queue.set(Queue.recover(opened, time));
            syncs.set(true);
            assertEquals(1, opened.backups().make(target, List.of()).messages());
        }
        assertWell();
    }

    /// What the directory that broke still says of the time after the backup: `.done` files laid into the copy.
    @Test
    void whatTheOldDirectorySaysIsDoneIsNotSentAgain() throws Exception {
        try (var store = SqliteDatabase.open(data, Engine.SCHEMA)) {
            Queue queue = fill(store, MESSAGES);
            remove(store, queue, 0, 10);
            store.backups().make(target, List.of());
            remove(store, queue, 10, 30);
        }
        try (var files = Files.newDirectoryStream(data.resolve("bodies"), "*.done")) {
            for (Path file : files)
                Files.copy(file, target.resolve("bodies").resolve(file.getFileName()),
                        StandardCopyOption.REPLACE_EXISTING);
        }
        var done = StoreSalvage.run(target, Engine.SCHEMA, Engine.SETTINGS, Salvage::into, _ -> {}, false);
        assertEquals(MESSAGES - 30, done.owed());
        assertFalse(done.held());
        try (var store = SqliteDatabase.open(target, Engine.SCHEMA)) {
            var queue = Queue.recover(store, time);
            assertEquals(MESSAGES - 30, queue.size());
            assertEquals(List.of(), queue.damaged());
        }
    }

    private int segments() throws IOException {
        try (var files = Files.list(data.resolve("bodies"))) {
            return (int) files.filter(file -> file.toString().endsWith(".seg")).count();
        }
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private void assertWell() throws IOException {
        StoreCheck.Report found = StoreCheck.of(target, Salvage.into(true)::name, _ -> {});
        assertTrue(found.well(), found.words() + "");
        assertFalse((found.words() + "").contains("in no table"), found.words() + "");
    }

    private Queue fill(SqliteDatabase store, int count) throws IOException {
        var queue = Queue.recover(store, time);
        fill(store, queue, count);
        return queue;
    }

    private void fill(SqliteDatabase store, Queue queue, int count) throws IOException {
        var doors = Doors.of(queue, Duration.ofDays(2), time);
        for (int n = 0; n < count; n++) {
            int i = ids.size();
            ids.add(doors.put("127.0.0.1", new Envelope(ReversePath.of("s" + i + "@lab.test"),
                    List.of(Recipient.of(Address.of("u" + i + "@" + DOMAIN))), MailParameters.NONE), content(i)));
        }
    }

    private void remove(SqliteDatabase store, Queue queue, int from, int to) throws IOException {
        var admin = new QueueAdmin(store, queue, time);
        for (int i = from; i < to; i++)
            admin.remove(admin.messages(Optional.of(ids.get(i)), Optional.empty(), 1).getFirst(), "test", List.of(),
                    _ -> null);
    }

    private static byte[] content(int i) {
        return ("Subject: " + i + "\r\n\r\n[content of " + i + "]\r\n" + "Lorem ipsum. ".repeat(500))
                .getBytes(StandardCharsets.US_ASCII);
    }
}
