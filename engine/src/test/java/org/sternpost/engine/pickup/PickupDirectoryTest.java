package org.sternpost.engine.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.time.Patience;

/// What is taken, when, and what becomes of everything else that lies there.
class PickupDirectoryTest {

    private static final String MAIL = Dropbox.HEAD + "\nHello\n";

    @TempDir
    Path home;

    private Dropbox box;

    @BeforeEach
    void open() throws IOException { box = new Dropbox(home); }

    @Test
    void aFileIsTakenAtTheSecondLookThatFindsItUnchanged() throws IOException {
        Path file = box.drop("a.eml", MAIL.substring(0, 30));
        box.pickup.look();
        Files.writeString(file, MAIL.substring(30), StandardOpenOption.APPEND);
        box.pickup.look();
        assertEquals(List.of("a.eml"), box.names());
        box.pickup.look();
        assertEquals(List.of(), box.names());
        assertEquals(List.of(), box.claimed());
        assertEquals("Hello\r\n", box.mail.getFirst().body());
        box.look();
        assertEquals(1, box.mail.size());
    }

    @Test
    void whateverEndsWithEmlIsMailAndNothingElseIsTouched() throws IOException {
        for (String name : List.of("A.EML", "b.Eml", "c.txt", "d.eml.part", ".e.eml", "f.tmp", "eml", "g.bad", ".eml"))
            box.drop(name, MAIL);
        box.look();
        assertEquals(2, box.mail.size());
        assertEquals(List.of("c.txt", "d.eml.part", "eml", "f.tmp", "g.bad"), box.names());
        assertTrue(Files.exists(box.directory.resolve(".e.eml")));
    }

    @Test
    void anyNameIsANameAndNoneLeadsOutOfTheDirectory() throws Exception {
        for (String name : List.of("..eml", "a b'\"$(x)\n\u001b[2J.eml", "x".repeat(251) + ".eml"))
            box.drop(name, MAIL);
        // No charset has this name.
        assertEquals(0, new ProcessBuilder("sh", "-c", "printf 'From: a@x.example\\nTo: b@y.example\\n\\nx\\n' "
                + "> \"$(printf '\\303\\050\\377').eml\"").directory(box.directory.toFile()).start().waitFor());
        box.look();
        assertEquals(3, box.mail.size(), box.names().toString());
        box.drop("a\n\u001b.eml", "x");
        box.drop("y".repeat(251) + ".eml", "x");
        box.look();
        assertEquals(List.of("a__.bad", "a__.bad.txt", "y".repeat(100) + ".bad", "y".repeat(100) + ".bad.txt"),
                box.names());
    }

    @Test
    void linksPipesAndDirectoriesAreNoMail() throws Exception {
        Path secret = Files.writeString(home.resolve("secret"), MAIL);
        Files.createSymbolicLink(box.directory.resolve("link.eml"), secret);
        Files.createSymbolicLink(box.directory.resolve("loose.eml"), home.resolve("nowhere"));
        Files.createLink(box.directory.resolve("hard.eml"), secret);
        Files.createDirectories(box.directory.resolve("folder.eml/within"));
        assumeTrue(new ProcessBuilder("mkfifo", box.directory.resolve("pipe.eml").toString()).start().waitFor() == 0,
                "mkfifo is not here");
        box.drop("good.eml", MAIL);
        box.look();
        assertEquals(1, box.mail.size());
        assertEquals(List.of("folder.bad", "folder.bad.txt", "hard.bad", "hard.bad.txt", "link.bad", "link.bad.txt",
                "loose.bad", "loose.bad.txt", "pipe.bad", "pipe.bad.txt"), box.names());
        assertTrue(reason("hard").startsWith("it has 2 names (hard links)"), reason("hard"));
        assertTrue(reason("link").startsWith("it is a symbolic link"), reason("link"));
        assertTrue(reason("pipe").startsWith("it is a pipe, a socket or a device"), reason("pipe"));
        assertEquals(MAIL, Files.readString(secret));
        assertTrue(box.pickup.troubles().getFirst().startsWith("5 files in " + box.directory + " are set aside"),
                box.pickup.troubles().toString());
    }

    /// A program that never overwrites makes a second name, then removes the first.
    @Test
    void aSecondNameThatGoesInTimeIsNoHarm() throws IOException {
        Path first = box.drop("a.new", MAIL);
        Files.createLink(box.directory.resolve("a.eml"), first);
        box.pickup.look();
        Files.delete(first);
        box.look();
        assertEquals(1, box.mail.size());
    }

    @Test
    void whatIsNoTextIsSetAsideWithItsLine() throws IOException {
        assertTrue(box.reasonOf(octets(MAIL + "a\rb\n")).startsWith("line 5 has a CR without LF behind it"));
        assertTrue(box.reasonOf(octets(MAIL + "a\r")).startsWith("line 5 has a CR without LF behind it"));
        assertTrue(box.reasonOf(octets(MAIL + "\0\n")).startsWith("line 5 has a NUL"));
        assertTrue(box.reasonOf(MAIL.getBytes(StandardCharsets.UTF_16LE)).startsWith("line 1 has a NUL"));
        assertTrue(box.reasonOf(octets("")).startsWith("it is empty"));
        assertTrue(box.reasonOf(octets("\n\nHello\n")).startsWith("it has no header"));
    }

    @Test
    void aBodyThatIsNotKeptInMemoryIsReadAgain() throws IOException {
        String line = "\u00fc".repeat(600) + "\n";
        String body = line.repeat(2_000) + "end";
        box.drop("a.eml", MAIL + body);
        box.look();
        assertEquals("Hello\r\n" + body.replace("\n", "\r\n") + "\r\n", box.mail.getFirst().body());
    }

    @Test
    void aFileThatIsWrittenToWhileItIsReadIsReadOnceMore() throws IOException {
        box.drop("a.eml", MAIL + "x\n".repeat(1 << 20));
        box.whileRead = () -> {
            box.whileRead = () -> {};
            try (var file = new RandomAccessFile(box.directory.resolve(".sternpost/" + box.claimed().getFirst())
                    .toFile(), "rw")) {
                file.seek(2_000_000);
                file.write('y');
            } catch (IOException broken) {
                throw new java.io.UncheckedIOException(broken);
            }
        };
        box.look();
        assertEquals(0, box.mail.size());
        assertTrue(box.pickup.troubles().getFirst().contains("the file changed while it was read"),
                box.pickup.troubles().toString());
        box.look();
        assertEquals(1, box.mail.size());
        assertTrue(box.mail.getFirst().body().contains("y"));
        assertEquals(List.of(), box.pickup.troubles());
    }

    @Test
    void aFileLargerThanAMessageMayBeIsNotRead() throws IOException {
        Path huge = box.drop("huge.eml", MAIL);
        try (var file = new RandomAccessFile(huge.toFile(), "rw")) {
            file.setLength(1L << 40);
        }
        box.look();
        assertTrue(reason("huge").startsWith("it has 1099511627776 octets; 4194304 are allowed"), reason("huge"));
        Files.delete(box.directory.resolve("huge.bad"));
        box.drop("less.eml", MAIL + ("x".repeat(62) + "\n").repeat(1 << 16)); // 4,128,768 as it lies there
        box.look();
        assertTrue(reason("less").contains(" are allowed"), reason("less"));
    }

    @Test
    void whatIsRefusedForGoodIsSetAsideAndWhatIsNotWaits() throws IOException {
        box.refusal = Optional.of(Reply.of(452, "4.3.1 the queue is full; try again later"));
        box.drop("a.eml", MAIL);
        box.look();
        assertEquals(1, box.claimed().size());
        assertEquals(List.of("1 file in " + box.directory
                + " wait, as it is not accepted now: 452 4.3.1 the queue is full; try again later"),
                box.pickup.troubles());
        box.refusal = Optional.empty();
        box.pickup.look();
        assertEquals(1, box.mail.size());
        assertEquals(List.of(), box.claimed());
        assertEquals(List.of(), box.pickup.troubles());
        box.refusal = Optional.of(Reply.of(550, "5.7.1 not by this rule"));
        assertTrue(box.reasonOf(octets(MAIL)).startsWith("it is refused: 550 5.7.1 not by this rule\n"));
    }

    @Test
    void whileNothingIsAcceptedFilesStayWhereTheyAre() throws IOException {
        box = new Dropbox(home.resolve("other"), terms -> PickupPaceTest.pace(terms, 1_000));
        box.refusal = Optional.of(Reply.of(452, "4.3.1 the queue is full; try again later"));
        for (int i = 0; i < 150; i++)
            box.drop("f" + i + ".eml", MAIL);
        for (int i = 0; i < 4; i++)
            box.look();
        assertEquals(100, box.claimed().size());
        assertEquals(50, box.names().size());
        box.refusal = Optional.empty();
        box.look();
        assertEquals(150, box.mail.size());
    }

    /// Each try reads a whole file.
    @Test
    void whileNothingIsAcceptedOneFileIsTriedAtALook() throws IOException {
        for (int i = 0; i < 50; i++)
            box.drop("f" + i + ".eml", MAIL);
        box.refusal = Optional.of(Reply.of(452, "4.3.1 the queue is full; try again later"));
        box.look();
        assertEquals(1, box.asked);
        assertEquals(50, box.claimed().size());
        box.pickup.look();
        assertEquals(2, box.asked);
    }

    @Test
    void oneThatWaitsForAReasonOfItsOwnHoldsUpNoOther() throws IOException {
        box.stubborn = "f3";
        for (int i = 0; i < 10; i++)
            box.drop("f" + i + ".eml", MAIL.replace("bob", "f" + i));
        for (int i = 0; i < 12; i++)
            box.look();
        assertEquals(9, box.mail.size());
        assertEquals(1, box.claimed().size());
        assertTrue(box.claimed().getFirst().endsWith("-f3.tmp"), box.claimed().toString());
        box.drop("late.eml", MAIL);
        box.look();
        assertEquals(10, box.mail.size());
    }

    @Test
    void whatIsSetAsideNeverTakesAnothersNameAndComesBackByItsOwn() throws IOException {
        for (int i = 0; i < 3; i++) {
            box.drop("a.eml", "x" + i);
            box.look();
        }
        assertEquals(6, box.names().size(), box.names().toString());
        assertEquals("x0", Files.readString(box.directory.resolve("a.bad")));
        Path bad = box.directory.resolve("a.bad");
        Files.writeString(bad, MAIL);
        Files.move(bad, box.directory.resolve("a.eml"));
        box.look();
        assertEquals(1, box.mail.size());
    }

    /// Somebody may lay a link where a reason would go.
    @Test
    void aReasonIsWrittenThroughNoLink() throws IOException {
        Path secret = Files.writeString(home.resolve("secret"), "secret");
        Files.createSymbolicLink(box.directory.resolve("a.bad.txt"), secret);
        box.drop("a.eml", "x");
        box.look();
        assertEquals("secret", Files.readString(secret));
        assertEquals(4 - 1, box.names().size(), box.names().toString());
    }

    @Test
    void aStartTakesWhatWasClaimedAndNotWhatWasAccepted() throws IOException {
        box.refusal = Optional.of(Reply.of(452, "4.3.1 not now"));
        box.drop("a.eml", MAIL);
        box.look();
        box.refusal = Optional.empty();
        var next = another();
        next.look();
        assertEquals(1, box.mail.size());
        next.end();
        // The crash was behind the acceptance: the file is there still.
        Files.writeString(box.directory.resolve(".sternpost/" + box.mail.getFirst().id() + "-a.tmp"), MAIL);
        another().look();
        assertEquals(1, box.mail.size());
        assertEquals(List.of(), box.claimed());
    }

    @Test
    void anotherEngineOnTheSameDirectoryIsToldAndTakesNothing() throws IOException {
        box.look();
        PickupDirectory other = box.another(terms -> terms);
        box.drop("a.eml", MAIL);
        other.look();
        other.look();
        assertEquals(List.of("another engine takes files from the pickup directory " + box.directory
                + "; give each a directory of its own"), other.troubles());
        assertEquals(List.of("a.eml"), box.names());
    }

    @Test
    void aDirectoryThatCannotBeUsedIsToldUntilItCan() throws IOException {
        Files.delete(box.directory);
        box.look();
        assertTrue(trouble().startsWith("the pickup directory " + box.directory + " does not exist; make it"));
        Files.writeString(box.directory, "x");
        box.look();
        assertTrue(trouble().contains("is no directory; name one in pickup.directory"));
        Files.delete(box.directory);
        Files.createDirectory(box.directory);
        Files.setPosixFilePermissions(box.directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        box.drop("a.eml", MAIL);
        box.look();
        assertTrue(trouble().startsWith("everybody may write to the pickup directory"), trouble());
        assertTrue(trouble().endsWith("chmod o-w " + box.directory), trouble());
        assertEquals(List.of(), box.mail);
        Files.setPosixFilePermissions(box.directory, PosixFilePermissions.fromString("rwxrwx---"));
        Files.writeString(box.directory.resolve(".sternpost"), "x");
        box.look();
        assertTrue(trouble().contains(".sternpost is in the way"), trouble());
        Files.delete(box.directory.resolve(".sternpost"));
        box.look();
        assertEquals(List.of(), box.pickup.troubles());
        assertEquals(1, box.mail.size());
        assertEquals("rwx------", PosixFilePermissions.toString(
                Files.getPosixFilePermissions(box.directory.resolve(".sternpost"))));
    }

    @Test
    void whatMayNotBeReadIsSetAside() throws IOException {
        assumeFalse(System.getProperty("user.name").equals("root"), "root reads everything");
        Path file = box.drop("a.eml", MAIL);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("-w-------"));
        box.look();
        assertTrue(reason("a").startsWith("the engine may not read it: it runs as "), reason("a"));
    }

    @Test
    void itsThreadGoesOnWhateverAFileDoesAndEndsWhenItIsTold() throws Exception {
        box.whileRead = () -> {
            box.whileRead = () -> {};
            throw new StackOverflowError("odd input");
        };
        box.drop("a.eml", MAIL);
        try (var _ = PickupDirectory.start(box.pickup)) {
            awaitAside();
            box.drop("b.eml", MAIL);
            Patience.until("the next one is taken", () -> {
                box.time.advance(PickupDirectory.LOOK);
                return !box.mail.isEmpty();
            });
        }
        assertTrue(reason("a").startsWith("it met a defect of this gateway: java.lang.StackOverflowError"),
                reason("a"));
        Path later = box.drop("c.eml", MAIL);
        box.time.advance(Duration.ofMinutes(1));
        assertTrue(Files.exists(later));
        assertEquals(1, box.mail.size());
    }

    private void awaitAside() throws InterruptedException {
        Patience.until("the file is set aside", () -> {
            box.time.advance(PickupDirectory.LOOK);
            return Files.exists(box.directory.resolve("a.bad"));
        });
    }

    /// The engine that had the directory has ended.
    private PickupDirectory another() {
        box.pickup.end();
        return box.another(terms -> terms);
    }

    private String trouble() { return box.pickup.troubles().getFirst(); }

    private String reason(String name) throws IOException {
        return Files.readString(box.directory.resolve(name + ".bad.txt"));
    }

    private static byte[] octets(String text) { return text.getBytes(StandardCharsets.UTF_8); }
}
