package org.sternpost.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.SampleConnector;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.delivery.AttemptResult.NextHop;
import org.sternpost.engine.delivery.DeliveryAgent.DestinationQueue;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.smtp.client.RawHost;
import org.sternpost.engine.smtp.client.ScriptedHost;
import org.sternpost.engine.smtp.client.SmtpClient.Timeouts;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Certificates;
import org.sternpost.engine.tls.Handshake;
import org.sternpost.engine.tls.Prover;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.HostFacts;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;
import org.sternpost.engine.trust.JudgedRoute;
import org.sternpost.engine.trust.Reason;
import org.sternpost.lab.FreePort;

/// Hosts that keep us waiting: an attempt has its ten minutes, and what one destination found out spares all others.
class HangingHostTest {

    private static final Domain MX = Domain.of("mx1.example.org");
    private static final List<String> SIX = List.of("127.0.0.31", "127.0.0.32", "127.0.0.33", "127.0.0.34",
            "127.0.0.35", "127.0.0.36");

    private final SimTime time = new SimTime();
    private final Cargo cargo = new Cargo(time);
    private final OutboundConnector connector = Cargo.connector(time, "c", TlsValidation.Disabled, TlsSettings.None, 1);
    private final List<AutoCloseable> open = new ArrayList<>();
    private final BlockingQueue<Instant> called = new LinkedBlockingQueue<>();

    @AfterEach
    void hangUp() throws Exception {
        for (var host : open)
            host.close();
    }

    /// RFC 5321 §4.5.3.2 gives a host minutes for each answer; six addresses of it get no more than one attempt's time.
    @ParameterizedTest
    @ValueSource(strings = {"silent", "drips", "silent at EHLO", "drips at EHLO", "silent at STARTTLS",
            "silent in the handshake", "drips in the handshake"})
    void anAttemptHasTenMinutesUntilItsFirstMailOverAllAddresses(String kind) throws Exception {
        int port = hosts(kind);
        var delivery = delivery(Patience.AMPLE);
        var done = new LinkedBlockingQueue<AttemptResult>();
        Thread.ofVirtual().start(() -> done.add(attempt(delivery, "a.example", port, SIX)));
        Instant end = time.instant().plus(Duration.ofMinutes(10));
        Instant first = called.poll(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS);
        assertNotNull(first);
        AttemptResult attempt = null;
        while (attempt == null && time.instant().isBefore(end)) {
            time.advance(Duration.ofMinutes(1));
            attempt = done.poll(50, TimeUnit.MILLISECONDS);
        }
        if (attempt == null) attempt = done.poll(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS);
        assertNotNull(attempt, "still under way");
        assertTrue(called.stream().allMatch(at -> at.isBefore(end)), "called after the attempt's time: " + called);
        assertTrue(called.size() < SIX.size() - 1, "all addresses had their time: " + called);
        var outcome = attempt.nextHop() instanceof NextHop.Silent(var otherwise)
                ? otherwise
                : attempt.outcomes().get(0);
        assertInstanceOf(Outcome.Deferred.class, outcome);
        if (kind.equals("silent"))
            assertTrue(outcome.sentence().contains("within the 10 minutes that an attempt has"), outcome.sentence());
    }

    @ParameterizedTest
    @ValueSource(strings = {"silent", "drips", "silent at EHLO"})
    void anAddressThatHungIsLeftAloneForAllDestinationsAndNobodyIsBlamed(String kind) throws Exception {
        int port = hosts(kind);
        var delivery = delivery(Patience.SHORT);
        var first = new LinkedBlockingQueue<AttemptResult>();
        Thread.ofVirtual().start(() -> first.add(attempt(delivery, "a.example", port, List.of(SIX.getFirst()))));
        var late = assertInstanceOf(NextHop.Silent.class, waited(first).nextHop()).otherwise();
        assertTrue(late.sentence().contains("timed out"), late.sentence());
        assertEquals(1, called.size());

        var spared = assertInstanceOf(NextHop.Silent.class,
                attempt(delivery, "b.example", port, List.of(SIX.getFirst())).nextHop()).otherwise();
        assertEquals(1, called.size(), "called again");
        assertEquals("4.4.2", spared.code());
        assertTrue(spared.sentence().contains("gave no answer in time at 127.0.0.31 when it was last called, at "
                + "2026-11-23T10:0"), spared.sentence());
        assertEquals(Optional.empty(), spared.failure());

        time.advance(Duration.ofMinutes(5));
        Thread.ofVirtual().start(() -> first.add(attempt(delivery, "c.example", port, List.of(SIX.getFirst()))));
        waited(first);
        assertEquals(2, called.size(), "not called after its rest");
        time.advance(Patience.SHORT.multipliedBy(2));
        attempt(delivery, "d.example", port, List.of(SIX.getFirst()));
        assertEquals(2, called.size(), "the second rest is longer");

        delivery.callAgain();
        Thread.ofVirtual().start(() -> first.add(attempt(delivery, "d.example", port, List.of(SIX.getFirst()))));
        waited(first);
        assertEquals(3, called.size(), "not called at an operator's word");
    }

    /// It may have answered in time for all we know: it is called again at once, and hears no blame.
    @ParameterizedTest
    @ValueSource(strings = {"silent", "silent at EHLO", "silent in the handshake"})
    void aHostThatHadItsTimeWhileWeDidNotRunIsNotBlamed(String kind) throws Exception {
        int port = hosts(kind);
        var delivery = delivery(Patience.AMPLE);
        for (int attempt = 1; attempt <= 2; attempt++) {
            var done = new LinkedBlockingQueue<AttemptResult>();
            Thread.ofVirtual().start(() -> done.add(attempt(delivery, "a.example", port, List.of(SIX.getFirst()))));
            while (called.size() < attempt)
                Thread.onSpinWait();
            AttemptResult result = null;
            while (result == null) {
                time.stall(Duration.ofMinutes(1));
                result = done.poll(50, TimeUnit.MILLISECONDS);
            }
            var why = assertInstanceOf(NextHop.Silent.class, result.nextHop()).otherwise();
            assertTrue(why.isStall() && why.failure().orElseThrow().owner() == Reason.Owner.OURS, why.toString());
            assertTrue(why.sentence().startsWith("this gateway was kept from running"), why.sentence());
            assertTrue(result.evidence().stream().allMatch(seen -> seen.toString().contains("kept from running")),
                    result.evidence().toString());
        }
    }

    /// Many domains at one host that is down: one of them finds out, and each is told what it was and when.
    @Test
    void aHostThatRefusesConnectionsCostsOneCallForAllItsDomains() throws Exception {
        int port = FreePort.find();
        var delivery = delivery(Patience.AMPLE);
        var done = new LinkedBlockingQueue<AttemptResult>();
        int domains = 60;
        for (int i = 0; i < domains; i++) {
            String domain = "d" + i + ".example";
            Thread.ofVirtual().start(() -> done.add(attempt(delivery, domain, port, List.of(SIX.getFirst()))));
        }
        int probes = 0;
        for (int i = 0; i < domains; i++) {
            var attempt = done.poll(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS);
            assertNotNull(attempt, i + " of " + domains);
            var told = assertInstanceOf(NextHop.Silent.class, attempt.nextHop()).otherwise();
            assertEquals("4.4.1", told.code());
            assertTrue(told.sentence().contains("connecting: Connection refused"), told.sentence());
            assertEquals(Optional.empty(), told.failure(), "nothing of it is ours");
            if (!told.sentence().contains("when it was last called")) probes++;
            else
                assertTrue(told.sentence().startsWith(MX + " at 127.0.0.31 connecting: Connection refused, when it was "
                        + "last called, at 2026-11-23T10:00:00Z; that address is called again from "), told.sentence());
        }
        assertEquals(1, probes, "calls");
    }

    /// A host that says nothing has one call at a time, whoever asks for more; who is not called was not attempted.
    @Test
    void aHostThatIsSilentIsCalledByOneOfAllItsDomains() throws Exception {
        int port = hosts("silent");
        var delivery = delivery(Patience.AMPLE);
        var done = new LinkedBlockingQueue<AttemptResult>();
        Thread.ofVirtual().start(() -> done.add(attempt(delivery, "a.example", port, List.of(SIX.getFirst()))));
        assertNotNull(called.poll(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        time.advance(Duration.ofSeconds(5));
        for (int i = 0; i < 30; i++)
            assertInstanceOf(NextHop.Busy.class,
                    attempt(delivery, "d" + i + ".example", port, List.of(SIX.getFirst())).nextHop());
        assertEquals(0, called.size());
    }

    /// Each finds out by itself what only we lack, and no host is told of for it.
    @Test
    void ourOwnTroubleIsNoAddresssRest() throws Exception {
        var good = ScriptedHost.inClear("127.0.0.37", 0);
        open.add(good);
        var delivery = delivery(Patience.AMPLE);
        var lacking = SampleConnector.from(connector, "192.0.2.77");
        for (int i = 0; i < 3; i++) {
            var told = assertInstanceOf(NextHop.Silent.class, attempt(delivery, lacking, "d" + i + ".example",
                    good.port(), List.of("127.0.0.37")).nextHop()).otherwise();
            assertEquals(Optional.of(Reason.LOCAL_NETWORK), told.failure().map(Failure::reason));
        }
        assertEquals("2.0.0", attempt(delivery, "a.example", good.port(), List.of("127.0.0.37")).outcomes().get(0)
                .code());
    }

    @Test
    void anotherAddressOfTheHostTakesTheMailMeanwhile() throws Exception {
        int port = hosts("drips");
        var good = ScriptedHost.inClear("127.0.0.37", port);
        open.add(good);
        // By the clock alone, which stands still once it is the good one's turn.
        var delivery = delivery(Patience.UNMET);
        var all = List.of(SIX.getFirst(), "127.0.0.37");
        var first = new LinkedBlockingQueue<AttemptResult>();
        Thread.ofVirtual().start(() -> first.add(attempt(delivery, "a.example", port, all)));
        Patience.until("the first one is called", () -> !called.isEmpty());
        AttemptResult done = null;
        // A second time only where that call had not begun to wait.
        for (int i = 0; done == null && i < Patience.AMPLE.toSeconds() / 10; i++) {
            time.advance(Patience.UNMET);
            done = first.poll(10, TimeUnit.SECONDS);
        }
        assertNotNull(done, "still under way");
        assertEquals("2.0.0", done.outcomes().get(0).code());
        assertEquals("2.0.0", attempt(delivery, "b.example", port, all).outcomes().get(0).code());
        assertEquals(1, called.size());
        assertEquals(2, good.messages().size());
    }

    /// Moves the clock a little while it waits: who drips is ended by the clock, who is silent by its socket.
    private AttemptResult waited(BlockingQueue<AttemptResult> from) throws InterruptedException {
        for (int i = 0; i < Patience.AMPLE.toMillis() / 50; i++) {
            var attempt = from.poll(50, TimeUnit.MILLISECONDS);
            if (attempt != null) return attempt;
            time.advance(Duration.ofMillis(20));
        }
        throw new AssertionError("no attempt ended");
    }

    /// The same port at six addresses.
    private int hosts(String kind) throws Exception {
        int port = 0;
        for (String address : SIX) {
            var host = new RawHost((raw, client) -> meet(raw, client, kind), address, port);
            port = host.address().getPort();
            open.add(host);
        }
        return port;
    }

    private void meet(RawHost host, Socket client, String kind) throws Exception {
        called.add(time.instant());
        switch (kind) {
            case "silent" -> host.rest();
            case "drips" -> host.drip(client, "220-wait\r\n");
            case "silent at EHLO" -> {
                RawHost.say(client, "220 test");
                host.rest();
            }
            case "drips at EHLO" -> {
                RawHost.say(client, "220 test");
                RawHost.answer(client, "250-test");
                host.drip(client, "250-a\r\n");
            }
            case "silent at STARTTLS" -> {
                RawHost.say(client, "220 test");
                RawHost.answer(client, "250-test\r\n250 STARTTLS");
                host.rest();
            }
            case "silent in the handshake" -> {
                RawHost.untilTls(client);
                host.rest();
            }
            case "drips in the handshake" -> {
                RawHost.untilTls(client);
                host.dripOnce(client, "\u0016\u0003\u0003\u0040\u0000");
                host.drip(client, "\u0002");
            }
            default -> throw new IllegalArgumentException(kind);
        }
    }

    private Delivery delivery(Duration patience) {
        var prover = new Prover(new Certificates(time.instant()).anchors(), time);
        return new Delivery((_, _, domain) -> routes.remove(domain), new Handshake(prover), "me.example",
                Timeouts.of(patience), Cargo.REUSE, time, _ -> {});
    }

    private final java.util.Map<Domain, JudgedRoute> routes = new java.util.concurrent.ConcurrentHashMap<>();

    private AttemptResult attempt(Delivery delivery, String domain, int port, List<String> addresses) {
        return attempt(delivery, connector, domain, port, addresses);
    }

    private AttemptResult attempt(Delivery delivery, OutboundConnector connector, String domain, int port,
            List<String> addresses) {
        var facts = new HostFacts(DnsStatus.Insecure, DnsStatus.Insecure, Optional.empty(), DnsStatus.NotAsked,
                List.of(), "", "", Optional.empty(), List.of());
        var host = new HostJudgement(MX, 10, port, addresses.stream().map(InetAddress::ofLiteral).toList(), "",
                new TlsVerdict.None(), new TlsVerdict.None(), facts);
        routes.put(Domain.of(domain), new JudgedRoute.Hosts(domain, List.of(host), List.of()));
        var waiting = new ArrayDeque<>(List.of(cargo.mail(connector, domain, false)));
        var settled = new ArrayList<AttemptResult>();
        try {
            delivery.serve(new DestinationQueue() {
                @Override
                public Optional<ClaimedDelivery> next() { return Optional.ofNullable(waiting.poll()); }

                @Override
                public boolean answered() { return true; }

                @Override
                public void settle(ClaimedDelivery mail, AttemptResult attempt) { settled.add(attempt); }
            });
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
        return settled.getFirst();
    }
}
