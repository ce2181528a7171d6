package org.sternpost.engine.delivery;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.smtp.client.Timeouts;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.tls.Handshake;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.tls.Proof;
import org.sternpost.engine.tls.Requirement;
import org.sternpost.engine.tls.SessionFacts;
import org.sternpost.engine.trust.Destination;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.HostJudgement;
import org.sternpost.engine.trust.TlsVerdict;

/// Calls the hosts of a route as mail would, proves what is asked, and stops before `MAIL FROM`.
public final class Probe {

    private static final int HOSTS_MAX = 10;

    private final Dialer dialer;

    public Probe(Handshake handshake, String hostName, Timeouts timeouts, Time time) {
        this.dialer = new Dialer(handshake, hostName, timeouts, time);
    }

    /// What one host showed.
    ///
    /// @param said    banner trouble or the absence of it, in words
    /// @param refused why the verdict of `Enabled` is not satisfied; empty when it is, or when nobody answered
    public record Probed(Domain host, String address, boolean connected, String said, Optional<SessionFacts> session,
            Level achieved, Optional<Failure> refused) {}

    /// Calls every host at its first address that answers.
    public List<Probed> all(OutboundConnector connector, Destination.Hosts route) {
        var probed = new ArrayList<Probed>();
        for (HostJudgement host : route.hosts().stream().limit(HOSTS_MAX).toList())
            probed.add(one(connector, host));
        return probed;
    }

    private Probed one(OutboundConnector connector, HostJudgement host) {
        if (host.enabled() instanceof TlsVerdict.Refused(var why))
            return new Probed(host.host(), "", false, "not dialled", Optional.empty(), Level.None, Optional.of(why));
        String tlsDomain = connector.tlsDomain();
        var asked = new Requirement(host.host(), host.enabled(), connector.tlsSettings(),
                tlsDomain == null ? "" : tlsDomain);
        var last = new Probed(host.host(), "", false, host.addressProblem(), Optional.empty(), Level.None,
                Optional.empty());
        for (InetAddress address : host.addresses()) {
            last = seen(host, address, asked,
                    dialer.dial(connector, new InetSocketAddress(address, host.port()), asked, false));
            if (last.connected()) return last;
        }
        return last;
    }

    private Probed seen(HostJudgement host, InetAddress address, Requirement asked, Observed seen) {
        String where = address.getHostAddress() + ":" + host.port();
        Optional<Failure> refused = Judgement.proof(asked, seen, true,
                dialer.prover()) instanceof Proof.Refused(var why)
                        ? Optional.of(why)
                        : Optional.empty();
        Level achieved = Judgement.proof(asked, seen, true, dialer.prover()) instanceof Proof.Proven(var level)
                ? level
                : Level.None;
        Probed probed = switch (seen) {
            case Observed.Secure(_, var tls) -> new Probed(host.host(), where, true, tls.words(),
                    Optional.of(tls.facts()), achieved, refused);
            case Observed.InClear(_, var reply) -> new Probed(host.host(), where, true,
                    reply.isEmpty() ? "offers no STARTTLS" : "refuses STARTTLS: " + reply, Optional.empty(), achieved,
                    refused);
            case Observed.Broken(var why, _) -> new Probed(host.host(), where, true, why.sentence(), Optional.empty(),
                    Level.None, Optional.of(why));
            case Observed.Trouble(var what) -> new Probed(host.host(), where, false,
                    what.code() + " " + what.sentence(), Optional.empty(), Level.None, Optional.empty());
            case Observed.NotDialled() -> new Probed(host.host(), where, false, "not dialled", Optional.empty(),
                    Level.None, Optional.empty());
        };
        quit(seen);
        return probed;
    }

    private static void quit(Observed seen) {
        switch (seen) {
            case Observed.Secure(var session, _) -> session.quit();
            case Observed.InClear(var session, _) -> session.quit();
            case Observed.Broken _,Observed.Trouble _,Observed.NotDialled() -> {
            }
        }
    }
}
