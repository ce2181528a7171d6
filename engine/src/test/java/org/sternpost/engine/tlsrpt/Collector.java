package org.sternpost.engine.tlsrpt;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/// An HTTPS server that takes reports, and answers with the status that the path names: `/503`; `/hang` never does.
final class Collector implements AutoCloseable {

    /// One request as it came.
    record Posted(String method, String type, byte[] body) {}

    private final HttpsServer server;
    private final List<Posted> posted = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch first = new CountDownLatch(1);

    Collector(SSLContext identity) throws IOException {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(identity));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    URI uri(String host, String path) {
        return URI.create("https://" + host + ":" + server.getAddress().getPort() + path);
    }

    List<Posted> posted() { return List.copyOf(posted); }

    /// Returns once one has come.
    void awaitPost() {
        try {
            first.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() { server.stop(0); }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            posted.add(new Posted(exchange.getRequestMethod(),
                    exchange.getRequestHeaders().getFirst("Content-Type"), exchange.getRequestBody().readAllBytes()));
            first.countDown();
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/hang")) {
                synchronized (this) {
                    wait(20_000);
                }
                return;
            }
            exchange.getResponseHeaders().set("Location", "/200");
            exchange.sendResponseHeaders(Integer.parseInt(path.substring(1)), -1);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
