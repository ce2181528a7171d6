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
import org.sternpost.engine.trust.Destination;
import org.sternpost.engine.trust.HostJudgement;
import org.sternpost.engine.trust.Judge;
import org.sternpost.engine.trust.TlsVerdict;

/// Does what `Enabled` would do for a domain, and stops before `MAIL FROM`.
public final class Rehearsal {

    private static final Duration WHOLE_MAX = Duration.ofMinutes(10); // then nobody else is called

    /// Whether mail could have gone.
    public sealed interface Result {

        /// A host proved what is asked of it.
        record Passed(Domain host) implements Result {}

        /// No host did, or none could be reached; another time may be better.
        record NotNow(String why) implements Result {}

        /// No mail can ever go there.
        record Never(String why) implements Result {}
    }

    private final Judge judge;
    private final Dialer dialer;
    private final Time time;

    public Rehearsal(Judge judge, Handshake handshake, String hostName, Timeouts timeouts, Time time) {
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
            case Destination.Impossible(_, var sentence) -> new Result.Never(sentence);
            case Destination.Unknown(var why) -> new Result.NotNow(why.sentence());
            case Destination.Hosts route when !route.routeProblem().isEmpty() ->
                new Result.NotNow(route.routeProblem().getFirst().sentence());
            case Destination.Hosts route -> {
                Result last = new Result.NotNow("no host");
                for (HostJudgement host : route.hosts()) {
                    last = host(connector, host, end);
                    if (last instanceof Result.Passed || !time.instant().isBefore(end)) break;
                }
                yield last;
            }
        };
    }

    private Result host(OutboundConnector connector, HostJudgement host, Instant end) {
        if (host.enabled() instanceof TlsVerdict.Refused(var why)) return new Result.NotNow(why.sentence());
        Requirement asked = Requirement.of(connector, host.host(), host.enabled());
        Result last = new Result.NotNow(host.host() + ": " + host.addressProblem());
        for (InetAddress address : host.addresses().stream().limit(Dialer.ADDRESSES_MAX).toList()) {
            last = shown(host.host(), asked,
                    dialer.dial(connector, new InetSocketAddress(address, host.port()), asked, false));
            if (last instanceof Result.Passed || !time.instant().isBefore(end)) break;
        }
        return last;
    }

    private Result shown(Domain host, Requirement asked, Observed seen) {
        Optional<String> obstacle = switch (seen) {
            case Observed.Trouble(var what) -> Optional.of(what.sentence());
            case Observed.Secure _,Observed.InClear _,Observed.Broken _,Observed.NotDialled _ ->
                Judgement.proof(asked, seen, true, dialer.prover()) instanceof Proof.Refused(var why)
                        ? Optional.of(why.sentence())
                        : Optional.empty();
        };
        seen.quit();
        return obstacle.<Result>map(Result.NotNow::new).orElseGet(() -> new Result.Passed(host));
    }
}
