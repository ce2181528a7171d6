package org.sternpost.engine.delivery;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.delivery.DeliveryAgent.DefectException;
import org.sternpost.engine.delivery.DeliveryAgent.DestinationQueue;
import org.sternpost.engine.delivery.DeliveryPlan.Terms;
import org.sternpost.engine.delivery.SessionPlaces.Kind;
import org.sternpost.engine.delivery.SessionPlaces.Limit;
import org.sternpost.engine.delivery.SessionPlaces.Limits;
import org.sternpost.engine.delivery.SessionPlaces.Of;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.process.ProcessorLoad;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.smtp.client.SmtpClient.Timeouts;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.time.TimeLimit;
import org.sternpost.engine.tls.Handshake;
import org.sternpost.engine.trust.Judge;

/// Carries a destination's mail: judges the route of each delivery, and has sessions from one pool of all destinations.
public final class Delivery implements DeliveryAgent, AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Delivery.class.getName());

    /// Until the first MAIL of an attempt, over all hosts and addresses, however often each takes its time.
    static final Duration OPENING_MAX = Duration.ofMinutes(10);

    private final Judge judge;
    private final Dialer dialer;
    private final SessionPool pool;
    private final Time time;

    /// How sessions go on after a message, and how many there may be.
    ///
    /// @param idle     how long one waits for the next
    /// @param messages of one session, unless its connector has a limit of its own
    /// @param most     at a time
    public record Reuse(Duration idle, int messages, Most most) {

        /// @param all       called, in use, waiting and taking leave
        /// @param perHost   the same of one host, and at one address
        /// @param perDomain in use for one connector's mail to a domain, unless the connector has a limit of its own
        public record Most(int all, int perHost, int perDomain) {}

        int messages(OutboundConnector connector) {
            int own = connector.pace().maxMessagesPerSession();
            return own == 0 ? messages : own;
        }

        Limit ofDomain(Terms terms) {
            var connector = terms.connector();
            int own = connector.pace().maxSessionsPerDomain();
            return new Limit(new Kind(Of.Domain, new DestinationKey(connector.id(), terms.domain())),
                    own == 0 ? most.perDomain() : own);
        }

        /// Of one session for this mail.
        Limits of(PolicyKey key, Terms terms) {
            var all = new ArrayList<Limit>();
            int own = terms.connector().pace().maxSessions();
            if (own > 0) all.add(new Limit(new Kind(Of.Connector, terms.connector().id()), own));
            all.add(new Limit(new Kind(Of.Host, key.host()), most.perHost()));
            all.add(new Limit(new Kind(Of.Address, new InetSocketAddress(key.address(), key.port())), most.perHost()));
            all.add(new Limit(new Kind(Of.All, ""), most.all()));
            return new Limits(List.copyOf(all), ofDomain(terms));
        }
    }

    /// @param hostName said in EHLO unless the connector has its own
    /// @param turn     told of a destination whose mail waited for its turn, and need not any more
    public Delivery(Judge judge, Handshake handshake, String hostName, Timeouts timeouts, Reuse reuse, Time time,
            Consumer<DestinationKey> turn) {
        this.judge = judge;
        this.dialer = new Dialer(handshake, hostName, timeouts, time, turn);
        this.pool = new SessionPool(reuse, ProcessorLoad.ofMachine(time)::hasSpare, turn, time);
        this.time = time;
    }

    /// Sessions that nobody uses take leave of their hosts.
    @Override
    public void close() { pool.close(); }

    /// Addresses that gave no answer in time are called again at once: an operator wants to see.
    public void callAgain() { dialer.callAgain(); }

    @Override
    public void serve(DestinationQueue destination) throws IOException, InterruptedException {
        var sessions = new DestinationSessions(pool, time);
        try {
            for (var next = destination.next(); next.isPresent(); next = destination.next()) {
                var mail = next.get();
                destination.settle(mail, carry(mail, sessions, destination));
                if (Thread.interrupted()) throw new InterruptedException("asked to stop");
            }
        } catch (InterruptedException stop) {
            sessions.killAll();
            throw stop;
        } catch (RuntimeException | Error defect) {
            // A session may be in the midst of a command or of content: nobody goes on with it or takes leave.
            sessions.killAll();
            throw defect;
        } finally {
            sessions.end();
        }
    }

    private AttemptResult carry(ClaimedDelivery mail, DestinationSessions sessions, DestinationQueue destination) {
        Instant began = time.steady();
        var opening = TimeLimit.of(time, OPENING_MAX);
        var attempt = attempt(mail, sessions, opening, destination);
        if (RequireTlsRules.yields(mail, attempt))
            attempt = attempt.then(attempt(mail.asking(RequireTlsTag.None), sessions, opening, destination));
        attempt.outcomes().forEach((index, outcome) -> log(mail, index, outcome, began));
        return attempt;
    }

    private AttemptResult attempt(ClaimedDelivery mail, DestinationSessions sessions, TimeLimit opening,
            DestinationQueue destination) {
        // Asked for each delivery: a changed record or setting takes effect with the next message.
        var where = mail.message().tls() == RequireTlsTag.Required
                ? judge.requiringTls(mail.connector(), mail.mode(), mail.domain())
                : judge.judge(mail.connector(), mail.mode(), mail.domain());
        var delivery = new DeliveryAttempt(mail,
                (step, policy, patience) -> dialer.call(mail, step.peer(), step.asked(), step.clear(),
                        policy, opening, patience),
                sessions, new EvidenceRecorder(mail, pool.refused(), time), destination::answered);
        try {
            var attempt = delivery.carry(where);
            sessions.endAttempt();
            return attempt;
        } catch (RuntimeException | StackOverflowError | AssertionError defect) {
            throw new DefectException(mail, delivery.soFar(), defect);
        }
    }

    private void log(ClaimedDelivery mail, int index, Outcome outcome, Instant began) {
        String tls = outcome instanceof Outcome.Delivered done && !done.tls().isEmpty() ? done.tls() : "none";
        LOG.log(Level.INFO, () -> "id=" + mail.message().id() + " recipient=" + index + " to=" + mail.domain()
                + " connector=" + mail.connector().name() + " host=" + outcome.host() + " tls=\"" + tls + "\" outcome="
                + outcome.getClass().getSimpleName() + " code=" + outcome.code() + " took="
                + Duration.between(began, time.steady()).toMillis() + "ms");
    }
}
