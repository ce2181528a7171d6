package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.sternpost.engine.config.Settings;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.Management.MailDraft;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.view.MessageTraceDetailView;
import org.sternpost.engine.delivery.AttemptResult;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.evidence.HostEvidence;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.smtp.client.SmtpClient.Timeouts;
import org.sternpost.engine.time.CalmTime;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.Time;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabDomain;

/// A whole engine on a lab, whose every attempt a test can wait for.
public final class LabEngine implements AutoCloseable {

    private static final Set<String> ATTEMPTED = Set.of("SEND", "DEFER", "FAIL");
    private static final long COMMIT_MILLIS = 5;
    private static final int QUIET_LOOKS = 30;

    /// What one attempt at one domain came to.
    record Settled(Outcome outcome, List<HostEvidence> evidence) {}

    private final Map<String, QueueId> latest = new HashMap<>();
    private final Map<String, List<Settled>> settled = new HashMap<>();
    private final Engine engine;
    private final Set<String> deferred = new HashSet<>();
    private final Set<String> defects = ConcurrentHashMap.newKeySet();
    private int settlements;

    private LabEngine(Settings settings, Time time, Duration patience) throws EngineStartException {
        var hooks = new TestHooks(time, Timeouts.of(patience), patience, (delivery, attempt) -> {
            note(delivery, attempt);
            if (defects.contains(delivery.domain().ascii())) throw new IllegalStateException("odd input");
            return _ -> null;
        });
        this.engine = Engine.start(settings, _ -> () -> {}, hooks);
    }

    static LabEngine on(Lab lab, Path home) throws Exception { return on(lab, home, text -> text); }

    /// @param settings changes the text of the settings file
    static LabEngine on(Lab lab, Path home, UnaryOperator<String> settings) throws Exception {
        return on(lab, home, settings, new CalmTime());
    }

    /// The same with a clock of the test's own.
    public static LabEngine on(Lab lab, Path home, UnaryOperator<String> settings, Time time) throws Exception {
        return started(lab, home, settings, time, Patience.UNMET);
    }

    /// An engine that waits for nobody long: for domains that hang ([LabDomain#hangs]), and for no others.
    static LabEngine impatient(Lab lab, Path home) throws Exception {
        return started(lab, home, text -> text, new CalmTime(), Patience.SHORT);
    }

    /// An engine as it stands in the public net, where no MX leads to this machine ([LabDomain#isLoopback]).
    static LabEngine strict(Lab lab, Path home) throws Exception {
        return on(lab, home, text -> text.replace("allowLoopback: true", "allowLoopback: false"));
    }

    /// An engine whose waits for hosts end by the test's clock alone.
    static LabEngine patient(Lab lab, Path home, UnaryOperator<String> settings, Time time) throws Exception {
        return started(lab, home, settings, time, Duration.ofHours(1));
    }

    private static LabEngine started(Lab lab, Path home, UnaryOperator<String> settings, Time time, Duration patience)
            throws Exception {
        Files.createDirectories(home);
        Path file = home.resolve("sternpost.yaml");
        Files.writeString(file, settings.apply(lab.engineSettings(home, 0)
                .replaceAll("retryIntervals: .*", "retryIntervals: [1s]")
                .replaceAll("timeout: .*", "timeout: " + patience.toSeconds() + "s")));
        return new LabEngine(Settings.load(file), time, patience);
    }

    /// An engine on real servers, with the settings that this text says.
    static LabEngine on(String settings, Path home) throws Exception {
        Files.createDirectories(home);
        return new LabEngine(Settings.load(Files.writeString(home.resolve("sternpost.yaml"), settings)),
                new CalmTime(), Patience.UNMET);
    }

    Engine engine() { return engine; }

    public Management management() { return engine.management(); }

    void setMode(String connector, TlsValidation mode) throws Exception {
        management().connectors()
                .change(connector, now -> now.withTls(now.tls().withTlsValidation(mode)))
                .commit().apply("test");
    }

    /// What is learned of each attempt at a domain meets a defect from now on.
    public void plantDefect(String domain) { defects.add(domain); }

    /// One message to each domain.
    void send(List<String> domains) throws Exception {
        for (String domain : domains)
            send(domain, Map.of(), false);
    }

    /// One message with REQUIRETLS to each domain.
    void sendRequiringTls(List<String> domains) throws Exception {
        for (String domain : domains)
            send(domain, Map.of(), true);
    }

    /// One message with further header fields; its id.
    String send(String domain, Map<String, String> header, boolean requireTls) throws Exception {
        var draft = new MailDraft(Address.of("admin@lab.test"), List.of(Address.of("user@" + domain)), "matrix",
                "Hello.", header, requireTls);
        synchronized (this) {
            var id = management().mail().send(draft).commit().apply("test").getFirst().messageTraceId();
            latest.put(domain, new QueueId(id));
            settled.remove(id + " " + domain);
            return id;
        }
    }

    /// Waits until the latest message to a domain was attempted so many times, and the store has it.
    Settled awaitAttempt(String domain, int attempts, Duration limit) throws Exception {
        long end = System.nanoTime() + limit.toNanos();
        synchronized (this) {
            String key = latest.get(domain) + " " + domain;
            boolean noted = settled.getOrDefault(key, List.of()).size() >= attempts;
            while (!noted || !isKept(latest.get(domain), attempts)) {
                long left = (end - System.nanoTime()) / 1_000_000;
                assertTrue(left > 0, "no attempt " + attempts + " for " + domain + " within " + limit);
                // Attempts are noted just before the store commits them, and nobody tells of the commit.
                wait(noted ? Math.min(left, COMMIT_MILLIS) : left);
                noted = settled.getOrDefault(key, List.of()).size() >= attempts;
            }
            return settled.get(key).getLast();
        }
    }

    /// What became of each recipient of a message, once so many attempts at one were kept: `SEND`, `DEFER`, `FAIL`.
    public synchronized List<String> awaitEvents(String id, int count) throws Exception {
        long end = System.nanoTime() + Patience.AMPLE.toNanos();
        while (true) {
            var events = events(new QueueId(id));
            if (events.size() >= count) return events;
            long left = (end - System.nanoTime()) / 1_000_000;
            assertTrue(left > 0, id + " has no more than " + events);
            // Attempts are noted just before the store commits them, and nobody tells of the commit.
            wait(Math.min(left, COMMIT_MILLIS));
        }
    }

    private boolean isKept(QueueId id, int attempts) throws Exception { return events(id).size() >= attempts; }

    private List<String> events(QueueId id) throws Exception {
        return management().traces().events(id.text()).stream().map(MessageTraceDetailView::event)
                .filter(ATTEMPTED::contains).toList();
    }

    /// Waits until so many attempts were settled since the engine started.
    public void awaitSettlements(int count, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        synchronized (this) {
            while (settlements < count) {
                long left = (end - System.nanoTime()) / 1_000_000;
                assertTrue(left > 0, settlements + " attempts of " + count + " within " + limit);
                wait(left);
            }
        }
    }

    /// Waits until no session is open and nothing was settled for a while, so that a test may move the clock.
    public void awaitQuiet(Duration limit) throws Exception {
        long end = System.nanoTime() + limit.toNanos();
        int before = -1;
        for (int quiet = 0; quiet < QUIET_LOOKS; quiet++) {
            assertTrue(System.nanoTime() < end, "no quiet within " + limit);
            if (management().engine().status().sessions() > 0 || settlements() != before) quiet = 0;
            before = settlements();
            synchronized (this) {
                wait(COMMIT_MILLIS);
            }
        }
    }

    /// Gives others the machine for a moment, or less if something is settled.
    synchronized void awaitQuietly(Duration moment) throws InterruptedException { wait(moment.toMillis()); }

    synchronized int settlements() { return settlements; }

    /// How much mail was deferred by its latest attempt.
    synchronized int deferred() { return deferred.size(); }

    void retryAll() throws Exception { management().queues().retry("*").commit().apply("test"); }

    @Override
    public void close() throws IOException { engine.close(); }

    private synchronized void note(ClaimedDelivery delivery, AttemptResult attempt) {
        settlements++;
        boolean waits = attempt.outcomes().values().stream().anyMatch(Outcome.Deferred.class::isInstance);
        if (waits) deferred.add(delivery.message().id() + " " + delivery.domain());
        else
            deferred.remove(delivery.message().id() + " " + delivery.domain());
        settled.computeIfAbsent(delivery.message().id() + " " + delivery.domain(),
                _ -> new java.util.ArrayList<>())
                .add(new Settled(attempt.outcomes().values().iterator().next(), attempt.evidence()));
        notifyAll();
    }
}
