package org.sternpost.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.delivery.Dialer.Connection;
import org.sternpost.engine.delivery.KeyedSessions.Waiter;
import org.sternpost.engine.delivery.SessionPlaces.Kind;
import org.sternpost.engine.delivery.SessionPlaces.Limit;
import org.sternpost.engine.delivery.SessionPlaces.Limits;
import org.sternpost.engine.delivery.SessionPlaces.Of;
import org.sternpost.engine.delivery.SessionPlaces.Place;
import org.sternpost.engine.smtp.client.ScriptedHost;
import org.sternpost.engine.smtp.client.SmtpClient;
import org.sternpost.engine.smtp.client.SmtpClient.Timeouts;
import org.sternpost.engine.smtp.client.SmtpSession;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;

/// Whatever many users of the pool do in whatever order, no limit is passed at any moment, no place is lost, and nobody
/// waits for a place that is there (docs/transport-security.md#session-limits).
class SessionPlacesTest {

    private static final int CASES = 150;
    private static final int STEPS = 120;
    private static final int USERS = 12;

    private final SimTime time = new SimTime();
    private final SmtpClient calls = new SmtpClient(Timeouts.of(Patience.UNMET), time);
    private final List<ScriptedHost> hosts = List.of(ScriptedHost.inClear(), ScriptedHost.inClear(),
            ScriptedHost.inClear());

    SessionPlacesTest() throws Exception {}

    @AfterEach
    void hangUp() throws Exception {
        for (var host : hosts)
            host.close();
    }

    @Test
    void noLimitIsPassedAndNoPlaceIsLostInAnyOrderOfEvents() throws Exception {
        for (long seed = 1; seed <= CASES; seed++)
            try (var run = new Run(seed)) {
                for (int step = 0; step < STEPS; step++)
                    run.step();
                run.end();
            } catch (RuntimeException | AssertionError failed) {
                throw new AssertionError("seed " + seed, failed);
            }
    }

    /// What one user of the pool is at.
    private static final class User {
        private Waiter asks;
        private boolean waits;
        private Optional<Place> calls = Optional.empty();
        private Optional<PooledSession> has = Optional.empty();

        private boolean isFree() { return !waits && calls.isEmpty() && has.isEmpty(); }
    }

    /// One order of events; only the farewells of sessions have threads of their own.
    private final class Run implements AutoCloseable {

        private final Random random;
        private final int all;
        private final int perHost;
        private final int perDomain;
        private final int ofConnector;
        private final SessionPool pool;
        private final List<User> users = new ArrayList<>();
        private final List<PooledSession> made = new ArrayList<>();
        private final Set<Kind> kinds = new HashSet<>();

        Run(long seed) {
            random = new Random(seed);
            all = 2 + random.nextInt(6);
            perHost = 1 + random.nextInt(4);
            perDomain = 1 + random.nextInt(3);
            ofConnector = 1 + random.nextInt(4);
            pool = new SessionPool(new Delivery.Reuse(Duration.ofSeconds(5), 30,
                    new Delivery.Reuse.Most(all, perHost, perDomain)), random::nextBoolean, _ -> {}, time);
            for (int i = 0; i < USERS; i++)
                users.add(new User());
        }

        void step() throws IOException {
            User user = users.get(random.nextInt(USERS));
            if (random.nextInt(10) == 0) time.advance(Duration.ofMillis(random.nextInt(3_000)));
            if (user.isFree()) asks(user);
            else if (user.waits) waits(user);
            else if (user.calls.isPresent()) calls(user, random.nextInt(4) > 0);
            else
                has(user);
            check();
        }

        private void asks(User user) {
            int host = random.nextInt(hosts.size());
            String connector = random.nextInt(3) == 0 ? "few" : "many";
            var key = PoolClient.key(connector, hosts.get(host), "policy " + random.nextInt(2));
            var standing = new ArrayList<Limit>();
            if (connector.equals("few")) standing.add(new Limit(new Kind(Of.Connector, "few"), ofConnector));
            standing.add(new Limit(new Kind(Of.Host, hosts.get(host).port()), perHost));
            standing.add(new Limit(new Kind(Of.All, ""), all));
            var domain = new Limit(new Kind(Of.Domain, random.nextInt(4)), perDomain);
            standing.forEach(limit -> kinds.add(limit.kind()));
            kinds.add(domain.kind());
            user.asks = new Waiter(key, new Limits(standing, domain), random.nextInt(8) == 0, time.steady());
            var loan = pool.lendOrMake(user.asks);
            user.waits = loan.isEmpty();
            loan.ifPresent(one -> takes(user, one));
        }

        /// Until there is one, or it is over, or the engine stops.
        private void waits(User user) {
            var loan = user.asks.loan();
            if (loan.isEmpty() && random.nextInt(4) > 0) return;
            if (random.nextInt(4) == 0) Thread.currentThread().interrupt();
            takes(user, pool.await(user.asks, Duration.ZERO));
            Thread.interrupted();
        }

        private void takes(User user, Loan loan) {
            user.waits = false;
            switch (loan) {
                case Loan.Lent(var session) -> user.has = Optional.of(session);
                case Loan.Make(var place) -> user.calls = Optional.of(place);
                case Loan.Full(var limit) -> assertTrue(pool.taken(limit.kind()) >= 0);
            }
        }

        private void calls(User user, boolean stands) throws IOException {
            Place place = user.calls.orElseThrow();
            user.calls = Optional.empty();
            PolicyKey key = user.asks.key;
            if (!stands) {
                pool.made(key, place, Optional.empty());
                return;
            }
            SmtpSession session = calls.connect(new InetSocketAddress(PoolClient.HERE, key.port()), Optional.empty());
            session.banner();
            var one = new PooledSession(key, new Connection(
                    new ConnectResult.InClear(Optional.empty(), Set.of(), PoolClient.HERE), Optional.of(session)),
                    random.nextInt(8) == 0, time.steady(), 30, Optional.of(place));
            pool.lent(one);
            pool.made(key, place, Optional.of(Duration.ofMillis(random.nextInt(50))));
            made.add(one);
            user.has = Optional.of(one);
        }

        private void has(User user) {
            PooledSession session = user.has.orElseThrow();
            for (int i = random.nextInt(12); i > 0 && session.alive(); i--)
                session.use();
            if (random.nextInt(8) == 0) session.kill();
            user.has = Optional.empty();
            pool.giveBack(session);
        }

        /// By what is really open, not by what the pool counts: connections only close while this looks.
        private void check() {
            for (User user : users)
                if (user.waits && user.asks.loan().isPresent()) takes(user, user.asks.loan().get());
            for (ScriptedHost host : hosts)
                assertTrue(open("many", host) + open("few", host) <= perHost, "host");
            assertTrue(hosts.stream().mapToLong(host -> open("few", host)).sum() <= ofConnector, "connector");
            assertTrue(hosts.stream().mapToLong(host -> open("few", host) + open("many", host)).sum() <= all, "all");
            for (int domain = 0; domain < 4; domain++) {
                var kind = new Kind(Of.Domain, domain);
                assertTrue(users.stream().filter(user -> user.calls.isPresent() || user.has.isPresent())
                        .filter(user -> user.asks.limits.domain().kind().equals(kind)).count() <= perDomain, "domain");
            }
        }

        private long open(String connector, ScriptedHost host) {
            long calling = users.stream().filter(user -> user.calls.isPresent()).map(user -> user.asks.key)
                    .filter(key -> key.connector().equals(connector) && key.port() == host.port()).count();
            return calling + made.stream()
                    .filter(one -> one.key().connector().equals(connector) && one.key().port() == host.port())
                    .filter(one -> !one.session().orElseThrow().socket().isClosed()).count();
        }

        /// Nobody asks any more; who waits has a session or a place sooner or later, without waiting for its time.
        void end() throws InterruptedException {
            Patience.until("all who wait are served", () -> {
                users.forEach(this::goesOn);
                time.advance(SessionPool.BETWEEN);
                check();
                return users.stream().allMatch(User::isFree);
            });
            time.advance(Duration.ofSeconds(5));
            Patience.until("no place is taken", () -> {
                time.advance(SessionPool.BETWEEN);
                return kinds.stream().allMatch(kind -> pool.taken(kind) == 0);
            });
            assertEquals(0, pool.open());
            assertEquals(0, pool.waiting());
            assertFalse(pool.isLacking());
        }

        private void goesOn(User user) {
            try {
                if (user.calls.isPresent()) calls(user, random.nextBoolean());
                else if (user.has.isPresent()) has(user);
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }

        @Override
        public void close() { pool.close(); }
    }
}
