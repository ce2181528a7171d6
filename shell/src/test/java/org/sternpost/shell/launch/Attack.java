package org.sternpost.shell.launch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/// One way to stop an engine, repeated from some threads until it is over.
///
/// @param threads at once
record Attack(String name, int threads, Step step) {

    private static final long MOMENT_NANOS = 200_000_000;
    private static final String CROWD = "crowd@lab.test";
    private static final String HELLO = "EHLO crowd.test\r\n";

    /// What each thread does over and over; to be refused is its lot.
    @FunctionalInterface
    interface Step {
        void run() throws Exception;
    }

    /// Begins; whoever sets `over` and joins the threads has ended it.
    List<Thread> begin(AtomicBoolean over) {
        return IntStream.range(0, threads).mapToObj(_ -> Thread.ofVirtual().start(() -> {
            while (!over.get())
                try {
                    step.run();
                } catch (IOException refused) {
                    pause(1);
                } catch (Exception broken) {
                    throw new AssertionError(name, broken);
                }
        })).toList();
    }

    /// Many domains behind hosts that accept and say nothing.
    static Attack hangingHosts(int port, List<String> domains) {
        return new Attack("silent hosts of " + domains.size() + " domains", 1, () -> {
            submit(port, CROWD, "", "", domains);
            pause(25);
        });
    }

    /// Mail at which the engine fails by itself, among the good mail of a domain.
    static Attack poison(int port, String sender, String domain) {
        return new Attack("messages that meet a defect", 2, () -> {
            submit(port, sender, "", "", List.of(domain));
            pause(1);
        });
    }

    /// Hosts that break the rules in every way that is known, and mail that asks much of them.
    static Attack oddHosts(int port, List<String> domains) {
        return new Attack(domains.size() + " odd hosts", 2, () -> {
            submit(port, CROWD, " BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=soak",
                    " NOTIFY=SUCCESS,DELAY ORCPT=rfc822;u+40odd.test", domains);
            pause(2);
        });
    }

    /// Header fields without an end, in many sessions at once.
    static Attack headers(int port) {
        return new Attack("headers of 250 KB in 60 sessions", 60, () -> {
            try (var socket = new Socket("127.0.0.1", port)) {
                var in = replies(socket);
                expect(in);
                for (String line : List.of(HELLO, "MAIL FROM:<crowd@lab.test>\r\n", "RCPT TO:<u@good.test>\r\n",
                        "DATA\r\n")) {
                    say(socket, line);
                    expect(in);
                }
                say(socket, ("X-Field: " + "x".repeat(900) + "\r\n").repeat(270));
                pause(5);
            }
        });
    }

    /// Searches through the whole trace.
    static Attack searches(Path root, Path settings) {
        return new Attack("searches", 2, () -> {
            try (Child shell = Child.start(root, "-Settings", settings.toString(), "-Command",
                    "Get-MessageTrace -Subject nowhere")) {
                shell.exit();
            }
        });
    }

    /// Connections from outside `allow` that give an octet now and then.
    static Attack strangers(int port) {
        return new Attack("strangers that drip", 60, () -> {
            try (var socket = new Socket()) {
                socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.9"), 0));
                socket.connect(new InetSocketAddress("127.0.0.1", port));
                for (int i = 0; i < 10; i++) {
                    say(socket, "E");
                    pause(1);
                }
            }
        });
    }

    /// Connections to the socket for shells that ask nothing.
    static Attack shells(Path socket) {
        return new Attack("64 silent shells", 64, () -> {
            try (var _ = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                pause(5);
            }
        });
    }

    /// One message to many domains at once.
    static Attack destinations(int port, List<String> domains) {
        return new Attack("messages to " + domains.size() + " domains", 1, () -> {
            submit(port, CROWD, "", "", domains);
            pause(10);
        });
    }

    /// Hands in one message for a user of each domain; returns once it is answered 250.
    static void submit(int port, String sender, String mailParameters, String rcptParameters, List<String> domains)
            throws IOException {
        try (var socket = new Socket("127.0.0.1", port)) {
            var in = replies(socket);
            expect(in);
            var lines = new ArrayList<String>(List.of(HELLO, "MAIL FROM:<" + sender + ">" + mailParameters + "\r\n"));
            domains.forEach(domain -> lines.add("RCPT TO:<u@" + domain + ">" + rcptParameters + "\r\n"));
            lines.addAll(List.of("DATA\r\n", "Subject: soak\r\n\r\nhello\r\n.\r\n"));
            for (String line : lines) {
                say(socket, line);
                expect(in);
            }
        }
    }

    private static BufferedReader replies(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void expect(BufferedReader replies) throws IOException {
        String line = replies.readLine();
        while (line != null && line.length() > 3 && line.charAt(3) == '-')
            line = replies.readLine();
        if (line == null || line.charAt(0) > '3') throw new IOException(String.valueOf(line));
    }

    private static void pause(int moments) { LockSupport.parkNanos(moments * MOMENT_NANOS); }
}
