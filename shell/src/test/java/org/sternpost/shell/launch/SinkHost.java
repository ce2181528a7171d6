package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A mail host that takes everything and writes down which message came to whom, in which session, at which place.
final class SinkHost implements AutoCloseable {

    static final String ID = "X-Kill-Id: ";

    /// What is said for a line of content; the id says behind a dash how many of them there are.
    static final String LINE = "line of content";

    /// @param place of the message in its session, from 0
    /// @param at    before the client could know of it
    record Arrival(Session session, int place, Instant at) {}

    /// One session; of which process, what it took, and whether the client said goodbye.
    static final class Session {
        private final int process;
        private int taken;
        private boolean quit;

        private Session(int process) { this.process = process; }

        int process() { return process; }

        /// Arrivals after this one in the same session.
        synchronized int after(int place) { return taken - 1 - place; }

        synchronized boolean wasCut() { return !quit; }
    }

    private final ServerSocket listener;
    private final AtomicInteger process = new AtomicInteger();
    private final Map<String, List<Arrival>> arrivals = new LinkedHashMap<>();

    SinkHost(String address) throws IOException {
        listener = new ServerSocket(0, 200, InetAddress.ofLiteral(address));
        Thread.ofVirtual().start(this::listen);
    }

    int port() { return listener.getLocalPort(); }

    /// Settings for an engine whose mail is to come here, once it knows the way by [#route].
    ///
    /// @param submission the port at which it takes mail; 0 for any
    /// @param more       lines of the section `delivery`
    String engineSettings(Path data, int submission, String... more) {
        return """
                hostName: relay.injector.test
                dataDirectory: %s
                submission:
                  - address: "127.0.0.1:%d"
                    allow: ["127.0.0.0/8"]
                dns:
                  servers: ["127.0.0.1:%d"]
                delivery:
                  allowLoopback: true
                """.formatted(data, submission, port())
                + Stream.of(more).map(line -> "  " + line + "\n").collect(Collectors.joining());
    }

    /// Tells the engine of these settings that all its mail goes here.
    void route(Path settings) {
        Ran ran = Ran.with(settings, "-Command", "New-OutboundConnector sink -RecipientDomains .test "
                + "-UseMXRecord $false -SmartHosts 127.0.0.1:" + port() + " -TlsValidation Disabled");
        assertEquals(0, ran.exit(), ran.err());
    }

    /// Arrivals of each `id recipient`.
    Map<String, List<Arrival>> arrivals() {
        synchronized (arrivals) {
            var copy = new LinkedHashMap<String, List<Arrival>>();
            arrivals.forEach((who, all) -> copy.put(who, List.copyOf(all)));
            return copy;
        }
    }

    /// Sessions from now on are of another process than those before.
    void nextProcess() { process.incrementAndGet(); }

    private void listen() {
        while (!listener.isClosed())
            try {
                Socket socket = listener.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                if (!listener.isClosed()) throw new UncheckedIOException(closed);
            }
    }

    private void serve(Socket socket) {
        var session = new Session(process.get());
        try (socket; var in = new BufferedInputStream(socket.getInputStream(), 65_536)) {
            OutputStream out = socket.getOutputStream();
            say(out, "220 sink.test ESMTP");
            var recipients = new ArrayList<String>();
            for (String line = line(in); line != null; line = line(in))
                switch (line.split("[ :]", 2)[0].toUpperCase(Locale.ROOT)) {
                    case "EHLO" -> say(out, "250-sink.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE");
                    case "RCPT" -> {
                        recipients.add(line.substring(line.indexOf('<') + 1, line.indexOf('>')));
                        say(out, "250 2.1.5 OK");
                    }
                    case "DATA" -> {
                        say(out, "354 Go on");
                        String id = content(in);
                        synchronized (session) {
                            synchronized (arrivals) {
                                for (String to : recipients)
                                    arrivals.computeIfAbsent(id + " " + to, _ -> new ArrayList<>(1))
                                            .add(new Arrival(session, session.taken,
                                                    InstantSource.system().instant()));
                            }
                            session.taken++;
                        }
                        recipients.clear();
                        say(out, "250 2.0.0 Kept");
                    }
                    case "QUIT" -> {
                        synchronized (session) {
                            session.quit = true;
                        }
                        say(out, "221 2.0.0 Bye");
                        return;
                    }
                    default -> say(out, "250 2.0.0 OK");
                }
        } catch (IOException cut) {
            // A killed client says nothing; the session keeps what it took.
            synchronized (session) {
                session.quit = false;
            }
        }
    }

    /// Reads up to the lone dot; the id among the header fields, if all lines are there.
    private static String content(BufferedInputStream in) throws IOException {
        String id = "";
        int lines = 0;
        for (String line = line(in); !".".equals(line); line = line(in)) {
            if (line == null) throw new IOException("cut in mid-content");
            if (line.startsWith(ID)) id = line.substring(ID.length());
            if (line.equals(LINE)) lines++;
        }
        return id.endsWith("-" + lines) ? id : "altered: " + id + " with " + lines;
    }

    private static String line(BufferedInputStream in) throws IOException {
        var line = new StringBuilder();
        for (int octet = in.read(); octet >= 0; octet = in.read()) {
            if (octet == '\n') return line.toString();
            if (octet != '\r') line.append((char) octet);
        }
        return null;
    }

    private static void say(OutputStream out, String reply) throws IOException {
        out.write((reply + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    @Override
    public void close() throws IOException { listener.close(); }
}
