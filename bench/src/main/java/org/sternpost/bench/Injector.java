package org.sternpost.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/// Submits the messages of a [Tally] over several connections, as fast as they are taken.
///
/// Each connection pipelines MAIL, RCPT and DATA (RFC 2920), one message after the other, and is kept for all of
/// them.
final class Injector {

    private static final Duration CONNECT_MAX = Duration.ofSeconds(10);
    private static final Duration REPLY_MAX = Duration.ofSeconds(120);
    private static final int BROKEN_MAX = 20;
    private static final byte[] LINE_END = {'\r', '\n'};
    private static final byte[] END = {'.', '\r', '\n'};
    private static final int LINE_OCTETS = 74;
    private static final int LETTERS = 26;
    private static final int READ_OCTETS = 1024;
    private static final String SENDER = "bench@sender.test";

    private final InetSocketAddress server;
    private final int connections;
    private final int octets;
    private final IntFunction<String> recipients;
    private final IntFunction<String> senders;
    private final IntFunction<InetAddress> clients;
    private final byte[] lines;

    /// @param recipients the address for the message of a number
    Injector(InetSocketAddress server, int connections, int octets, IntFunction<String> recipients) {
        this(server, connections, octets, recipients, _ -> SENDER, _ -> new InetSocketAddress(0).getAddress());
    }

    private Injector(InetSocketAddress server, int connections, int octets, IntFunction<String> recipients,
            IntFunction<String> senders, IntFunction<InetAddress> clients) {
        this.server = server;
        this.connections = connections;
        this.octets = octets;
        this.recipients = recipients;
        this.senders = senders;
        this.clients = clients;
        this.lines = lines(octets);
    }

    /// The same, with senders of their own.
    ///
    /// @param senders the address for the message of a number
    Injector from(IntFunction<String> senders) {
        return new Injector(server, connections, octets, recipients, senders, clients);
    }

    /// The same, from addresses of their own.
    ///
    /// @param clients the address of each connection
    Injector at(IntFunction<InetAddress> clients) {
        return new Injector(server, connections, octets, recipients, senders, clients);
    }

    /// @param refused  messages that were answered with anything but 250
    /// @param broken   connections that broke, or were not to be had
    /// @param latencies from MAIL to the last reply, in milliseconds, of what was accepted
    record Injected(int accepted, int refused, int broken, double seconds, Percentiles latencies) {
        double rate() { return seconds > 0 ? accepted / seconds : 0; }
    }

    Injected run(Tally tally) throws InterruptedException {
        var next = new AtomicInteger();
        var refused = new AtomicInteger();
        var broken = new AtomicInteger();
        var millis = new double[tally.messages()];
        var threads = new ArrayList<Thread>();
        long begun = System.nanoTime();
        for (int i = 0; i < connections; i++) {
            InetAddress client = clients.apply(i);
            threads.add(Thread.ofPlatform().daemon().name("client").start(() -> {
                while (next.get() < tally.messages() && broken.get() < BROKEN_MAX) {
                    try {
                        submit(client, tally, next, millis, refused);
                    } catch (IOException gone) {
                        broken.incrementAndGet();
                    }
                }
            }));
        }
        for (var thread : threads)
            thread.join();
        double seconds = (System.nanoTime() - begun) / 1e9;
        double[] taken = java.util.Arrays.stream(millis).filter(one -> one > 0).toArray();
        return new Injected(taken.length, refused.get(), broken.get(), seconds, new Percentiles(taken));
    }

    private void submit(InetAddress client, Tally tally, AtomicInteger next, double[] millis, AtomicInteger refused)
            throws IOException {
        try (var socket = new Socket()) {
            socket.bind(new InetSocketAddress(client, 0));
            socket.connect(server, (int) CONNECT_MAX.toMillis());
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) REPLY_MAX.toMillis());
            var in = new BufferedInputStream(socket.getInputStream(), READ_OCTETS);
            var out = socket.getOutputStream();
            expect(in, 220);
            say(out, "EHLO injector.test\r\n");
            expect(in, 250);
            for (int number; (number = next.getAndIncrement()) < tally.messages();) {
                long begun = System.nanoTime();
                String to = recipients.apply(number);
                say(out, "MAIL FROM:<" + senders.apply(number) + ">\r\nRCPT TO:<" + to + ">\r\nDATA\r\n");
                int sender = code(in);
                int recipient = code(in);
                int data = code(in);
                if (data == 354) {
                    out.write(message(tally, number, to));
                    data = code(in);
                }
                if (sender == 250 && recipient == 250 && data == 250) {
                    millis[number] = (System.nanoTime() - begun) / 1e6;
                    tally.accepted(number);
                } else {
                    refused.incrementAndGet();
                    if (data == 421) throw new IOException("421");
                }
            }
            say(out, "QUIT\r\n");
            code(in);
        }
    }

    private byte[] message(Tally tally, int number, String to) {
        byte[] header = ("From: <" + SENDER + ">\r\nTo: <" + to + ">\r\nSubject: bench " + number
                + "\r\nDate: Sat, 28 Nov 2026 12:00:00 +0000\r\nMessage-ID: " + tally.messageId(number) + "\r\n"
                + Tally.FIELD + ": " + tally.round() + "-" + number
                + "\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        // All messages have the same lines, each from another place on.
        int rest = Math.max(0, octets - 2 - header.length);
        byte[] all = Arrays.copyOf(header, header.length + rest + LINE_END.length + END.length);
        System.arraycopy(lines, number % LETTERS * LINE_OCTETS, all, header.length, rest);
        // No CR may stand alone where the last line is cut.
        if (rest > 0 && all[header.length + rest - 1] == '\r') all[header.length + rest - 1] = 'z';
        System.arraycopy(LINE_END, 0, all, header.length + rest, LINE_END.length);
        System.arraycopy(END, 0, all, all.length - END.length, END.length);
        return all;
    }

    /// Enough for every message, wherever it begins.
    private static byte[] lines(int octets) {
        var text = new StringBuilder();
        for (int line = 0; text.length() < octets + LETTERS * LINE_OCTETS; line++) {
            for (int i = 0; i < LINE_OCTETS - LINE_END.length; i++)
                text.append((char) ('a' + (line + i) % LETTERS));
            text.append("\r\n");
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static void say(OutputStream out, String command) throws IOException {
        out.write(command.getBytes(StandardCharsets.US_ASCII));
    }

    private static void expect(InputStream in, int wanted) throws IOException {
        int code = code(in);
        if (code != wanted) throw new IOException("answered " + code + " where " + wanted + " was due");
    }

    /// The code of one reply, of all its lines (RFC 5321 §4.2.1).
    private static int code(InputStream in) throws IOException {
        while (true) {
            int code = 0;
            int at = 0;
            boolean more = false;
            for (int octet; (octet = in.read()) != '\n'; at++) {
                if (octet < 0) throw new IOException("the server closed the connection");
                if (at < 3 && octet >= '0' && octet <= '9') code = code * 10 + octet - '0';
                if (at == 3) more = octet == '-';
            }
            if (!more) return code;
        }
    }
}
