package org.sternpost.engine.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.sternpost.engine.dns.Answer.Status;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.dns.Resolver.Lookup;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.SimTime;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;

/// Whose trouble a failed question is, told by asking the same server another one.
class OutageLookupTest {

    private static final Question QUESTION = new Question(Domain.of("example.test"), RecordType.MX);
    private static final Answer FOUND = new Answer.NoData(Status.Insecure, QUESTION.name());

    private final SimTime time = new SimTime();
    private final AtomicInteger rootsAsked = new AtomicInteger();
    private DatagramSocket server;
    private volatile int rootReply = Rcode.NOERROR;
    private volatile Duration rootTakes = Duration.ZERO;
    private Runnable during = () -> {};
    private Answer inner = new Answer.Failed(Answer.Kind.Timeout, "no answer");

    private final Lookup lookup = new Lookup() {
        @Override
        public Reading checked(Question question) {
            during.run();
            return new Reading(inner, Duration.ZERO);
        }

        @Override
        public Reading unchecked(Question question) { return checked(question); }
    };

    @BeforeEach
    void listen() throws Exception {
        server = new DatagramSocket(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
        Thread.ofVirtual().start(this::serve);
    }

    @AfterEach
    void close() { server.close(); }

    @ParameterizedTest
    @EnumSource(Answer.Kind.class)
    void whileTheServerAnswersOthersTheFailureIsOfTheName(Answer.Kind kind) {
        inner = new Answer.Failed(kind, "why");
        assertEquals(inner, outage().checked(QUESTION).answer());
        assertEquals(inner, outage().unchecked(QUESTION).answer());
    }

    @ParameterizedTest
    @CsvSource({"Timeout, NoServer", "ServFail, NoServer", "Refused, NoServer", "Indeterminate, NoServer",
            "Bogus, Bogus", "Local, Local"})
    void serverThatAnswersNobodyIsOurTrouble(Answer.Kind kind, Answer.Kind owned) {
        server.close();
        inner = new Answer.Failed(kind, "why");
        assertEquals(new Answer.Failed(owned, "why"), outage().checked(QUESTION).answer());
        assertEquals(new Answer.Failed(owned, "why"), outage().unchecked(QUESTION).answer());
    }

    /// A resolver without a network answers, and knows nothing of anybody.
    @ParameterizedTest
    @CsvSource({"2", "5"})
    void serverThatFailsAtTheRootTooIsOurTrouble(int rcode) {
        rootReply = rcode;
        inner = new Answer.Failed(Answer.Kind.ServFail, "SERVFAIL");
        assertEquals(new Answer.Failed(Answer.Kind.NoServer, "SERVFAIL"), outage().checked(QUESTION).answer());
    }

    @Test
    void oneServerThatAnswersIsEnough() {
        var dead = new InetSocketAddress("127.0.0.1", 1);
        assertEquals(inner, new OutageLookup(lookup, new Servers(List.of(dead, address())), time).checked(QUESTION)
                .answer());
    }

    @Test
    void eachFailureIsMeasuredByALookThatBeganAfterIt() {
        var outage = outage();
        outage.checked(QUESTION);
        outage.checked(QUESTION);
        assertEquals(2, rootsAsked.get());
        server.close(); // the clock stands still, and an older look would still say that all is well
        assertEquals(Answer.Kind.NoServer, kind(outage));
    }

    @Test
    void deadServersAreRememberedForSecondsAndToldUntilOneAnswers() {
        rootReply = Rcode.SERVFAIL;
        var outage = outage();
        assertEquals(Answer.Kind.NoServer, kind(outage));
        assertEquals(Answer.Kind.NoServer, kind(outage));
        assertEquals(1, rootsAsked.get());
        var since = outage.downSince();
        assertEquals(Optional.of(time.instant()), since);
        time.advance(Duration.ofSeconds(5));
        assertEquals(Answer.Kind.NoServer, kind(outage));
        assertEquals(2, rootsAsked.get());
        assertEquals(since, outage.downSince());
        rootReply = Rcode.NOERROR;
        time.set(time.instant().minus(Duration.ofDays(1))); // which makes no look younger
        time.advance(Duration.ofSeconds(5));
        assertEquals(Answer.Kind.Timeout, kind(outage));
        assertTrue(outage.downSince().isEmpty());
    }

    /// The servers of this test have 2 s for an answer: from a second on they are too busy to tell whose fault a
    /// failure is.
    @ParameterizedTest
    @CsvSource({"999, Timeout", "1000, Local", "1900, Local"})
    void aServerThatTakesLongForWhatItKnowsIsOurTrouble(int millis, Answer.Kind owned) {
        var outage = outage();
        rootTakes = Duration.ofMillis(millis);
        var failed = assertInstanceOf(Answer.Failed.class, outage.checked(QUESTION).answer());
        assertEquals(owned, failed.kind());
        if (owned == Answer.Kind.Local)
            assertTrue(failed.why().startsWith("no answer; our own DNS servers take 1"), failed.why());
        assertTrue(outage.downSince().isEmpty());
        rootTakes = Duration.ZERO;
        assertEquals(Answer.Kind.Timeout, kind(outage));
    }

    @ParameterizedTest
    @CsvSource({"Timeout, 1000, 1001, Timeout", "Timeout, 1000, 1000, Local", "ServFail, 4000, 0, ServFail",
            "Refused, 4000, 0, Refused", "Indeterminate, 4000, 0, Indeterminate", "Bogus, 4000, 0, Bogus",
            "NoServer, 4000, 0, NoServer"})
    void aQuestionWhoseTimePassedWhileWeDidNotRunIsOurs(Answer.Kind kind, int stalled, int ran, Answer.Kind owned) {
        inner = new Answer.Failed(kind, "why");
        during = () -> {
            time.stall(Duration.ofMillis(stalled));
            time.advance(Duration.ofMillis(ran));
        };
        var failed = assertInstanceOf(Answer.Failed.class, outage().checked(QUESTION).answer());
        assertEquals(owned, failed.kind());
        if (owned == Answer.Kind.Local)
            assertTrue(failed.why().startsWith("why; this gateway was kept from running for "), failed.why());
        assertEquals(owned, assertInstanceOf(Answer.Failed.class, outage().unchecked(QUESTION).answer()).kind());
    }

    @Test
    void anyAnswerEndsTheOutage() {
        rootReply = Rcode.SERVFAIL;
        var outage = outage();
        outage.checked(QUESTION);
        inner = FOUND;
        assertEquals(FOUND, outage.checked(QUESTION).answer());
        assertTrue(outage.downSince().isEmpty());
    }

    private OutageLookup outage() { return new OutageLookup(lookup, new Servers(List.of(address())), time); }

    private Answer.Kind kind(OutageLookup outage) { return ((Answer.Failed) outage.checked(QUESTION).answer()).kind(); }

    private InetSocketAddress address() {
        return new InetSocketAddress("127.0.0.1", server.isClosed() ? 1 : server.getLocalPort());
    }

    /// Answers questions about the root as told.
    private void serve() {
        while (!server.isClosed())
            try {
                var packet = new DatagramPacket(new byte[512], 512);
                server.receive(packet);
                var reply = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
                assertEquals(Name.root, reply.getQuestion().getName());
                rootsAsked.incrementAndGet();
                time.advance(rootTakes);
                reply.getHeader().setFlag(Flags.QR);
                reply.getHeader().setRcode(rootReply);
                byte[] octets = reply.toWire();
                server.send(new DatagramPacket(octets, octets.length, packet.getSocketAddress()));
            } catch (java.io.IOException closed) {
                return;
            }
    }
}
