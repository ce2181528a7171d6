package org.sternpost.engine.delivery;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.HostJudgement;
import org.sternpost.engine.trust.Remedy;
import org.sternpost.engine.trust.TlsVerdict;

/// Calls the hosts of a route as mail would, proves what is asked, and stops before `MAIL FROM`.
public final class Probe {

    private static final int HOSTS_MAX = 10;
    private static final Duration PATIENCE_MAX = Duration.ofSeconds(30); // somebody sits and waits

    private final Dialer dialer;

    public Probe(Handshake handshake, String hostName, Timeouts timeouts, Time time) {
        this.dialer = new Dialer(handshake, hostName, shorter(timeouts), time);
    }

    /// What a host does under one requirement.
    public sealed interface Result {

        /// Mail may flow, at this level.
        record Accepts(String address, Level level) implements Result {}

        /// Validation refuses the host.
        record Refuses(Failure why) implements Result {}

        /// The host cannot be talked to, which has nothing to do with validation.
        ///
        /// @param ours the same as a failure, where it is our own trouble
        record Trouble(String code, String sentence, Remedy remedy, Optional<Failure> ours) implements Result {

            static Trouble of(FailurePolicy.Said said) {
                return new Trouble(said.code(), said.sentence(), said.remedy(), said.ours());
            }
        }

        /// Nobody called it, and no rule decides without a call.
        record NotTried() implements Result {}
    }

    /// What one host showed.
    ///
    /// @param address   that answered, `192.0.2.1:25`; empty text when none did
    /// @param said      what the host did at STARTTLS, or why there was no session, in words
    /// @param broken    why its handshake failed, or how it refused one it offers; empty when it did neither
    /// @param pkix      verdict of PKIX in words; empty text when there was no certificate
    /// @param enabled   under the verdict of `Enabled`
    /// @param mandatory under the verdict of `Enabled` with everything mandatory
    /// @param floor     under the connector's `TlsSettings` alone
    public record Probed(Domain host, String address, String said, Optional<Failure> broken,
            Optional<SessionFacts> session, String pkix, Result enabled, Result mandatory, Result floor) {

        /// True if the host was reached, whatever its TLS was worth.
        public boolean connected() { return !address.isEmpty(); }
    }

    /// Calls every host, each at its addresses in order until one satisfies.
    public Map<Domain, Probed> all(OutboundConnector connector, List<HostJudgement> hosts) {
        var probed = new LinkedHashMap<Domain, Probed>();
        for (HostJudgement host : hosts.stream().limit(HOSTS_MAX).toList())
            probed.put(host.host(), one(connector, host));
        return probed;
    }

    /// A host that nobody called: what its verdicts say alone.
    public static Probed notCalled(HostJudgement host) {
        Result otherwise = host.addresses().isEmpty() ? noAddress(host) : new Result.NotTried();
        return new Probed(host.host(), "", "not called", Optional.empty(), Optional.empty(), "",
                uncalled(host.enabled(), otherwise),
                uncalled(host.mandatory(), otherwise), otherwise);
    }

    private static Result uncalled(TlsVerdict verdict, Result otherwise) {
        return verdict instanceof TlsVerdict.Refused(var why) ? new Result.Refuses(why) : otherwise;
    }

    private static Result noAddress(HostJudgement host) { return Result.Trouble.of(FailurePolicy.noAddress(host)); }

    private static Timeouts shorter(Timeouts mail) {
        return new Timeouts(shorter(mail.connect()), shorter(mail.banner()), shorter(mail.handshake()),
                shorter(mail.command()), mail.content(), mail.transfer());
    }

    private static Duration shorter(Duration span) { return span.compareTo(PATIENCE_MAX) < 0 ? span : PATIENCE_MAX; }

    private Probed one(OutboundConnector connector, HostJudgement host) {
        Probed last = notCalled(host);
        Probed best = last;
        for (InetAddress address : host.addresses().stream().limit(Dialer.ADDRESSES_MAX).toList()) {
            last = at(address, connector, host);
            // RFC 5321 §5.1: every address of a host is tried before the host counts as failed.
            if (last.enabled() instanceof Result.Accepts) return last;
            if (last.connected() && !best.connected()) best = last;
        }
        return best.connected() ? best : last;
    }

    private Probed at(InetAddress address, OutboundConnector connector, HostJudgement host) {
        Requirement floor = Requirement.of(connector, host.host(), new TlsVerdict.None());
        Requirement strict = host.enabled() instanceof TlsVerdict.Refused
                ? floor
                : Requirement.of(connector, host.host(), host.enabled());
        var peer = new InetSocketAddress(address, host.port());
        ConnectResult first = dialer.dial(connector, peer, strict, false);
        // As mail does: the relaxed pass goes on with a session that stands, unless it needs one of another name.
        boolean unlike = floor.authenticates() && !floor.sni().equals(strict.sni());
        ConnectResult second = first.failedAtTls() && strict.needsTls() || unlike
                ? dialer.dial(connector, peer, floor, false)
                : first;
        // RFC 7435 §3: clear text after a failed handshake, for mail that has waited and that nothing protects.
        if (second.failedAtTls() && !floor.needsTls()) second = dialer.dial(connector, peer, floor, true);
        String where = address.getHostAddress() + ":" + host.port();
        boolean connected = !(first instanceof ConnectResult.Trouble);
        var shown = first instanceof ConnectResult.Secure ? first : second;
        var probed = new Probed(host.host(), connected ? where : "",
                words(first), FailurePolicy.fault(host.host(), first),
                session(shown), shown instanceof ConnectResult.Secure(_, var tls) ? tls.pkix() : "",
                // Mail that nothing protects goes in clear where a handshake failed, in the strict pass too.
                result(connector, host, host.enabled(), strict.needsTls() ? first : second, where),
                result(connector, host, host.mandatory(), strict.needsTls() ? first : second, where),
                result(connector, host, new TlsVerdict.None(), second, where));
        first.quit();
        if (second != first) second.quit();
        return probed;
    }

    private Result result(OutboundConnector connector, HostJudgement host, TlsVerdict verdict, ConnectResult seen,
            String where) {
        if (verdict instanceof TlsVerdict.Refused(var why)) return new Result.Refuses(why);
        if (seen instanceof ConnectResult.Trouble(var what)) return Result.Trouble.of(what);
        Requirement asked = Requirement.of(connector, host.host(), verdict);
        return switch (FailurePolicy.proof(asked, seen, true, dialer.prover())) {
            case Proof.Proven(var level) -> new Result.Accepts(where, level);
            case Proof.Refused(var why) when asked.needsTls() -> new Result.Refuses(why);
            // Without a requirement a failed handshake is trouble of the host, not a verdict of validation.
            case Proof.Refused(var why) -> Result.Trouble.of(FailurePolicy.Said.of(why));
        };
    }

    private static Optional<SessionFacts> session(ConnectResult seen) {
        return seen instanceof ConnectResult.Secure(_, var tls) ? Optional.of(tls.facts()) : Optional.empty();
    }

    private static String words(ConnectResult seen) {
        return switch (seen) {
            case ConnectResult.Secure(_, var tls) -> tls.words();
            case ConnectResult.InClear(_, var reply) ->
                reply.map(no -> "refuses STARTTLS: " + no).orElse("offers no STARTTLS");
            case ConnectResult.LeftAtStartTls(var reply, _) -> "refuses STARTTLS and leaves: " + reply;
            case ConnectResult.Broken(var why, _) -> why.sentence();
            case ConnectResult.Trouble(var what) -> what.code() + " " + what.sentence();
            case ConnectResult.NotDialled() -> "not called";
        };
    }
}
