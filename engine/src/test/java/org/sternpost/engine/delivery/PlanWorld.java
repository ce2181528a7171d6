package org.sternpost.engine.delivery;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.dane.Tlsa;
import org.sternpost.engine.delivery.DeliveryPlan.Step;
import org.sternpost.engine.delivery.DeliveryPlan.Terms;
import org.sternpost.engine.delivery.Dialer.Connection;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.smtp.client.SmtpClient;
import org.sternpost.engine.smtp.client.SmtpSession.Stage;
import org.sternpost.engine.smtp.client.SmtpClient.Timeouts;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.tls.Requirement.Proof;
import org.sternpost.engine.tls.Requirement;
import org.sternpost.engine.tls.SessionProofs.SessionFacts;
import org.sternpost.engine.tls.SessionProofs;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Failure.Remedy;
import org.sternpost.engine.trust.HostFacts;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.JudgedRoute;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;
import org.sternpost.engine.trust.Reason;

/// A route made by a seed, what each of its hosts shows, and the mail that goes there.
final class PlanWorld {

    private static final InetAddress LOCAL = InetAddress.getLoopbackAddress();

    /// What a host shows at one address.
    enum Shows {
        /// TLS, with a certificate that satisfies DANE, PKIX, both or neither.
        DANE, PKIX, BOTH, NEITHER,
        /// The same as `BOTH`, where the host is asked for by the right name.
        BY_NAME,
        /// What is in force when the prover stumbles, or our library is too narrow.
        OUR_LIBRARY, NO_STARTTLS, REFUSES_LATER, REFUSES_FOR_GOOD, LEAVES, BREAKS, OUR_LIMIT, SILENT, CROWDED, BUSY,
        UNWILLING, NO_WAY;

        boolean isTls() { return ordinal() <= OUR_LIBRARY.ordinal(); }

        boolean isTrouble() { return ordinal() >= SILENT.ordinal(); }
    }

    static final Domain DOMAIN = Domain.of("example.org");
    private static final Reply LATER = Reply.of(454, "4.7.0 later");
    private static final Reply NEVER = Reply.of(554, "5.7.0 not you");

    final JudgedRoute route;
    final Terms terms;
    final Map<InetSocketAddress, Shows> shows = new HashMap<>();
    final boolean announcesRequireTls;
    private final Random random;
    int asked; // how often the prover was
    int dialled; // sessions

    /// @param time of the connector
    PlanWorld(long seed, SimTime time, boolean senders) {
        this.random = new Random(seed);
        var floor = pick(TlsSettings.None, TlsSettings.None, TlsSettings.EncryptionOnly,
                TlsSettings.CertificateValidation, TlsSettings.DomainValidation);
        var mode = pick(DeliveryMode.Disabled, DeliveryMode.Opportunistic, DeliveryMode.Opportunistic,
                DeliveryMode.Enabled);
        this.terms = new Terms(Cargo.connector(time, "c", TlsValidation.valueOf(mode.name()), floor, 1), mode,
                DOMAIN, senders && random.nextBoolean(), !senders || random.nextBoolean());
        this.announcesRequireTls = random.nextBoolean();
        this.route = switch (random.nextInt(20)) {
            case 0 -> new JudgedRoute.Impossible("5.1.10", "example.org takes no mail");
            case 1 -> new JudgedRoute.Unknown(pick(local(Reason.LOCAL_DNS), refusal()));
            case 2, 3 -> new JudgedRoute.Hosts(DOMAIN.ascii(), hosts(), List.of(pick(refusal(), local(Reason.LOCAL))));
            default -> new JudgedRoute.Hosts(DOMAIN.ascii(), hosts(), List.of());
        };
    }

    private List<HostJudgement> hosts() {
        var hosts = new ArrayList<HostJudgement>();
        for (int i = 0, n = 1 + random.nextInt(3); i < n; i++)
            hosts.add(host(Domain.of("mx" + i + ".example.org"), i));
        return hosts;
    }

    private HostJudgement host(Domain name, int number) {
        var addresses = new ArrayList<InetAddress>();
        for (int i = 0, n = random.nextInt(12) == 0 ? 8 : random.nextInt(4); i < n; i++) {
            var address = InetAddress.ofLiteral("127.9." + number + "." + (i + 1));
            addresses.add(address);
            // Only those beyond the first six would help.
            shows.put(new InetSocketAddress(address, 25), n == 8 && i < 6
                    ? Shows.SILENT
                    : pick(Shows.values()));
        }
        TlsVerdict enabled = switch (random.nextInt(8)) {
            case 0, 1 -> new TlsVerdict.None();
            case 2 -> new TlsVerdict.Encrypted();
            case 3 -> new TlsVerdict.Sts(name, "1");
            case 4 -> new TlsVerdict.Refused(refusal());
            case 5 -> new TlsVerdict.Refused(local(Reason.LOCAL_DNS));
            default -> new TlsVerdict.Dane(List.of(new Tlsa(3, 1, 1, new byte[32])), base(name), List.of(name));
        };
        TlsVerdict mandatory = enabled instanceof TlsVerdict.Refused || random.nextBoolean()
                ? enabled
                : new TlsVerdict.Refused(new Failure(Reason.DANE_REQUIRED, name + " has no DANE", "Ask for less."));
        var status = pick(DnsStatus.Secure, DnsStatus.Insecure);
        var facts = new HostFacts(status, status, Optional.empty(), status, List.of(), "", "", Optional.empty(),
                List.of());
        return new HostJudgement(name, 10 * number, 25, addresses, "it has no address", Optional.empty(), enabled,
                mandatory, enabled, new TlsVerdict.None(), facts);
    }

    private Domain base(Domain name) { return random.nextBoolean() ? name : Domain.of("real." + name); }

    @SafeVarargs
    private <T> T pick(T... from) { return from[random.nextInt(from.length)]; }

    static Failure refusal() { return new Failure(Reason.DNSSEC_INVALID, "a lookup is bogus", "Sign the zone."); }

    static Failure local(Reason reason) {
        return new Failure(reason, Reason.Owner.OURS, "we could not know", "Look at this gateway.");
    }

    /// What the host shows to a call.
    ConnectResult shown(Step.Connect step) {
        Domain host = step.host().host();
        Shows what = shows.get(step.peer());
        Set<String> offers = announcesRequireTls ? Set.of("REQUIRETLS", "DSN") : Set.of("DSN");
        boolean clear = step.clear();
        return switch (what) {
            case SILENT -> trouble(FailurePolicy.Said.silent("4.4.2", host + " timed out", remedy()));
            case CROWDED -> trouble(FailurePolicy.unwilling(step.asked(), Stage.Banner,
                    Reply.of(421, "4.3.2 too many")));
            case UNWILLING -> trouble(FailurePolicy.unwilling(step.asked(), Stage.Banner,
                    Reply.of(554, "5.7.1 not you")));
            case BUSY -> trouble(FailurePolicy.busy(step.asked(), step.peer()));
            case NO_WAY -> trouble(new FailurePolicy.Said("4.3.0", "no way to " + host, remedy(),
                    Optional.of(local(Reason.LOCAL_NETWORK))));
            case NO_STARTTLS -> new ConnectResult.InClear(Optional.empty(), offers, LOCAL);
            case REFUSES_LATER ->
                new ConnectResult.InClear(clear ? Optional.empty() : Optional.of(LATER), offers, LOCAL);
            case REFUSES_FOR_GOOD ->
                new ConnectResult.InClear(clear ? Optional.empty() : Optional.of(NEVER), offers, LOCAL);
            case LEAVES, BREAKS, OUR_LIMIT -> clear
                    ? new ConnectResult.InClear(Optional.empty(), offers, LOCAL)
                    : failed(what, host);
            case DANE, PKIX, BOTH, NEITHER, BY_NAME, OUR_LIBRARY ->
                new ConnectResult.Secured(
                        new SessionProofs(new SessionFacts("TLSv1.3", "X", "x25519", step.asked().sni(), List.of()),
                                "valid", requirement -> {
                                    asked++;
                                    return proof(requirement, what, step.asked().sni());
                                }),
                        offers, LOCAL);
        };
    }

    private static ConnectResult failed(Shows what, Domain host) {
        return what == Shows.LEAVES
                ? new ConnectResult.LeftAtStartTls(Reply.of(421, "4.3.2 busy"), LOCAL)
                : new ConnectResult.Broken(what == Shows.BREAKS
                        ? new Failure(Reason.VALIDATION_FAILURE, "the handshake with " + host + " broke", "Mend it.")
                        : local(Reason.LOCAL_TLS), LOCAL);
    }

    private static Proof proof(Requirement asked, Shows what, String sni) {
        if (!asked.authenticates()) return new Proof.Proven(Level.Encrypted);
        if (what == Shows.OUR_LIBRARY) return new Proof.Refused(local(Reason.LOCAL));
        boolean dane = what == Shows.DANE || what == Shows.BOTH || what == Shows.BY_NAME && sni.startsWith("real.");
        boolean pkix = what == Shows.PKIX || what == Shows.BOTH || what == Shows.BY_NAME && !sni.startsWith("real.");
        if (asked.verdict() instanceof TlsVerdict.Dane && !dane)
            return new Proof.Refused(
                    new Failure(Reason.TLSA_INVALID, asked.host() + " matches no record", "Publish the record."));
        if (asked.needsPkix() && !pkix)
            return new Proof.Refused(new Failure(Reason.CERTIFICATE_NOT_TRUSTED,
                    asked.host() + " is not trusted", "Buy a certificate."));
        return new Proof.Proven(asked.level());
    }

    private static ConnectResult trouble(FailurePolicy.Said what) { return new ConnectResult.Trouble(what); }

    private static Remedy remedy() { return new Remedy(Reason.Owner.RECIPIENT, "Answer."); }

    /// The same with a session, all of which lead to one host that takes everything.
    Connection connection(Step.Connect step, int port, SimTime time) {
        ConnectResult seen = shown(step);
        if (!seen.stands()) return Connection.none(seen);
        dialled++;
        try {
            var session = new SmtpClient(Timeouts.of(Patience.UNMET), time)
                    .connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), Optional.empty());
            session.banner();
            session.hello("me.example", false);
            return new Connection(seen, Optional.of(session));
        } catch (IOException broken) {
            throw new AssertionError("the host that takes everything does not", broken);
        }
    }

    OutboundConnector connector() { return terms.connector(); }
}
