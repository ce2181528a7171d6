package org.sternpost.lab.mx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MailboxTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final byte[] MESSAGE = {'x', '\r', '\n'};

    @TempDir
    Path directory;

    private Mailbox open() throws IOException { return Mailbox.open(directory, InstantSource.fixed(NOON)); }

    @Test
    void messageIsStoredOnceAndCountedForEachRecipient() throws Exception {
        try (var mailbox = open()) {
            mailbox.keep("mx.a.test", Optional.of("TLSv1.2"),
                    new Mailbox.Letter("s@lab.test", "BODY=8BITMIME", List.of("x@a.test", "y@B.test")), MESSAGE);
            assertEquals(1, mailbox.count("a.test"));
            assertEquals(1, mailbox.count("b.test"));
            assertEquals(2, mailbox.countAll());
            assertEquals(mailbox.of("a.test").getFirst().message(), mailbox.of("b.test").getFirst().message());
            assertEquals(NOON, mailbox.of("a.test").getFirst().at());
        }
    }

    @Test
    void whatArrivedIsRememberedAfterARestart() throws Exception {
        try (var mailbox = open()) {
            mailbox.keep("mx.a.test", Optional.empty(),
                    new Mailbox.Letter("", "BODY=8BITMIME", List.of("\"tab\there\"@a.test")), MESSAGE);
            mailbox.keep("mx.a.test", Optional.of("TLSv1.3"),
                    new Mailbox.Letter("s@lab.test", "BODY=8BITMIME", List.of("x@bücher.test")), MESSAGE);
        }
        try (var again = open()) {
            assertEquals("\"tab here\"@a.test", again.of("a.test").getFirst().recipient());
            assertFalse(again.of("a.test").getFirst().encrypted());
            assertEquals("BODY=8BITMIME", again.of("a.test").getFirst().parameters());
            assertEquals(Optional.of("TLSv1.3"), again.of("xn--bcher-kva.test").getFirst().tls());
            assertEquals("x\r\n", Files.readString(again.of("bücher.test").getFirst().message()));
            again.keep("mx.a.test", Optional.empty(), new Mailbox.Letter("", "BODY=8BITMIME", List.of("x@a.test")),
                    MESSAGE);
            assertEquals(2, again.of("a.test").stream().map(Received::message).distinct().count());
        }
    }

    @Test
    void lastLineOfAKilledRunIsPassedOver() throws Exception {
        try (var mailbox = open()) {
            mailbox.keep("mx.a.test", Optional.empty(), new Mailbox.Letter("", "BODY=8BITMIME", List.of("x@a.test")),
                    MESSAGE);
        }
        Files.writeString(directory.resolve("index.tsv"), "2026-01-01T12:00:00Z\tx@a.t", StandardOpenOption.APPEND);
        try (var again = open()) {
            assertEquals(1, again.countAll());
            again.keep("mx.a.test", Optional.empty(), new Mailbox.Letter("", "BODY=8BITMIME", List.of("x@a.test")),
                    MESSAGE);
        }
        try (var third = open()) {
            assertEquals(2, third.countAll());
        }
    }

    @Test
    void waiterWakesWhenTheMailArrives() throws Exception {
        try (var mailbox = open()) {
            var sender = Thread.ofVirtual().start(() -> {
                try {
                    mailbox.keep("mx.a.test", Optional.empty(),
                            new Mailbox.Letter("", "BODY=8BITMIME", List.of("x@a.test")), MESSAGE);
                } catch (IOException broken) {
                    throw new IllegalStateException(broken);
                }
            });
            assertTrue(mailbox.await("a.test", 1, Duration.ofMinutes(2)));
            assertTrue(mailbox.awaitAll(1, Duration.ZERO));
            assertFalse(mailbox.awaitAll(2, Duration.ofMillis(1)));
            sender.join();
        }
    }
}
