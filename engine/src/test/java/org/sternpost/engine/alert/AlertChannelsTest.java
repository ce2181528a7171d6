package org.sternpost.engine.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.Warnings;
import org.sternpost.engine.alert.Alert.Kind;
import org.sternpost.engine.alert.Alert.Subject;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.dns.FakeResolver;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Certificates;
import org.sternpost.engine.trust.Reason.Owner;

/// Mail and webhook tell what began once, and what is over once, whatever fails or is restarted in between.
class AlertChannelsTest {

    private static final String HOST = "hooks.example.org";
    private static final String SECRET = "/services/T0K3N";
    private static final String HOSTILE = "550 \u001b[2J\r\nBcc: all@example.org\r\n\r\n\"}],\"x\":\u202e";

    @TempDir
    Path directory;

    private final SimTime time = new SimTime();
    private final Certificates ca = new Certificates(Instant.now());
    private final FakeResolver resolver = new FakeResolver().a(HOST, "127.0.0.1");
    private final List<AlertRule.Finding> found = new ArrayList<>();
    private final List<String> posted = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch asked = new CountDownLatch(1);
    private volatile int status = 200;
    private SqliteDatabase store;
    private Queue queue;
    private HttpsServer server;
    private Alerts alerts;

    private final AlertRule rule = new AlertRule() {
        @Override
        public Kind kind() { return Kind.ValidationStopped; }

        @Override
        public boolean wavers() { return false; }

        @Override
        public Look look(Instant now, List<Alert> open) { return Look.all(found, open); }
    };

    @BeforeEach
    void open() throws IOException {
        openStore();
        server = HttpsServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(ca.good(HOST).context()));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    private void openStore() throws IOException {
        store = SqliteDatabase.open(directory, Stream.of(Queue.SCHEMA, Connectors.SCHEMA, Alerts.SCHEMA)
                .flatMap(List::stream).toList());
        queue = Queue.recover(store, time);
    }

    @AfterEach
    void close() throws IOException {
        server.stop(0);
        store.close();
    }

    /// As the status says; 0: it never does.
    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            posted.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Content-Type") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII));
            asked.countDown();
            if (status == 0) hang();
            exchange.sendResponseHeaders(status, -1);
        }
    }

    private static void hang() throws IOException {
        try {
            new CountDownLatch(1).await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException stop) {
            throw new IOException(stop);
        }
    }

    private void webhook() throws IOException { webhook(HOST); }

    private void webhook(String host) throws IOException {
        alerts = new Alerts(store, List.of(rule), List.of(new Webhook(URI.create("https://" + host + ":"
                + server.getAddress().getPort() + SECRET), "relay.example.org", resolver, ca.trusting(), time)), time);
    }

    private void mail() throws IOException {
        var terms = new AlertTerms.Mail(Address.of("sternpost@example.org"), List.of(Address.of("ops@example.org"),
                Address.of("night@example.org")));
        alerts = new Alerts(store, List.of(rule), List.of(new AlertMail(terms, "relay.example.org",
                Doors.of(queue, Duration.ofDays(2), time).acceptance(), time)), time);
    }

    private void holds(String... domains) {
        found.clear();
        for (String domain : domains)
            found.add(new AlertRule.Finding(new Subject("Default", domain, ""), time.instant(),
                    new Alert.Words(HOSTILE, "mend it", Owner.RECIPIENT)));
    }

    private void look() throws IOException {
        alerts.look();
        alerts.tell();
        time.advance(Alerts.PAUSE);
    }

    /// In the order in which they came, `A-1 began`.
    private List<String> events() {
        var event = java.util.regex.Pattern.compile("\"identity\":\"(A-\\d+)\",\"event\":\"(\\w+)\"");
        return posted.stream().flatMap(one -> event.matcher(one).results().map(it -> it.group(1) + " " + it.group(2)))
                .toList();
    }

    @Test
    void aWebhookIsToldOnceOfTheBeginningAndOnceOfTheEnd() throws Exception {
        webhook();
        look();
        assertEquals(List.of(), posted);
        holds("a.example");
        look();
        look();
        assertEquals(List.of("A-1 began"), events());
        store.close();
        openStore();
        webhook();
        look();
        holds();
        look();
        look();
        assertEquals(List.of("A-1 began", "A-1 over"), events());
        assertTrue(posted.getFirst().startsWith("POST " + SECRET
                + " application/json {\"gateway\":\"relay.example.org\",\"alerts\":[{\"identity\":\"A-1\""),
                posted.getFirst());
    }

    @Test
    void whatStrangersSayIsTextInJson() throws Exception {
        webhook();
        holds("a.example");
        look();
        String json = posted.getFirst();
        assertTrue(
                json.contains(
                        "\"why\":\"550 \\\\x1b[2J\\\\r\\\\nBcc: all@example.org\\\\r\\\\n\\\\r\\\\n\\\"}],\\\"x\\\":"),
                json);
        assertTrue(json.chars().allMatch(c -> c >= ' ' && c < 0x7f), json);
    }

    @Test
    void oneThatFailsIsAskedAgainLaterAndLaterAndGetsAllOfIt() throws Exception {
        webhook();
        status = 503;
        holds("a.example");
        try (var warnings = new Warnings(Webhook.class)) {
            for (int minute = 0; minute < 60; minute++)
                look();
            assertTrue(posted.size() >= 4 && posted.size() <= 7, posted.size() + " tries");
            assertTrue(warnings.lines().getFirst().contains("HTTP status 503"), warnings.lines().toString());
            assertFalse(warnings.lines().toString().contains("T0K3N"), warnings.lines().toString());
        }
        status = 200;
        posted.clear();
        holds("b.example");
        for (int minute = 0; minute < 120; minute++)
            look();
        // The first has begun and ended meanwhile, and is told in one.
        assertEquals(List.of("A-1 over", "A-2 began"), events());
    }

    @Test
    void afterADayItIsGivenUp() throws Exception {
        webhook();
        status = 400;
        holds("a.example");
        look();
        time.advance(Webhook.GIVEN_UP);
        look();
        posted.clear();
        status = 200;
        time.advance(Webhook.PAUSE_MAX);
        look();
        assertEquals(List.of(), posted);
        holds();
        look();
        assertEquals(List.of("A-1 over"), events());
    }

    @Test
    void oneThatNeverAnswersHasItsTimeAndNoMore() throws Exception {
        webhook();
        status = 0;
        holds("a.example");
        Thread.ofVirtual().start(() -> {
            try {
                asked.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS);
                time.advance(Webhook.WHOLE.multipliedBy(2));
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        });
        try (var warnings = new Warnings(Webhook.class)) {
            look();
            assertTrue(warnings.lines().getFirst().contains("no complete answer"), warnings.lines().toString());
        }
    }

    /// What is posted names partners.
    @Test
    void nothingIsPostedToWhoeverHasNoGoodCertificate() throws Exception {
        resolver.a("other.example.org", "127.0.0.1");
        webhook("other.example.org");
        holds("a.example");
        try (var warnings = new Warnings(Webhook.class)) {
            look();
            assertTrue(warnings.lines().getFirst().contains("its certificate is not good"),
                    warnings.lines().toString());
        }
        assertEquals(List.of(), posted);
    }

    private List<String> mails() throws IOException {
        var all = new ArrayList<String>();
        for (long body : store.<List<Long>>read(connection -> {
            var bodies = new ArrayList<Long>();
            try (var row = connection.createStatement().executeQuery("SELECT body FROM message ORDER BY id")) {
                while (row.next())
                    bodies.add(row.getLong(1));
            }
            return bodies;
        }))
            try (var in = store.openBody(body)) {
                all.add(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        return all;
    }

    @Test
    void mailIsQueuedOnceForTheBeginningAndOnceForTheEnd() throws Exception {
        mail();
        holds("a.example", "b.example");
        look();
        look();
        assertEquals(1, mails().size());
        String first = mails().getFirst();
        assertTrue(first.contains("Subject: relay.example.org: began ValidationStopped a.example and 1 more\r\n"),
                first);
        assertTrue(first.contains("Auto-Submitted: auto-generated\r\n") && first.contains("TLS-Required: No\r\n"),
                first);
        store.close();
        openStore();
        mail();
        look();
        assertEquals(1, mails().size());
        holds("b.example");
        look();
        assertEquals(2, mails().size());
        assertTrue(mails().getLast().contains("A-1 ValidationStopped over"), mails().getLast());
        assertFalse(mails().getLast().contains("A-2"), mails().getLast());
    }

    @Test
    void whatStrangersSayIsNoFieldOfAMail() throws Exception {
        mail();
        holds("a.example");
        look();
        String mail = mails().getFirst();
        assertTrue(mail.contains("\\r\\nBcc: all@example.org"), mail);
        assertTrue(mail.lines().noneMatch(line -> line.startsWith("Bcc:")), mail);
        assertFalse(mail.contains("\u001b"), mail);
    }

    /// Who turns a way on later is not told of all that was before.
    @Test
    void whatBeganWhileAWayWasOffIsNotToldByIt() throws Exception {
        alerts = new Alerts(store, List.of(rule), List.of(), time);
        holds("a.example");
        look();
        mail();
        look();
        assertEquals(List.of(), mails());
        holds("a.example", "b.example");
        look();
        assertEquals(1, mails().size());
    }
}
