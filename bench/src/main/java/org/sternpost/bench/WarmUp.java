package org.sternpost.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/// Sends mail to the sink itself, by a client of our own, until it is as fast as it gets: what is measured later
/// must not meet a sink that is still being compiled. Also says how fast the sink is.
final class WarmUp {

    private static final int THREADS = 8;
    private static final int SESSIONS = 400;
    private static final int MESSAGES_A_SESSION = 40;
    private static final int READ_OCTETS = 1024;
    private static final int ROUNDS_MAX = 6;
    private static final int COMPILING_SHARE = 20;
    private static final int REPLY_MILLIS_MAX = 30_000;
    private static final byte[] BODY = ("\r\n" + ("x".repeat(70) + "\r\n").repeat(56) + ".\r\n")
            .getBytes(StandardCharsets.US_ASCII);

    /// All in one flight, as a client may say it to a host with CHUNKING (RFC 3030).
    private static final byte[] CHUNK = ("MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nBDAT " + (BODY.length - 3) + " LAST\r\n"
            + new String(BODY, 0, BODY.length - 3, StandardCharsets.US_ASCII)).getBytes(StandardCharsets.US_ASCII);

    private final World world;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final SSLContext context;

    private WarmUp(World world) {
        this.world = world;
        try {
            context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[]{new Anybody()}, null);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// @param sinkMicros of CPU that this process took for each message, client and sink together
    record Speed(double messagesPerSecond, double sinkMicros, long full, long resumed) {}

    /// Speaks with the first host of the world, which should be near.
    static Speed of(World world) throws IOException, InterruptedException {
        var self = new ProcessTree(ProcessHandle.current().pid());
        var warmUp = new WarmUp(world);
        warmUp.untilCompiled();
        double cpu = self.ownCpuSeconds();
        long begun = System.nanoTime();
        var before = world.sink().counters().now();
        warmUp.round();
        double seconds = (System.nanoTime() - begun) / 1e9;
        var after = world.sink().counters().now();
        int messages = SESSIONS * MESSAGES_A_SESSION;
        if (warmUp.failed.get() > 0) throw new IOException("the sink failed " + warmUp.failed + " sessions of ours");
        return new Speed(messages / seconds, (self.ownCpuSeconds() - cpu) * 1e6 / messages,
                after.full() - before.full(), after.resumed() - before.resumed());
    }

    /// Rounds until the compiler has nearly nothing to do, or has had its time.
    private void untilCompiled() throws InterruptedException {
        var compiler = ManagementFactory.getCompilationMXBean();
        for (int rounds = 0; rounds < ROUNDS_MAX; rounds++) {
            long before = compiler.getTotalCompilationTime();
            long begun = System.nanoTime();
            round();
            long spent = compiler.getTotalCompilationTime() - before;
            if (spent * COMPILING_SHARE < TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun)) return;
        }
    }

    private void round() throws InterruptedException {
        next.set(0);
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < THREADS; i++)
            threads.add(Thread.ofPlatform().daemon().start(() -> {
                while (next.getAndIncrement() < SESSIONS) {
                    try {
                        session(world.firstHost());
                    } catch (IOException broken) {
                        failed.incrementAndGet();
                    }
                }
            }));
        for (var thread : threads)
            thread.join();
    }

    private void session(InetSocketAddress host) throws IOException {
        try (var plain = new Socket()) {
            plain.connect(host, REPLY_MILLIS_MAX);
            plain.setSoTimeout(REPLY_MILLIS_MAX);
            plain.setTcpNoDelay(true);
            replies(plain.getInputStream(), 1);
            plain.getOutputStream().write("EHLO warm.test\r\nSTARTTLS\r\n".getBytes(StandardCharsets.US_ASCII));
            replies(plain.getInputStream(), 2);
            try (var tls = (SSLSocket) context.getSocketFactory().createSocket(plain, "sink", host.getPort(), true)) {
                var in = new BufferedInputStream(tls.getInputStream(), READ_OCTETS);
                var out = tls.getOutputStream();
                for (int i = 0; i < MESSAGES_A_SESSION; i++) {
                    if (i % 2 == 0) {
                        out.write(CHUNK);
                        replies(in, 3);
                        continue;
                    }
                    out.write("MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n".getBytes(StandardCharsets.US_ASCII));
                    replies(in, 3);
                    out.write(BODY);
                    replies(in, 1);
                }
                out.write("QUIT\r\n".getBytes(StandardCharsets.US_ASCII));
                replies(in, 1);
            }
        }
    }

    /// Reads so many replies; none of them may be a refusal.
    private static void replies(InputStream in, int count) throws IOException {
        for (int seen = 0; seen < count;) {
            var line = new StringBuilder();
            for (int octet; (octet = in.read()) != '\n';) {
                if (octet < 0) throw new IOException("the sink closed the connection");
                line.append((char) octet);
            }
            if (line.charAt(0) > '3') throw new IOException(line.toString());
            if (line.charAt(3) != '-') seen++;
        }
    }

    /// The sink is ours; nobody needs to prove anything.
    private static final class Anybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate @Nullable [] chain, @Nullable String type) {}

        @Override
        public void checkServerTrusted(X509Certificate @Nullable [] chain, @Nullable String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }
    }
}
