package org.sternpost.engine.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.sternpost.engine.process.EssentialThread;
import org.sternpost.engine.store.Disk.DiskTroubleException;

/// The one thread that keeps what is accepted: it writes the records that have gathered, syncs them at once, and only
/// then hands their rows to the [Writer], in the same order. Nobody who submits waits for a table.
final class Journal implements AutoCloseable {

    private static final int BATCH_MAX = 256;
    private static final int WAITING_MAX = 4_096;

    private final Segments segments;
    private final Writer writer;
    private final BlockingQueue<Entry> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private final Entry stop = new Entry("", NewBody.bare(Content.of(new byte[0])), (_, _) -> {});
    private final Thread thread;
    private volatile boolean closed;

    /// A body that somebody waits for.
    private record Entry(Object key, NewBody body, Store.Rows rows, CompletableFuture<Segments.Written> kept) {
        Entry(Object key, NewBody body, Store.Rows rows) { this(key, body, rows, new CompletableFuture<>()); }
    }

    Journal(Segments segments, Writer writer) {
        this.segments = segments;
        this.writer = writer;
        this.thread = EssentialThread.startPlatform("store-journal", this::run);
    }

    /// Returns once the record is on the disk; its rows follow whatever happens to this process.
    ///
    /// @throws DiskTroubleException        if the disk did not take it, or does not take rows at present
    /// @throws Content.UnreadableException if the body cannot be read
    Segments.Written keep(Object key, NewBody body, Store.Rows rows) throws IOException {
        if (closed) throw new IOException("the store is closed");
        // The disk may take rows again, and whoever submits finds that out.
        if (writer.behind().isTroubled()) writer.catchUp();
        writer.behind().awaitRoom();
        var entry = new Entry(key, body, rows);
        try {
            waiting.put(entry);
        } catch (InterruptedException _) {
            writer.behind().refused();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted before the store took the change");
        }
        // Looked at after it was added: either it is seen here, or the closing thread finds it.
        if (closed) refuseWaiting();
        return awaited(entry);
    }

    /// Waits out an interrupt: whether it was kept is known only afterwards.
    private static Segments.Written awaited(Entry entry) throws IOException {
        boolean interrupted = false;
        try {
            while (true)
                try {
                    return entry.kept().get();
                } catch (InterruptedException _) {
                    interrupted = true;
                }
        } catch (ExecutionException failed) {
            switch (failed.getCause()) {
                case Content.UnreadableException theirs -> throw theirs;
                case IOException broken -> throw new DiskTroubleException(broken, true);
                case RuntimeException ours -> throw ours;
                case null, default -> throw new IllegalStateException(failed);
            }
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        try {
            waiting.put(stop);
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        refuseWaiting();
    }

    private void refuseWaiting() {
        if (thread.isAlive()) return; // It answers, or ends and leaves the rest to close().
        for (Entry late; (late = waiting.poll()) != null;)
            refuse(late, new IOException("the store is closed"));
    }

    private void run() {
        var batch = new ArrayList<Entry>(BATCH_MAX);
        boolean running = true;
        while (running) {
            batch.clear();
            try {
                batch.add(waiting.take());
            } catch (InterruptedException _) {
                continue; // Nobody interrupts this thread; it ends by `stop`.
            }
            waiting.drainTo(batch, BATCH_MAX - 1);
            running = !batch.remove(stop);
            keep(batch);
        }
    }

    /// A record that was appended.
    private record Appended(Entry entry, Segments.Written written, Unwritten rows) {}

    private void keep(List<Entry> batch) {
        var appended = new ArrayList<Appended>(batch.size());
        segments.beginBatch();
        for (Entry entry : batch)
            try {
                appended.add(append(entry));
            } catch (IOException | RuntimeException failed) {
                refuse(entry, failed);
            }
        if (appended.isEmpty()) return;
        try {
            segments.sync();
        } catch (IOException | RuntimeException failed) {
            for (Appended one : appended)
                refuse(one, failed);
            return;
        }
        acknowledge(appended);
    }

    private Appended append(Entry entry) throws IOException {
        Segments.Written written = segments.append(entry.body());
        long start = written.body().offset() - entry.body().before();
        return new Appended(entry, written, new Unwritten(entry.key(), written.body(), start, entry.rows(), writer));
    }

    private void acknowledge(List<Appended> appended) {
        var kept = new ArrayList<Appended>(appended.size());
        for (Appended one : appended)
            // Another sync than this one may have failed while it was written.
            if (segments.isLost(one.written().body())) refuse(one, new IOException("its file was not synced"));
            else
                kept.add(one);
        writer.follow(kept.stream().map(Appended::rows).toList());
        for (Appended one : kept)
            one.entry().kept().complete(one.written());
    }

    private void refuse(Appended one, Throwable why) {
        try {
            segments.abandon(one.written().body());
        } catch (IOException failed) {
            why.addSuppressed(failed);
        }
        refuse(one.entry(), why);
    }

    private void refuse(Entry entry, Throwable why) {
        writer.behind().refused();
        entry.kept().completeExceptionally(why);
    }
}
