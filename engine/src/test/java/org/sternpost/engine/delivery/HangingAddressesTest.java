package org.sternpost.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.delivery.HangingAddresses.End;
import org.sternpost.engine.delivery.HangingAddresses.Leave;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.smtp.client.BrokenSessionException;
import org.sternpost.engine.smtp.client.SmtpClient.Timeouts;
import org.sternpost.engine.smtp.client.SmtpClient;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.lab.FreePort;

/// Who may call an address now, by what others met there.
class HangingAddressesTest {

    private static final int CALLS = 20;
    private static final End ANSWERED = new End.Answered();
    private static final End LATE = new End.Late();
    private static final Duration WAIT = Duration.ofMinutes(5); // of one answer

    private static final DestinationKey WHO = new DestinationKey("Default", Domain.of("example.org"));

    private final SimTime time = new SimTime();
    private final List<DestinationKey> turns = new ArrayList<>();
    private final HangingAddresses addresses = new HangingAddresses(WAIT, time, turns::add);
    private final InetSocketAddress peer = peer(1);

    @Test
    void anAddressThatHasNotAnsweredYetHasOneCallAtOnce() {
        Instant began = begin(1);
        assertInstanceOf(Leave.Busy.class, begin());
        assertInstanceOf(Leave.Granted.class, addresses.begin(peer(2), WHO, Duration.ZERO));
        addresses.ended(peer, began, ANSWERED);
        // It answers: as many as like.
        begin(10 * CALLS);
    }

    /// Nobody waits half a minute for what is known by then.
    @Test
    void whoWasNotCalledIsToldOnceOfTheFirstAnswer() {
        Instant began = begin(1);
        assertInstanceOf(Leave.Busy.class, begin());
        time.advance(Duration.ofSeconds(6));
        assertEquals(List.of(), turns);
        addresses.ended(peer, began, ANSWERED);
        assertEquals(List.of(WHO), turns);
        addresses.ended(peer, begin(1), ANSWERED);
        assertEquals(List.of(WHO), turns);
    }

    /// A slow answer is one for the mail that waited, and no promise to others.
    @Test
    void anAnswerAfterMinutesOpensItForAFew() {
        Instant began = begin(1);
        time.advance(Duration.ofMinutes(4));
        addresses.ended(peer, began, ANSWERED);
        begin(CALLS);
        assertInstanceOf(Leave.Busy.class, begin());
    }

    /// Its machine says no at once: whoever waited hears so, and whoever comes within a minute.
    @Test
    void whatRefusedRestsAMinuteAndThenHasOneCallAtATime() throws Exception {
        var no = refused();
        Instant began = begin(1);
        for (int i = 0; i < 3; i++) {
            Instant tried = time.instant();
            addresses.ended(peer, began, new End.Refused(no));
            assertEquals(new Leave.Resting(tried, tried.plus(Duration.ofMinutes(1)), Optional.of(no)), begin());
            time.advance(Duration.ofMinutes(1).minusMillis(1));
            assertInstanceOf(Leave.Resting.class, begin());
            time.advance(Duration.ofMillis(1));
            began = begin(1);
            assertEquals(new Leave.Resting(tried, time.instant(), Optional.of(no)), begin(), "another finds out");
            time.advance(Duration.ofMillis(1));
        }
        addresses.ended(peer, began, ANSWERED);
        begin(10 * CALLS);
    }

    /// What a host that is down costs others: a look at what one of them found out.
    @Test
    void whoWaitsHearsWhatTheOneCallFoundOut() throws Exception {
        var no = refused();
        Instant began = begin(1);
        var found = new LinkedBlockingQueue<Leave>();
        for (int i = 0; i < 50; i++)
            Thread.ofVirtual().start(() -> found.add(addresses.begin(peer, WHO, Duration.ofSeconds(5))));
        assertNull(found.poll(50, TimeUnit.MILLISECONDS));
        time.advance(Duration.ofMillis(1));
        addresses.ended(peer, began, new End.Refused(no));
        for (int i = 0; i < 50; i++)
            assertInstanceOf(Leave.Resting.class, found.poll(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
    }

    /// Our own trouble is none of the address's: the next one calls it.
    @Test
    void whatSaysNothingOfTheAddressLetsTheNextOneCall() throws Exception {
        Instant began = begin(1);
        var found = new LinkedBlockingQueue<Leave>();
        Thread.ofVirtual().start(() -> found.add(addresses.begin(peer, WHO, Duration.ofSeconds(5))));
        time.advance(Duration.ofMillis(1));
        addresses.ended(peer, began, new End.Unknown());
        assertInstanceOf(Leave.Granted.class, found.poll(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        assertInstanceOf(Leave.Busy.class, begin());
    }

    /// A call that has lasted longer than anybody waits is waited for by nobody who comes then.
    @Test
    void nobodyWaitsForACallThatHasLastedTooLong() {
        begin(1);
        time.advance(Duration.ofSeconds(5));
        assertInstanceOf(Leave.Busy.class, addresses.begin(peer, WHO, Duration.ofSeconds(5)));
    }

    @Test
    void whoFindsItBusyWaitsAMomentForTheFirstAnswer() throws Exception {
        Instant began = begin(1);
        var found = new LinkedBlockingQueue<Leave>();
        Thread.ofVirtual().start(() -> found.add(addresses.begin(peer, WHO, Duration.ofSeconds(5))));
        addresses.ended(peer, began, ANSWERED);
        assertInstanceOf(Leave.Granted.class, found.poll(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
    }

    @Test
    void andGoesAwayWhenNoneComes() throws Exception {
        begin(1);
        var found = new LinkedBlockingQueue<Leave>();
        Thread.ofVirtual().start(() -> found.add(addresses.begin(peer, WHO, Duration.ofSeconds(5))));
        Leave leave = null;
        for (int i = 0; leave == null && i < Patience.AMPLE.toSeconds() * 100; i++) {
            time.advance(Duration.ofSeconds(1));
            leave = found.poll(10, TimeUnit.MILLISECONDS);
        }
        assertNotNull(leave);
        assertInstanceOf(Leave.Busy.class, leave);
    }

    /// Calls that were made at once found out one thing together.
    @Test
    void whatHungRestsLongerEachTimeAndThenHasOneCallAtATime() {
        Instant began = begin(1);
        addresses.ended(peer, began, ANSWERED);
        time.advance(Duration.ofMillis(1));
        began = begin(CALLS);
        time.advance(WAIT);
        for (int i = 0; i < CALLS; i++)
            addresses.ended(peer, began, LATE);
        for (int minutes : new int[]{5, 15, 30, 60, 60}) {
            Instant tried = time.instant();
            assertEquals(new Leave.Resting(tried, tried.plus(Duration.ofMinutes(minutes)), Optional.empty()), begin());
            time.advance(Duration.ofMinutes(minutes).minusMillis(1));
            assertInstanceOf(Leave.Resting.class, begin());
            time.advance(Duration.ofMillis(1));
            began = begin(1);
            assertEquals(new Leave.Resting(tried, time.instant(), Optional.empty()), begin(), "another finds out");
            time.advance(WAIT);
            addresses.ended(peer, began, LATE);
        }
        time.advance(Duration.ofHours(1));
        began = begin(1);
        addresses.ended(peer, began, ANSWERED);
        begin(10 * CALLS);
    }

    /// One lost packet makes no hanging host.
    @Test
    void anAddressThatAnsweredOthersMeanwhileDoesNotHang() {
        addresses.ended(peer, begin(1), ANSWERED);
        time.advance(Duration.ofMillis(1));
        Instant slow = begin(1);
        time.advance(WAIT.minusSeconds(1));
        Instant quick = begin(1);
        addresses.ended(peer, quick, ANSWERED);
        time.advance(Duration.ofSeconds(1));
        addresses.ended(peer, slow, LATE);
        begin(10 * CALLS);
    }

    /// Whoever has one IPv6 network has 2^64 addresses to hang at.
    @Test
    void addressesOfOneNetworkShareTheirCallsUntilTheyAnswer() {
        Instant began = time.instant();
        assertInstanceOf(Leave.Granted.class, begin("2001:db8:0:1::aaaa"));
        addresses.ended(peer("2001:db8:0:1::aaaa"), began, ANSWERED);
        for (int i = 1; i <= CALLS; i++)
            assertInstanceOf(Leave.Granted.class, begin("2001:db8:0:1:" + i + "::1"));
        assertInstanceOf(Leave.Busy.class, begin("2001:db8:0:1::ffff"));
        assertInstanceOf(Leave.Granted.class, begin("2001:db8:0:2::1"), "another network");
        for (int i = 0; i < 2 * CALLS; i++)
            assertInstanceOf(Leave.Granted.class, begin("2001:db8:0:1::aaaa"), "it has answered");
        time.advance(WAIT);
        addresses.ended(peer("2001:db8:0:1:1::1"), began, LATE);
        assertInstanceOf(Leave.Granted.class, begin("2001:db8:0:1::ffff"), "what hung rests alone");
        assertInstanceOf(Leave.Busy.class, begin("2001:db8:0:1::fffe"));
        time.advance(WAIT);
        assertInstanceOf(Leave.Busy.class, begin("2001:db8:0:1:1::1"), "its rest is over, and others have its place");
    }

    @Test
    void neighboursInIpv4CountEachForItself() {
        begin(1);
        assertInstanceOf(Leave.Busy.class, begin());
        for (int i = 2; i < 2 * CALLS; i++)
            assertInstanceOf(Leave.Granted.class, addresses.begin(peer(i), WHO, Duration.ZERO));
    }

    /// Also of addresses that are forgotten, by their number or by an operator.
    @Test
    void aNetworksCallsAreGivenBackAsTheyEnd() {
        for (int i = 0; i <= 20_100; i++) {
            InetSocketAddress one = peer("2001:db8::" + Integer.toHexString(i + 1));
            Instant began = time.instant();
            assertInstanceOf(Leave.Granted.class, addresses.begin(one, WHO, Duration.ZERO), "number " + i);
            time.advance(Duration.ofMillis(1));
            addresses.ended(one, began, i % 2 == 0 ? LATE : ANSWERED);
            if (i % 5_000 == 0) addresses.forget();
        }
    }

    @Test
    void theMemoryHasAnEnd() {
        for (int i = 1; i <= 20_001; i++) {
            Instant began = time.instant();
            assertInstanceOf(Leave.Granted.class, addresses.begin(peer(i), WHO, Duration.ZERO));
            time.advance(Duration.ofMillis(1));
            addresses.ended(peer(i), began, LATE);
        }
        assertInstanceOf(Leave.Granted.class, addresses.begin(peer(1), WHO, Duration.ZERO), "forgotten");
        assertInstanceOf(Leave.Resting.class, addresses.begin(peer(20_001), WHO, Duration.ZERO));
    }

    private static BrokenSessionException refused() throws IOException {
        var address = new InetSocketAddress("127.0.0.42", FreePort.find());
        return assertThrows(BrokenSessionException.class,
                () -> new SmtpClient(Timeouts.of(Patience.AMPLE), new SimTime()).connect(address, Optional.empty()));
    }

    private Leave begin() { return addresses.begin(peer, WHO, Duration.ZERO); }

    private Leave begin(String address) { return addresses.begin(peer(address), WHO, Duration.ZERO); }

    private Instant begin(int calls) {
        for (int i = 0; i < calls; i++)
            assertInstanceOf(Leave.Granted.class, begin());
        return time.instant();
    }

    private static InetSocketAddress peer(String address) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), 25);
    }

    private static InetSocketAddress peer(int number) {
        return new InetSocketAddress(InetAddress.ofLiteral(
                "127.1." + (number >> 8) + "." + (number & 0xff)), 25);
    }
}
