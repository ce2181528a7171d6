package org.sternpost.engine.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.sternpost.engine.store.LetterStore.DDL;
import static org.sternpost.engine.store.LetterStore.accept;
import static org.sternpost.engine.store.LetterStore.alter;
import static org.sternpost.engine.store.LetterStore.copy;
import static org.sternpost.engine.store.LetterStore.hold;
import static org.sternpost.engine.store.LetterStore.replay;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a start passes over as it was being written when the power went.
class UnfinishedTest {

    @TempDir
    Path directory;

    /// Another crash leaves it among earlier batches, which were answered.
    @Test
    void whatWasPassedOverOnceIsPassedOverAtTheNextStartToo() throws Exception {
        crashed(directory.resolve("first"), "last");
        alter(directory.resolve("first"), "last");
        var replayed = new ArrayList<String>();
        Path second = directory.resolve("second");
        var mayGo = new CountDownLatch(1);
        try (var store = SqliteDatabase.open(directory.resolve("first"), DDL)) {
            replay(store, replayed);
            assertEquals(List.of(), replayed);
            Thread slow = hold(store, mayGo);
            accept(store, "next");
            copy(directory.resolve("first"), second);
            mayGo.countDown();
            slow.join();
        }
        try (var store = SqliteDatabase.open(second, DDL)) {
            replay(store, replayed);
            assertEquals(List.of("next"), replayed);
            assertEquals(2, store.<Integer>read(LetterStore::letters));
        }
    }

    /// As a crash leaves a store: one letter has rows, those behind it have none.
    private void crashed(Path to, String... texts) throws Exception {
        var mayGo = new CountDownLatch(1);
        try (var store = SqliteDatabase.open(directory.resolve("live"), DDL)) {
            accept(store, "before");
            assertEquals(1, store.<Integer>read(LetterStore::letters));
            Thread slow = hold(store, mayGo);
            for (String text : texts)
                accept(store, text);
            copy(directory.resolve("live"), to);
            mayGo.countDown();
            slow.join();
        }
    }
}
