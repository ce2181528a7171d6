package org.sternpost.engine.queue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.sternpost.engine.Engine;
import org.sternpost.engine.filter.FilterSql.Condition;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SystemTime;

/// Measures acts on half of a long queue, and how soon a list of it begins: `BulkActs DIRECTORY`, of a directory that
/// [LongQueue] has filled and that no engine has open.
public final class BulkActs {

    private BulkActs() {}

    private interface Step {
        Object take() throws IOException;
    }

    /// @throws IOException if the disk does not take it
    public static void main(String[] words) throws IOException {
        var time = new SystemTime();
        try (var store = SqliteDatabase.open(Path.of(words[0]), Engine.SCHEMA)) {
            var queue = Queue.recover(store, time);
            var admin = new QueueAdmin(store, queue, time);
            while (!queue.loader().isComplete())
                Thread.onSpinWait();
            long size = queue.size();
            System.out.println("messages " + size);
            Set<QueueId> half = admin.ids(MessageSelection.ALL, (int) (size / 2) - 1);
            measure("queues", () -> admin.destinations().size());
            measure("first page of all messages", () -> admin.search(MessageSelection.ALL).next().size());
            measure("ids of all by a filter in the tables", () -> admin.ids(MessageSelection.ALL.where(new Condition(
                    "m.size > ?", java.util.List.of(1L), true), _ -> true), (int) size).size());
            measure("ids of all by the judge", () -> admin.ids(MessageSelection.ALL, (int) size).size());
            measure("suspend", () -> admin.acts().suspend(half, _ -> _ -> true));
            measure("queues", () -> admin.destinations().size());
            measure("resume", () -> admin.acts().resume(half, _ -> _ -> true));
            measure("redirect", () -> admin.acts().redirect(half, "elsewhere", _ -> _ -> true));
            measure("remove", () -> admin.acts().remove(half, "bench", Optional.empty(), _ -> _ -> true));
            System.out.println("messages " + queue.size());
        }
    }

    private static void measure(String what, Step step) throws IOException {
        long began = System.nanoTime();
        Object result = step.take();
        System.out.println(what + ": " + Duration.ofNanos(System.nanoTime() - began).toMillis() + " ms, " + result);
    }
}
