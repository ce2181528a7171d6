package org.sternpost.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SinkTest {

    private static final int NETWORK = 83;

    @TempDir
    Path directory;

    @Test
    void everyMessageIsCountedOnceHoweverItComes() throws Exception {
        try (var world = World.open(NETWORK, directory, Row.of("1x1@0"))) {
            var tally = new Tally(5, 4);
            world.sink().countFor(tally);
            try (var client = new Client(world)) {
                client.expect("220");
                client.say("EHLO x\r\n");
                client.expect("250");
                // Pipelined; a line of one dot that is stuffed, and a dot at the end of a line, do not end it.
                client.say("MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n");
                client.expect("250", "250", "354");
                client.say("X-Bench-Id: 5-0\r\n\r\n..\r\nend.\r\n.x\r\n.\r\n");
                client.expect("250");
                // In chunks, the field cut in two, the last one empty.
                client.say(
                        "MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nBDAT 12\r\nX-Bench-Id: BDAT 7\r\n5-1\r\n\r\nBDAT 0 LAST\r\n");
                client.expect("250", "250", "250", "250", "250");
                // The same again, and two messages in one packet.
                client.say("MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nBDAT 19 LAST\r\nX-Bench-Id: 5-1\r\n\r\n"
                        + "MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n");
                client.expect("250", "250", "250", "250", "250", "354");
                client.say("X-Bench-Id: 5-2\r\n.\r\nQUIT\r\n");
                client.expect("250", "221");
                assertEquals("", client.rest());
            }
            assertEquals(3, tally.arrived());
            assertEquals(1, tally.duplicated());
            assertEquals(0, tally.strangers());
            assertEquals(4, world.sink().counters().now().plain());
        }
    }

    @Test
    void whatComesLateCountsForItsOwnRound() throws Exception {
        try (var world = World.open(NETWORK, directory, Row.of("1x1@0")); var client = new Client(world)) {
            var first = new Tally(5, 1);
            var second = new Tally(6, 1);
            world.sink().countFor(first);
            world.sink().countFor(second);
            client.expect("220");
            for (String id : List.of("5-0", "7-0")) {
                client.say("MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n");
                client.expect("250", "250", "354");
                client.say("X-Bench-Id: " + id + "\r\n\r\n.\r\n");
                client.expect("250");
            }
            assertEquals(List.of(1, 0), List.of(first.arrived(), first.strangers()));
            assertEquals(List.of(0, 1), List.of(second.arrived(), second.strangers()), "nobody's is told apart");
        }
    }

    @Test
    void whatIsOutOfOrderIsRefusedAndCountsForNothing() throws Exception {
        try (var world = World.open(NETWORK, directory, Row.of("1x1@0")); var client = new Client(world)) {
            client.expect("220");
            client.say("RCPT TO:<a@b>\r\nDATA\r\nBDAT 3 LAST\r\nabcNOOP\r\nFOO\r\nBDAT many\r\n");
            client.expect("503", "503", "503", "250", "502", "501");
            assertEquals("", client.rest(), "where nobody knows what is command and what is content, it ends");
            assertEquals(0, world.sink().counters().messages.sum());
        }
    }

    @Test
    void fullAndResumedHandshakesAreToldApart() throws Exception {
        try (var world = World.open(NETWORK, directory, Row.of("1x1@0"))) {
            var speed = WarmUp.of(world);
            var seen = world.sink().counters().now();
            assertEquals(seen.connections(), seen.full() + seen.resumed());
            assertTrue(seen.full() >= 1, seen.toString());
            assertTrue(speed.resumed() > 0, "a client that keeps its sessions resumes: " + speed);
            assertEquals(0, seen.failed());
            assertEquals(0, seen.plain());
        }
    }

    @Test
    void whatIsFarAwayAnswersEachFlightOneRoundTripLater() throws Exception {
        try (var world = World.open(NETWORK, directory, Row.of("1x1@50"))) {
            // Both begin before what they measure can: a test that was not scheduled for a while sees more, never less.
            long begun = System.nanoTime();
            try (var client = new Client(world)) {
                client.expect("220");
                assertTrue(System.nanoTime() - begun >= 100_000_000,
                        "the greeting waits for the handshake of TCP as well");
                begun = System.nanoTime();
                client.say("EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nRSET\r\nQUIT\r\n");
                client.expect("250", "250", "250", "250", "221");
                assertTrue(System.nanoTime() - begun >= 50_000_000, "one flight, one round trip");
            }
        }
    }

    private static final class Client implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader in;

        Client(World world) throws IOException {
            socket = new Socket(world.firstHost().getAddress(), world.firstHost().getPort());
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        }

        void say(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        }

        void expect(String... codes) throws IOException {
            var found = new ArrayList<String>();
            while (found.size() < codes.length) {
                String line = in.readLine();
                if (line == null) break;
                if (line.charAt(3) == ' ') found.add(line.substring(0, 3));
            }
            assertEquals(List.of(codes), found);
        }

        String rest() throws IOException { return String.join("\n", in.lines().toList()); }

        @Override
        public void close() throws IOException { socket.close(); }
    }
}
