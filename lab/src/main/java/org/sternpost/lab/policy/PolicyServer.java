package org.sternpost.lab.policy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

import javax.net.ssl.SSLParameters;

import org.sternpost.lab.ca.Identity;
import org.sternpost.lab.ca.ServerTls;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;

/// One HTTPS server for all policy hosts; the name in SNI chooses the certificate, the Host field the policy.
public final class PolicyServer implements AutoCloseable {
    private static final String PATH = "/.well-known/mta-sts.txt"; // RFC 8461 §3.3
    private static final String ELSEWHERE = "/elsewhere.txt";
    private static final int POST_OCTETS_MAX = 11 << 20;
    private static final int OVERSIZED_OCTETS = 70_000; // More than the 64 KiB of RFC 8461 §3.3.

    private final HttpsServer server;
    private final Identity fallback;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicLong requests = new AtomicLong();
    private final ReportBox reports = new ReportBox();
    private volatile Map<String, PolicySite> sites = Map.of();

    private PolicyServer(HttpsServer server, Identity fallback) {
        this.server = server;
        this.fallback = fallback;
    }

    /// Listens at once, with nothing to serve before [#serve]. A client that asks for no known name sees `fallback`.
    public static PolicyServer start(InetAddress address, int port, Identity fallback) throws IOException {
        var policies = new PolicyServer(HttpsServer.create(new InetSocketAddress(address, port), 0), fallback);
        policies.listen();
        return policies;
    }

    /// The policy hosts, by name, from now on.
    public void serve(Map<String, PolicySite> served) { sites = Map.copyOf(served); }

    public InetSocketAddress address() { return server.getAddress(); }

    /// What was sent to any of its names by POST.
    public ReportBox reports() { return reports; }

    /// How many requests have come so far.
    public long requests() { return requests.get(); }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private void listen() {
        var context = ServerTls.of(this::identity);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters defaults = context.getDefaultSSLParameters();
                parameters.setSSLParameters(defaults);
            }
        });
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    private Identity identity(String name) { return site(name).map(site -> site.identity().get()).orElse(fallback); }

    private Optional<PolicySite> site(String name) { return Optional.ofNullable(sites.get(name)); }

    private void answer(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        try (exchange) {
            var named = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Host")).orElse("");
            var host = named.replaceFirst(":\\d+$", "").toLowerCase(Locale.ROOT);
            var policy = site(host).map(PolicySite::policy);
            var path = exchange.getRequestURI().getPath();
            if (exchange.getRequestMethod().equals("POST")) {
                take(exchange, path);
            } else if (policy.isPresent() && path.equals(PATH)) {
                answer(exchange, policy.get());
            } else if (policy.isPresent() && path.equals(ELSEWHERE)) {
                send(exchange, 200, "text/plain", policy.get().body());
            } else {
                send(exchange, 404, "text/plain", "No such policy.\n");
            }
        }
    }

    private void answer(HttpExchange exchange, StsPolicy policy) throws IOException {
        switch (policy.fault()) {
            case NONE, WRONG_NAME, EXPIRED, SELF_SIGNED, NO_MAX_AGE, MISSPELT_MX ->
                send(exchange, 200, "text/plain", policy.body());
            case MISSING -> send(exchange, 404, "text/plain", "No policy here.\n");
            case REDIRECT -> {
                exchange.getResponseHeaders().set("Location", ELSEWHERE);
                send(exchange, 302, "text/plain", "It moved.\n");
            }
            case WRONG_TYPE -> send(exchange, 200, "text/html", policy.body());
            case OVERSIZED -> send(exchange, 200, "text/plain",
                    policy.body() + "filler: " + "x".repeat(OVERSIZED_OCTETS) + "\r\n");
            case NONSENSE -> send(exchange, 200, "text/plain", "Under construction.\r\n");
            case HANGS -> hang();
        }
    }

    private void take(HttpExchange exchange, String path) throws IOException {
        var type = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Type")).orElse("");
        var body = exchange.getRequestBody().readNBytes(POST_OCTETS_MAX);
        send(exchange, reports.keep(new ReportBox.Posted(path, type, body)), "text/plain", "");
    }

    private void hang() throws IOException {
        try {
            closed.await();
        } catch (InterruptedException stop) {
            throw new IOException(stop);
        }
    }

    private static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
        var octets = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, octets.length);
        exchange.getResponseBody().write(octets);
    }
}
