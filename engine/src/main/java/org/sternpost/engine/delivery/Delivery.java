package org.sternpost.engine.delivery;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.delivery.DeliveryAgent.DefectException;
import org.sternpost.engine.delivery.DeliveryAgent.DestinationQueue;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.process.ProcessorLoad;
import org.sternpost.engine.queue.ClaimedDelivery;
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

    /// How sessions go on after a message.
    ///
    /// @param idle     how long one waits for the next
    /// @param sessions that may stand, in use or not; beyond them none waits
    /// @param messages of one session, unless its connector has a limit of its own
    public record Reuse(Duration idle, int sessions, int messages) {

        Bounds of(OutboundConnector connector) {
            int own = connector.pace().maxMessagesPerSession();
            return new Bounds(own == 0 ? messages : own, connector.pace().maxSessions());
        }

        /// @param messages of one session
        /// @param sessions of its connector that may stand, in use or not; 0 for no limit of its own
        record Bounds(int messages, int sessions) {}
    }

    /// @param hostName said in EHLO unless the connector has its own
    public Delivery(Judge judge, Handshake handshake, String hostName, Timeouts timeouts, Reuse reuse, Time time) {
        this.judge = judge;
        this.dialer = new Dialer(handshake, hostName, timeouts, time);
        this.pool = new SessionPool(reuse, ProcessorLoad.ofMachine(time)::hasSpare, time);
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
                (step, policy, patience) -> dialer.call(mail.connector(), step.peer(), step.asked(), step.clear(),
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
