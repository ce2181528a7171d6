package org.sternpost.engine.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.store.journal.RecordFrame;
import org.sternpost.engine.time.Patience;

/// Which files of bodies are synced when, and what a failed sync means for what was being written meanwhile.
class SegmentSyncTest {

    @TempDir
    Path directory;

    /// What is still being written when its file's sync fails is not covered by it, and that file is asked no more.
    @Test
    void aBodyThatIsBeingWrittenWhenASyncFailsIsNotAcknowledgedEither() throws Exception {
        var syncing = new CountDownLatch(1);
        var writing = new CountDownLatch(1);
        var mayGo = new CountDownLatch(1);
        var syncs = new AtomicInteger();
        var disk = new Disk() {
            @Override
            public void write(RandomAccessFile file, long offset, byte[] octets, int length) throws IOException {
                super.write(file, offset, octets, length);
                if (length <= RecordFrame.PREFIX_OCTETS) return; // no record
                if (octets[RecordFrame.PREFIX_OCTETS] != 2) return; // the first of the content
                writing.countDown();
                pass(mayGo);
            }

            @Override
            public void sync(RandomAccessFile file) throws IOException {
                syncs.incrementAndGet();
                syncing.countDown();
                pass(writing);
                throw new IOException("Input/output error");
            }
        };
        try (var database = SqliteDatabase.open(directory, List.of(), disk)) {
            var acknowledged = new AtomicInteger();
            Thread covered = keeping(database, 1, acknowledged);
            pass(syncing);
            Thread slow = keeping(database, 2, acknowledged);
            covered.join();
            mayGo.countDown();
            slow.join();
            assertEquals(0, acknowledged.get());
            assertEquals(1, syncs.get(), "what failed to sync is not asked a second time, which would say 'done'");
        }
    }

    private static void pass(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS)) throw new IOException("it never came");
        } catch (InterruptedException stopped) {
            throw new IOException(stopped);
        }
    }

    @Test
    void whatWasSyncedIsNotSyncedAgain() throws IOException {
        var syncs = new AtomicInteger();
        var disk = new Disk() {
            @Override
            public void sync(RandomAccessFile file) throws IOException {
                syncs.incrementAndGet();
                super.sync(file);
            }
        };
        try (var database = SqliteDatabase.open(directory, List.of(), disk)) {
            keep(database, new byte[10]);
            assertEquals(1, syncs.get());
            database.write(_ -> true);
            assertEquals(1, syncs.get());
            keep(database, new byte[10]);
            assertEquals(2, syncs.get());
        }
    }

    private static Thread keeping(Store store, int octet, AtomicInteger acknowledged) {
        return Thread.startVirtualThread(() -> {
            try {
                keep(store, new byte[]{(byte) octet});
                acknowledged.incrementAndGet();
            } catch (IOException _) {
                // Not acknowledged.
            }
        });
    }

    private static long keep(Store store, byte[] octets) throws IOException {
        return store.writeWithBodies(List.of(NewBody.bare(Content.of(octets))), (_, bodies) -> bodies.getFirst().id());
    }
}
