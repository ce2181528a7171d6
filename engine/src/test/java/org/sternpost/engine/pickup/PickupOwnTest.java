package org.sternpost.engine.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.smtp.Reply;

/// What is claimed lies in the directory that was proven the engine's, and in no other that has its name.
class PickupOwnTest {

    private static final String MAIL = Dropbox.HEAD + "\nHello\n";

    @TempDir
    Path home;

    private Dropbox box;
    private Path own;
    private Path moved;

    @BeforeEach
    void open() throws IOException {
        box = new Dropbox(home);
        box.look();
        own = box.directory.resolve(".sternpost");
        moved = box.directory.resolve("x");
    }

    /// As one of the group may do where the directory is not sticky.
    private void exchange() {
        try {
            Files.move(own, moved);
            Files.createDirectory(own);
            Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxrwxrwx"));
        } catch (IOException broken) {
            throw new java.io.UncheckedIOException(broken);
        }
    }

    @Test
    void nothingIsClaimedIntoADirectoryThatSomebodyElseLaidThere() throws IOException {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root gives files away");
        exchange();
        Files.setOwner(own, own.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
        box.drop("a.eml", MAIL);
        box.look();
        assertEquals(List.of("a.eml", "x"), box.names());
        assertEquals(0, box.asked);
        String told = box.pickup.troubles().getFirst();
        assertTrue(told.contains(own + " belongs to nobody"), told);
        assertTrue(told.contains("remove it, the engine makes it anew"), told);
        assertTrue(told.contains("chmod +t " + box.directory), told);
        assertEquals("rwxrwxrwx", PosixFilePermissions.toString(Files.getPosixFilePermissions(own)));
        Files.delete(own);
        Files.move(moved, own);
        box.look();
        assertEquals(1, box.mail.size());
        assertEquals(List.of(), box.pickup.troubles());
    }

    @Test
    void anExchangeInTheMidstOfALookIsSeenAtTheNextFile() throws IOException {
        box.refusal = Optional.of(Reply.of(452, "4.3.1 the queue is full; try again later"));
        box.drop("a.eml", MAIL);
        box.look();
        box.drop("b.eml", MAIL);
        box.drop("c.eml", MAIL);
        box.pickup.look();
        box.refusal = Optional.empty();
        box.whileRead = () -> {
            box.whileRead = () -> {};
            exchange();
        };
        box.pickup.look();
        assertEquals(List.of("b.eml", "c.eml", "x"), box.names());
        assertEquals(List.of(), box.claimed());
        assertEquals(1, box.pickup.troubles().stream().filter(one -> one.contains("was exchanged")).count(),
                box.pickup.troubles().toString());
    }

    /// An administrator may restore it from a backup.
    @Test
    void anotherOneOfTheEnginesIsTakenAnewAndThatIsTold() throws IOException {
        box.refusal = Optional.of(Reply.of(452, "4.3.1 the queue is full; try again later"));
        box.drop("a.eml", MAIL);
        box.look();
        box.refusal = Optional.empty();
        Files.move(own, moved);
        Files.createDirectory(own, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        box.pickup.look();
        String told = box.pickup.troubles().getFirst();
        assertTrue(told.startsWith(own + " is another directory than the one in which the engine kept what it took"),
                told);
        assertTrue(told.contains("move its *.tmp into " + own), told);
        try (var waiting = Files.newDirectoryStream(moved, "*.tmp")) {
            for (Path file : waiting)
                Files.move(file, own.resolve(file.getFileName()));
        }
        box.drop("b.eml", MAIL);
        box.look();
        assertEquals(2, box.mail.size());
        assertEquals(List.of(), box.pickup.troubles());
    }
}
