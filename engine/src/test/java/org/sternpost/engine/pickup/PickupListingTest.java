package org.sternpost.engine.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How much of a directory in which many files were set aside is read when nothing comes, and what is seen of it still.
class PickupListingTest {

    private static final int ASIDE = 1_000;
    private static final int ALL = ASIDE + 1; // and the engine's own

    @TempDir
    Path home;

    private Dropbox box;
    private Instant changed = Instant.parse("2026-11-23T09:00:00Z");

    @BeforeEach
    void open() throws IOException {
        box = new Dropbox(home);
        box.look();
        for (int i = 0; i < ASIDE; i++)
            Files.createFile(box.directory.resolve("f" + i + ".bad"));
        look(3);
    }

    /// As often, two seconds apart; whatever changed there before did so at a second of its own.
    private void look(int looks) throws IOException {
        changed = changed.plusSeconds(1);
        Files.setLastModifiedTime(box.directory, FileTime.from(changed));
        again(looks);
    }

    private void again(int looks) throws IOException {
        for (int i = 0; i < looks; i++) {
            box.time.advance(PickupDirectory.LOOK);
            box.pickup.look();
        }
    }

    private long names(int looks) throws IOException {
        long before = box.pickup.namesRead();
        again(looks);
        return box.pickup.namesRead() - before;
    }

    @Test
    void whatWasSetAsideIsListedOnceAMinuteWhereNothingComes() throws IOException {
        assertEquals(0, names(20));
        assertEquals(List.of(told(ASIDE)), box.pickup.troubles());
        assertEquals(2 * ALL, names(60));
    }

    private String told(int files) {
        return files + " files in " + box.directory + " are set aside: beside each .bad a .bad.txt says why";
    }

    @Test
    void whatComesIsTakenAtTheSecondLookAsEver() throws IOException {
        box.drop("a.eml", Dropbox.HEAD + "\nHello\n");
        look(1);
        assertEquals(List.of("a.eml"), box.names().stream().filter(name -> name.endsWith(".eml")).toList());
        again(1);
        assertEquals(1, box.mail.size());
    }

    @Test
    void aFileThatGrowsIsLookedAtEachTime() throws IOException {
        Path file = box.drop("a.eml", Dropbox.HEAD);
        look(1);
        for (int i = 0; i < 5; i++) {
            Files.writeString(file, Dropbox.HEAD + "\n" + "x".repeat(i));
            again(1);
            assertEquals(0, box.mail.size());
        }
        again(1);
        assertEquals(1, box.mail.size());
    }

    @Test
    void whatAnOperatorRemovesIsNoLongerTold() throws IOException {
        Files.delete(box.directory.resolve("f0.bad"));
        look(1);
        assertEquals(List.of(told(ASIDE - 1)), box.pickup.troubles());
    }

    /// Where two changes have one time, the second shows no difference.
    @Test
    void aChangeSoonAfterAnotherIsNotPassedOver() throws IOException {
        look(1);
        box.drop("a.eml", Dropbox.HEAD + "\nHello\n");
        Files.setLastModifiedTime(box.directory, FileTime.from(changed));
        again(2);
        assertEquals(1, box.mail.size());
    }

    @Test
    void aFileSystemThatTellsNoChangeDelaysMailByAMinute() throws IOException {
        box.drop("a.eml", Dropbox.HEAD + "\nHello\n");
        Files.setLastModifiedTime(box.directory, FileTime.from(changed));
        int looks = (int) Duration.ofMinutes(1).dividedBy(PickupDirectory.LOOK) + 1;
        again(looks);
        assertEquals(1, box.mail.size());
        assertTrue(box.claimed().isEmpty());
    }
}
