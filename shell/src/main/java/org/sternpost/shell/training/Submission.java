package org.sternpost.shell.training;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Hands mail in as an application does: several sessions at once, many messages in each.
final class Submission {

    private static final int ANSWER_MILLIS_MAX = (int) Duration.ofMinutes(2).toMillis();
    private static final String BODY = "The quick brown fox jumps over the lazy dog, 64 octets a line.\r\n".repeat(60);

    private final int port;
    private final List<String> domains;
    private final AtomicInteger left;
    private final AtomicReference<@Nullable IOException> failed = new AtomicReference<>();

    private Submission(int port, List<String> domains, int messages) {
        this.port = port;
        this.domains = domains;
        this.left = new AtomicInteger(messages);
    }

    /// @throws IOException if a message is not accepted
    static void run(int port, List<String> domains, int sessions, int messages)
            throws IOException, InterruptedException {
        var submission = new Submission(port, domains, messages);
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < sessions; i++)
            threads.add(Thread.ofVirtual().start(submission::session));
        for (Thread thread : threads)
            thread.join();
        if (submission.failed.get() instanceof IOException why) throw why;
    }

    private void session() {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port);
                var replies = new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            socket.setSoTimeout(ANSWER_MILLIS_MAX);
            expect(replies, "220");
            say(socket, replies, "EHLO training.lab.test", "250");
            for (int number = left.decrementAndGet(); number >= 0; number = left.decrementAndGet())
                message(socket, replies, number);
            say(socket, replies, "QUIT", "221");
        } catch (IOException broken) {
            failed.compareAndSet(null, broken);
        }
    }

    private void message(Socket socket, BufferedReader replies, int number) throws IOException {
        say(socket, replies, "MAIL FROM:<training@lab.test>", "250");
        say(socket, replies, "RCPT TO:<user" + number + "@" + domains.get(number % domains.size()) + ">", "250");
        say(socket, replies, "DATA", "354");
        say(socket, replies, "From: training@lab.test\r\nSubject: " + number + "\r\n\r\n" + BODY + ".", "250");
    }

    private static void say(Socket socket, BufferedReader replies, String text, String code) throws IOException {
        socket.getOutputStream().write((text + "\r\n").getBytes(StandardCharsets.US_ASCII));
        expect(replies, code);
    }

    private static void expect(BufferedReader replies, String code) throws IOException {
        String line;
        do {
            line = replies.readLine();
            if (line == null || !line.startsWith(code)) throw new IOException(code + " expected, not " + line);
        } while (line.startsWith("-", code.length()));
    }
}
