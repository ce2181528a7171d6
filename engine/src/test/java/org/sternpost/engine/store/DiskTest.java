package org.sternpost.engine.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.time.Patience;

/// Who waits for the disk holds no carrier of virtual threads.
class DiskTest {

    @TempDir
    Path directory;

    /// A machine with one core, where one virtual thread waits at a pipe that nobody serves, as for a cold disk.
    static final class Program {

        private Program() {}

        public static void main(String[] how) throws InterruptedException {
            var disk = new Disk();
            var begun = new CountDownLatch(1);
            Thread.ofVirtual().start(() -> {
                try {
                    begun.countDown();
                    if (how[1].equals("apart")) disk.<Integer>apart(() -> waits(how[0], how[2]));
                    else
                        waits(how[0], how[2]);
                } catch (IOException broken) {
                    throw new IllegalStateException(broken);
                }
            });
            begun.await();
            var other = new CountDownLatch(1);
            Thread.ofVirtual().start(other::countDown);
            // What is held stays so for ever, so a short wait tells; what must happen gets an ample one.
            var patience = how[1].equals("apart") ? Patience.AMPLE : Patience.SHORT;
            System.out.println(other.await(patience.toMillis(), TimeUnit.MILLISECONDS) ? "free" : "held");
            System.out.flush();
            Runtime.getRuntime().halt(0);
        }

        private static int waits(String how, String pipe) throws IOException {
            switch (how) {
                case "open" -> {
                    try (InputStream in = new FileInputStream(pipe)) {
                        return in.available();
                    }
                }
                case "read" -> {
                    try (var both = new RandomAccessFile(pipe, "rw")) {
                        return both.read();
                    }
                }
                default -> {
                    try (var _ = new RandomAccessFile(pipe, "rw"); OutputStream out = new FileOutputStream(pipe)) {
                        out.write(new byte[1 << 20]);
                        return 0;
                    }
                }
            }
        }
    }

    /// The first three are what Java does; should they ever fail, [Disk#apart] is needed no more.
    @ParameterizedTest
    @CsvSource(textBlock = """
            open,  inPlace, held
            read,  inPlace, held
            write, inPlace, held
            open,  apart,   free
            read,  apart,   free
            write, apart,   free
            """)
    void onlyApartAWaitForTheDiskLeavesTheCarrierToOthers(String what, String where, String carrier) throws Exception {
        Path pipe = directory.resolve("pipe");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "there is no /usr/bin/mkfifo");
        assertEquals(0, new ProcessBuilder("/usr/bin/mkfifo", pipe.toString()).inheritIO().start().waitFor());
        var process = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(),
                "-Djdk.virtualThreadScheduler.parallelism=1", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp",
                System.getProperty("java.class.path"), Program.class.getName(), what, where, pipe.toString())
                .redirectErrorStream(true).start();
        assertEquals(carrier, new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
    }

    /// All that the store does to files of bodies for a virtual thread: taking, giving back, moving.
    @Test
    void theStoreTouchesNoFileOfBodiesOnAVirtualThread() throws Exception {
        Set<String> onVirtual = ConcurrentHashMap.newKeySet();
        Set<String> seen = ConcurrentHashMap.newKeySet();
        var disk = new Disk() {
            private void note(String what) {
                seen.add(what);
                if (Thread.currentThread().isVirtual()) onVirtual.add(what);
            }

            @Override
            public void write(RandomAccessFile file, long offset, byte[] octets, int length) throws IOException {
                note("write");
                super.write(file, offset, octets, length);
            }

            @Override
            public RandomAccessFile open(Path file) throws IOException {
                note("open");
                return super.open(file);
            }

            @Override
            public int read(RandomAccessFile file, byte[] octets, int length) throws IOException {
                note("read");
                return super.read(file, octets, length);
            }

            @Override
            public void sync(RandomAccessFile file) throws IOException {
                note("sync");
                super.sync(file);
            }
        };
        try (var store = SqliteDatabase.open(directory, List.of(), disk)) {
            onVirtual(() -> {
                long first = keep(store, 100_000);
                long rest = keep(store, 3_000_000);
                try (var in = store.openBody(first)) {
                    assertEquals(100_000, in.readAllBytes().length);
                }
                store.<Boolean>write(connection -> {
                    store.forgetBody(connection, rest);
                    return true;
                });
                store.compact();
            });
        }
        assertEquals(Set.of("write", "open", "read", "sync"), seen);
        assertEquals(Set.of(), onVirtual);
    }

    /// Whoever stops waits until the file is left alone, and stays told to stop.
    @Test
    void anInterruptIsWaitedOutAndFailuresComeBackAsTheyAre() throws Exception {
        var disk = new Disk();
        onVirtual(() -> {
            Thread.currentThread().interrupt();
            assertEquals(7, disk.<Integer>apart(() -> 7));
            assertTrue(Thread.interrupted());
            var full = new IOException("No space left on device");
            assertEquals(full, assertThrows(IOException.class, () -> disk.apart(() -> {
                throw full;
            })));
            var memory = new OutOfMemoryError();
            assertEquals(memory, assertThrows(OutOfMemoryError.class, () -> disk.apart(() -> {
                throw memory;
            })));
            assertFalse(disk.<Boolean>apart(() -> Thread.currentThread().isVirtual()));
        });
    }

    private interface Doing {
        void run() throws IOException;
    }

    private static void onVirtual(Doing doing) throws InterruptedException {
        var failure = new AtomicReference<Throwable>();
        Thread.ofVirtual().start(() -> {
            try {
                doing.run();
            } catch (Throwable failed) {
                failure.set(failed);
            }
        }).join();
        if (failure.get() != null) throw new AssertionError(failure.get());
    }

    private static long keep(Store store, int octets) throws IOException {
        return store.writeWithBodies(List.of(NewBody.bare(Content.of(new byte[octets]))),
                (_, bodies) -> bodies.getFirst().id());
    }
}
