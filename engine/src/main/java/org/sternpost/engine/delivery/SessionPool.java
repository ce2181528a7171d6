package org.sternpost.engine.delivery;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sternpost.engine.delivery.DeliveryPlan.Step;
import org.sternpost.engine.delivery.DeliveryPlan.Terms;
import org.sternpost.engine.delivery.Dialer.Connection;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.smtp.client.SmtpSession;
import org.sternpost.engine.tls.Requirement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;
import org.sternpost.engine.trust.Reason;

/// The calls one destination has made: sessions to go on with, and hosts known to be down.
final class SessionPool {

    private static final int SESSIONS_MAX = 8; // kept open per destination
    private static final int REFUSALS_MAX = 100; // remembered per destination
    private static final Duration TROUBLE_REMEMBERED = Duration.ofMinutes(1);

    private final InstantSource time;
    private final List<PooledSession> made = new ArrayList<>();
    private final Set<Refusal> refusals = new HashSet<>();

    private record Refusal(Domain host, Reason reason) {}

    SessionPool(InstantSource time) { this.time = time; }

    /// The session or trouble that serves the same policy.
    ///
    /// In the relaxed pass the session that the strict pass has just judged serves as well.
    Optional<PooledSession> find(Terms terms, Step.Connect step) {
        var key = PolicyKey.of(terms, step);
        boolean any = step.pass() == Step.Pass.Relaxed;
        String strict = any ? strictKey(terms.mode().asks(step.host()), step.asked()) : key.requirement();
        return made.stream()
                .filter(call -> call.key().equals(key) || any && call.alive() && sameButTls(call.key(), key)
                        && call.key().requirement().equals(strict) && namedAlike(call.key(), key, step.asked()))
                .filter(this::fresh).findFirst();
    }

    void keep(PooledSession call) {
        made.removeIf(old -> !fresh(old));
        if (made.size() >= SESSIONS_MAX) made.removeFirst().quit();
        made.add(call);
    }

    /// True the first time: a host refused before it is dialled stands for the one session all this mail would share.
    boolean firstReport(Domain host, Reason why) {
        if (refusals.size() >= REFUSALS_MAX) refusals.clear();
        return refusals.add(new Refusal(host, why));
    }

    /// A clear session that was only good enough for one old message is not kept for others.
    void endAttempt() {
        made.stream().filter(PooledSession::lastResort).forEach(PooledSession::quit);
        made.removeIf(call -> !fresh(call));
    }

    /// Ends every session where it stands.
    void killAll() {
        made.forEach(PooledSession::kill);
        made.clear();
    }

    void quitAll() {
        made.forEach(PooledSession::quit);
        made.clear();
    }

    private boolean fresh(PooledSession call) {
        if (call.seen() instanceof ConnectResult.Trouble)
            return call.at().plus(TROUBLE_REMEMBERED).isAfter(time.instant());
        return call.alive();
    }

    private static String strictKey(TlsVerdict strict, Requirement asked) {
        return strict instanceof TlsVerdict.Refused ? asked.key() : asked.with(strict).key();
    }

    /// A certificate that must be the host's is shown only to who asked for the host by name.
    private static boolean namedAlike(PolicyKey one, PolicyKey other, Requirement asked) {
        return !asked.authenticates() || one.sni().equals(other.sni());
    }

    private static boolean sameButTls(PolicyKey one, PolicyKey other) {
        return one.connector().equals(other.connector()) && one.revision() == other.revision()
                && one.mode() == other.mode() && one.host().equals(other.host())
                && one.address().equals(other.address()) && one.port() == other.port()
                && one.requireTls() == other.requireTls();
    }

    /// All that must be equal for mail to share a session, so that the policy of one domain never serves another
    /// (docs/transport-security.md#session-reuse).
    record PolicyKey(String connector, long revision, DeliveryMode mode, Domain host, InetAddress address, int port,
            String sni, String requirement, boolean requireTls) {

        static PolicyKey of(Terms terms, Step.Connect step) {
            var connector = terms.connector();
            return new PolicyKey(connector.id(), connector.stored().revision(), terms.mode(), step.host().host(),
                    step.address(),
                    step.host().port(), step.asked().sni(), step.asked().key(), terms.requireTls());
        }
    }

    /// One host called at one address, what it showed, and how often it was used since.
    static final class PooledSession {

        private static final int MESSAGES_MAX = 100; // per session; a host may want its turn to end

        private final PolicyKey key;
        private final Connection made;
        private final boolean lastResort;
        private final Instant at;
        private int messages;
        private boolean dead;
        private boolean told;

        /// @param lastResort clear text after a failed handshake, good for this one message
        PooledSession(PolicyKey key, Connection made, boolean lastResort, Instant at) {
            this.key = key;
            this.made = made;
            this.lastResort = lastResort;
            this.at = at;
        }

        PolicyKey key() { return key; }

        /// What the host showed; of a session that stands also what it was found to prove.
        ConnectResult seen() { return made.seen(); }

        /// Present where one stood when the host was called.
        Optional<SmtpSession> session() { return made.session(); }

        boolean lastResort() { return lastResort; }

        /// When it was made.
        Instant at() { return at; }

        InetAddress address() { return key.address(); }

        /// Who was called.
        InetSocketAddress peer() { return new InetSocketAddress(address(), key.port()); }

        /// `192.0.2.1:25`.
        String addressText() { return address().getHostAddress() + ":" + key.port(); }

        /// True the first time it is asked: a session is told of once, however much mail it carries.
        boolean firstReport() {
            boolean first = !told;
            told = true;
            return first;
        }

        boolean used() { return messages > 0; }

        void use() { messages++; }

        /// The session failed; nobody uses it again.
        void kill() {
            dead = true;
            made.session().ifPresent(SmtpSession::close);
        }

        /// True if there is a session and it may take one more message.
        boolean alive() { return !dead && messages < MESSAGES_MAX && made.session().isPresent(); }

        void quit() {
            if (dead) return;
            dead = true;
            made.quit();
        }
    }
}
