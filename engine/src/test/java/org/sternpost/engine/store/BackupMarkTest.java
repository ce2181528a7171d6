package org.sternpost.engine.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.Warnings;

/// Whoever restores a backup is told what that means, once.
class BackupMarkTest {

    @TempDir
    Path directory;

    @Test
    void theFirstStartOnABackupSaysThatMailIsSentAgain() throws Exception {
        Path backup = directory.resolve("backup");
        try (var told = new Warnings(BackupMark.class)) {
            try (var store = SqliteDatabase.open(directory.resolve("data"), LetterStore.DDL)) {
                LetterStore.accept(store, "letter");
                store.backups().make(backup, List.of());
            }
            try (var _ = SqliteDatabase.open(directory.resolve("data"), LetterStore.DDL)) {
                assertEquals(List.of(), told.lines());
            }
            assertTrue(Files.exists(backup.resolve(BackupMark.NAME)));
            for (int start = 0; start < 2; start++)
                try (var store = SqliteDatabase.open(backup, LetterStore.DDL)) {
                    assertEquals(1, store.<Integer>read(LetterStore::letters));
                    assertEquals(1, told.lines().size(), told.lines().toString());
                    assertTrue(told.lines().getFirst().contains("is sent again"), told.lines().toString());
                    assertFalse(Files.exists(backup.resolve(BackupMark.NAME)));
                }
        }
    }
}
