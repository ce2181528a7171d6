package org.sternpost.engine.delivery;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sternpost.engine.delivery.Dialer.Connection;
import org.sternpost.engine.delivery.KeyedSessions.Waiter;
import org.sternpost.engine.delivery.SessionPlaces.Kind;
import org.sternpost.engine.delivery.SessionPlaces.Limit;
import org.sternpost.engine.delivery.SessionPlaces.Limits;
import org.sternpost.engine.delivery.SessionPlaces.Of;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.smtp.client.ScriptedHost;
import org.sternpost.engine.smtp.client.SmtpClient;
import org.sternpost.engine.smtp.client.SmtpClient.Timeouts;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;

/// What tests ask a pool of sessions for, and do for it.
final class PoolClient {

    static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");
    static final Limit DOMAIN = new Limit(new Kind(Of.Domain, "Default/example"), 1_000);

    final SessionPool pool;
    final List<DestinationKey> told = new ArrayList<>(); // that there may be a place
    private final SimTime time;
    private final SmtpClient client;
    private final int all;

    /// @param all sessions that there may be
    PoolClient(SimTime time, int all, boolean spare) { this(time, all, new boolean[]{spare}); }

    /// @param spare may change
    PoolClient(SimTime time, int all, boolean[] spare) {
        this.time = time;
        this.all = all;
        this.client = new SmtpClient(Timeouts.of(Patience.UNMET), time);
        this.pool = new SessionPool(new Delivery.Reuse(Duration.ofSeconds(5), 1_000,
                new Delivery.Reuse.Most(all, 100, 100)), () -> spare[0], told::add, time);
    }

    static PolicyKey key(String connector, ScriptedHost host, String policy) {
        return new PolicyKey(connector, 1, DeliveryMode.Enabled, Domain.of("mx.example"), HERE, host.port(),
                "mx.example", policy, false);
    }

    static PolicyKey key(ScriptedHost host, String policy) { return key("Default", host, policy); }

    Waiter asker(PolicyKey key) { return new Waiter(key, limits(), false, time.steady()); }

    Limits limits(Limit... more) {
        var standing = new ArrayList<>(List.of(more));
        standing.add(new Limit(new Kind(Of.All, ""), all));
        return new Limits(standing, DOMAIN);
    }

    Optional<PooledSession> lend(PolicyKey key) { return pool.lend(key, DOMAIN); }

    /// A new one that carries a message.
    PooledSession made(ScriptedHost host, String policy, int messages, Limit... more) throws Exception {
        var loan = pool.lendOrMake(new Waiter(key(host, policy), limits(more), true, time.steady())).orElseThrow();
        var session = made(key(host, policy), ((Loan.Make) loan).place(), false, messages, Duration.ofMillis(1));
        session.use();
        return session;
    }

    /// The one for which there is a place.
    PooledSession made(PolicyKey key, SessionPlaces.Place place, boolean last, int messages, Duration took)
            throws Exception {
        var session = client.connect(new InetSocketAddress(HERE, key.port()), Optional.empty());
        session.banner();
        var made = new PooledSession(key,
                new Connection(new ConnectResult.InClear(Optional.empty(), Set.of(), HERE), Optional.of(session)), last,
                time.steady(), messages, Optional.of(place));
        pool.lent(made);
        pool.made(key, place, Optional.of(took));
        return made;
    }
}
