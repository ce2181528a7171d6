package org.sternpost.engine.delivery;

import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.tls.Requirement;
import org.sternpost.engine.trust.HostJudgement;
import org.sternpost.engine.trust.TlsVerdict;

/// The calls one lane has made: sessions to go on with, and hosts known to be down.
final class Calls {

    private static final int SESSIONS_MAX = 8; // kept open per lane
    private static final Duration TROUBLE_REMEMBERED = Duration.ofMinutes(1);

    private final InstantSource time;
    private final List<Call> made = new ArrayList<>();

    Calls(InstantSource time) { this.time = time; }

    /// The session or trouble that serves the same policy.
    ///
    /// @param any in the relaxed pass: the session that the strict pass has just judged serves as well
    Optional<Call> find(Consignment mail, HostJudgement host, InetAddress address, Requirement asked, boolean any) {
        var key = PolicyKey.of(mail, host.host(), address, host.port(), asked);
        String strict = any ? strictKey(host, asked) : key.requirement();
        return made.stream()
                .filter(call -> call.key().equals(key) || any && call.alive() && sameButTls(call.key(), key)
                        && call.key().requirement().equals(strict))
                .filter(this::fresh).findFirst();
    }

    void keep(Call call) {
        made.removeIf(old -> !fresh(old));
        if (made.size() >= SESSIONS_MAX) made.removeFirst().quit();
        made.add(call);
    }

    /// A clear session that was only good enough for one old message is not kept for others.
    void endRound() {
        made.stream().filter(Call::lastResort).forEach(Call::quit);
        made.removeIf(call -> !fresh(call));
    }

    void quitAll() {
        made.forEach(Call::quit);
        made.clear();
    }

    private boolean fresh(Call call) {
        if (call.seen() instanceof Observed.Trouble)
            return call.made().plus(TROUBLE_REMEMBERED).isAfter(time.instant());
        return call.alive();
    }

    private static String strictKey(HostJudgement host, Requirement asked) {
        return host.enabled() instanceof TlsVerdict.Refused
                ? asked.key()
                : new Requirement(host.host(), host.enabled(), asked.floor(), asked.tlsDomain()).key();
    }

    private static boolean sameButTls(PolicyKey one, PolicyKey other) {
        return one.connector().equals(other.connector()) && one.revision() == other.revision()
                && one.mode() == other.mode() && one.host().equals(other.host())
                && one.address().equals(other.address()) && one.port() == other.port()
                && one.requireTls() == other.requireTls();
    }
}
