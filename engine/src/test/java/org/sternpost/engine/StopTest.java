package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabDomains;
import org.sternpost.lab.LabSettings;

/// What may take its time when the engine stops takes it at the same time.
class StopTest {

    private static final Duration STOP = Duration.ofSeconds(8); // for hosts to answer; clients have less
    private static final String SLOW = "loses-pipelined.test"; // never answers what it has been sent

    @TempDir
    Path directory;
    private final SimTime time = new SimTime();

    /// A client in the midst of a message, and a host that owes a reply: the time of one is no more time for the other.
    @Test
    void clientsAndHostsHaveTheirTimeTogether() throws Exception {
        try (var lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")),
                List.of(LabDomains.find(SLOW).orElseThrow(), LabDomains.find(LabDomains.HOME).orElseThrow()));
                var engine = LabEngine.patient(lab, directory.resolve("engine"),
                        text -> text.replaceAll("timeout: .*", "timeout: 5s"), time);
                var client = new Socket()) {
            InetSocketAddress address = engine.engine().listeners().getFirst();
            client.connect(address);
            beginMessage(client);
            engine.send(List.of(SLOW));
            Patience.until("the host has been sent something", () -> lab.visits("mx." + SLOW).stream()
                    .anyMatch(visit -> visit.commands().stream().anyMatch(verb -> verb.endsWith("MAIL"))));
            var stop = Thread.ofPlatform().daemon().start(engine.engine()::close);
            Patience.until("the stop has begun", () -> !listens(address));
            time.advance(STOP);
            assertTrue(stop.join(Patience.AMPLE), "no more time is needed");
        }
    }

    private static void beginMessage(Socket client) throws IOException {
        var replies = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
        replies.readLine();
        for (String command : List.of("HELO client.example", "MAIL FROM:<a@home.example>", "RCPT TO:<b@" + SLOW + ">",
                "DATA")) {
            client.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            replies.readLine();
        }
        client.getOutputStream().write("Subject: never".getBytes(StandardCharsets.US_ASCII));
    }

    private static boolean listens(InetSocketAddress address) {
        try (var socket = new Socket()) {
            socket.connect(address);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }
}
