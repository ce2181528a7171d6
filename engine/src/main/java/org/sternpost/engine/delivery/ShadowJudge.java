package org.sternpost.engine.delivery;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.smtp.client.Timeouts;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.tls.Handshake;
import org.sternpost.engine.tls.Proof;
import org.sternpost.engine.tls.Requirement;
import org.sternpost.engine.trust.JudgedRoute;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.HostJudgement;
import org.sternpost.engine.trust.Judge;
import org.sternpost.engine.trust.TlsVerdict;

/// Does what `Enabled` would do for a domain, and stops before `MAIL FROM`.
public final class ShadowJudge {

    private static final Duration WHOLE_MAX = Duration.ofMinutes(10); // then nobody else is called

    /// Whether mail could have gone.
    public sealed interface Result {

        /// A host proved what is asked of it.
        record Passed(Domain host) implements Result {}

        /// No host did, or none could be reached; another time may be better.
        record NotNow(String why) implements Result {}

        /// Our own trouble kept us from finding out; nothing follows from it.
        record Unknown(String why) implements Result {}

        /// No mail can ever go there.
        record Never(String why) implements Result {}
    }

    private final Judge judge;
    private final Dialer dialer;
    private final Time time;

    public ShadowJudge(Judge judge, Handshake handshake, String hostName, Timeouts timeouts, Time time) {
        this.judge = judge;
        this.dialer = new Dialer(handshake, hostName, timeouts, time);
        this.time = time;
    }

    /// Looks up the route anew and calls its hosts in order until one passes.
    ///
    /// Hosts that keep it waiting cost the others their turn, so it ends after a while.
    public Result of(OutboundConnector connector, Domain domain) {
        Instant end = time.instant().plus(WHOLE_MAX);
        return switch (judge.judge(connector, TlsValidation.Enabled, domain)) {
            case JudgedRoute.Impossible(_, var sentence) -> new Result.Never(sentence);
            case JudgedRoute.Unknown(var why) -> refused(why);
            case JudgedRoute.Hosts route when !route.routeProblem().isEmpty() ->
                refused(route.routeProblem().getFirst());
            case JudgedRoute.Hosts route -> {
                Result all = new Result.NotNow("no host");
                for (HostJudgement host : route.hosts()) {
                    Result one = host(connector, host, end);
                    // Of a host that we could not try nobody knows whether mail would have gone there.
                    if (!(all instanceof Result.Unknown) || one instanceof Result.Passed) all = one;
                    if (one instanceof Result.Passed || !time.instant().isBefore(end)) break;
                }
                yield all;
            }
        };
    }

    private Result host(OutboundConnector connector, HostJudgement host, Instant end) {
        if (host.enabled() instanceof TlsVerdict.Refused(var why)) return refused(why);
        Requirement asked = Requirement.of(connector, host.host(), host.enabled());
        Optional<Result> told = Optional.empty();
        for (InetAddress address : host.addresses().stream().limit(Dialer.ADDRESSES_MAX).toList()) {
            Result one = shown(host.host(), asked,
                    dialer.dial(connector, new InetSocketAddress(address, host.port()), asked, false));
            // An address that only we have no way to says nothing beside one that had its say.
            if (told.isEmpty() || !(one instanceof Result.Unknown)) told = Optional.of(one);
            if (one instanceof Result.Passed || !time.instant().isBefore(end)) break;
        }
        return told.orElseGet(() -> trouble(FailurePolicy.noAddress(host)));
    }

    private Result shown(Domain host, Requirement asked, ConnectResult seen) {
        Optional<Result> obstacle = Optional.empty();
        if (seen instanceof ConnectResult.Trouble(var what)) obstacle = Optional.of(trouble(what));
        else if (FailurePolicy.proof(asked, seen, true, dialer.prover()) instanceof Proof.Refused(var why))
            obstacle = Optional.of(refused(why));
        seen.quit();
        return obstacle.orElseGet(() -> new Result.Passed(host));
    }

    private static Result trouble(FailurePolicy.Said what) {
        return what.ours().map(ShadowJudge::refused).orElseGet(() -> new Result.NotNow(what.sentence()));
    }

    private static Result refused(Failure why) {
        return why.isLocal() ? new Result.Unknown(why.sentence()) : new Result.NotNow(why.sentence());
    }
}
