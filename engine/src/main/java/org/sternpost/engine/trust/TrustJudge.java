package org.sternpost.engine.trust;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.connector.HostPort;
import org.sternpost.engine.connector.MtaStsMode;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.SmtpDaneMode;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.dns.Answer.Status;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.ProofLog;
import org.sternpost.engine.dns.Resolver;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.MtaSts;
import org.sternpost.engine.mtasts.Policy.HeldPolicy;
import org.sternpost.engine.mtasts.PolicyLookup.StsLookup;
import org.sternpost.engine.mtasts.PolicyLookup;
import org.sternpost.engine.mx.MxRoute.MxHosts;
import org.sternpost.engine.mx.MxRoute;
import org.sternpost.engine.mx.OwnHost;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.HostJudge.Leg;
import org.sternpost.engine.trust.HostJudge.Refinements;
import org.sternpost.engine.trust.JudgedRoute.Explained;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;

/// Finds the route of a recipient domain over a connector and judges each of its hosts.
public final class TrustJudge implements Judge {

    private static final Domain NOBODY = Domain.of("smart-host.invalid"); // RFC 2606 §2: stands for no host at all
    private static final Duration WHOLE_MAX = Duration.ofSeconds(60); // slow name servers must not hold a destination

    /// Hosts of one preference come shuffled; in evidence they stand by name.
    private static final Comparator<MxHosts.MxHost> BY_PREFERENCE = Comparator.comparingInt(MxHosts.MxHost::preference)
            .thenComparing(MxHosts.MxHost::name);

    private final MxRoute mx;
    private final HostJudge hosts;
    private final PolicyLookup policies;
    private final Time time;
    private final int smtpPort;
    private final OwnHost self;
    private final KeptRoutes kept = new KeptRoutes();

    /// Of a gateway that MX records do not lead to.
    public TrustJudge(Resolver resolver, PolicyLookup policies, Time time, int smtpPort) {
        this(resolver, policies, time, smtpPort, OwnHost.NONE);
    }

    /// @param self as MX records may name it
    /// @param smtpPort the engine's `delivery.smtpPort`, for connectors and smart hosts that name none
    public TrustJudge(Resolver resolver, PolicyLookup policies, Time time, int smtpPort, OwnHost self) {
        this.mx = new MxRoute(resolver, time);
        this.hosts = new HostJudge(resolver);
        this.policies = policies;
        this.time = time;
        this.smtpPort = smtpPort;
        this.self = self;
    }

    @Override
    public JudgedRoute judge(OutboundConnector connector, TlsValidation mode, Domain recipientDomain) {
        return kept(new KeptRoutes.Key(connector.name(), mode, false, recipientDomain), connector,
                modes(connector, mode));
    }

    @Override
    public JudgedRoute requiringTls(OutboundConnector connector, TlsValidation mode, Domain recipientDomain) {
        return kept(new KeptRoutes.Key(connector.name(), TlsValidation.Enabled, true, recipientDomain), connector,
                refinements(connector, mode).looking());
    }

    /// The judgement of before while all that it rests on holds, or a new one.
    private JudgedRoute kept(KeptRoutes.Key key, OutboundConnector connector, Refinements modes) {
        // Taken before the judgement: what changes meanwhile makes it one of before.
        var held = new ArrayList<Optional<HeldPolicy>>(1);
        for (Domain domain : policyDomains(connector, key.domain()))
            held.add(policies.held(domain));
        var basis = new KeptRoutes.Basis(connector, modes, self.places(), held);
        return kept.find(key, basis, time.instant()).map(route -> KeptRoutes.shuffled(route, time.random()))
                .orElseGet(() -> {
                    var proof = new ProofLog();
                    JudgedRoute judged = destination(connector, key.mode(), modes, key.domain(), proof);
                    kept.keep(key, basis, judged, proof.until(), time.instant());
                    return judged;
                });
    }

    /// Whose policies a judgement looks at; over a smart host its own holds (RFC 8461 §3.4).
    private static List<Domain> policyDomains(OutboundConnector connector, Domain recipientDomain) {
        return connector.route().useMXRecord()
                ? List.of(recipientDomain)
                : connector.route().smartHosts().stream().filter(host -> !host.isAddress())
                        .map(host -> new Domain(host.host())).toList();
    }

    /// The same judgement with its chain of proof, for Test-SmtpDane, Test-MtaSts and Resolve-MailRoute.
    public Explained explain(OutboundConnector connector, TlsValidation mode, Domain recipientDomain) {
        var proof = new ProofLog();
        JudgedRoute destination = destination(connector, mode, modes(connector, mode), recipientDomain, proof);
        return new Explained(destination, proof.steps(), proof.branches());
    }

    private static Refinements modes(OutboundConnector connector, TlsValidation mode) {
        // docs/transport-security.md#mode-disabled: nothing is looked up.
        return mode == TlsValidation.Disabled
                ? new Refinements(SmtpDaneMode.None, MtaStsMode.None)
                : new Refinements(connector.tls().smtpDaneMode(), connector.tls().mtaStsMode());
    }

    private JudgedRoute destination(OutboundConnector connector, TlsValidation mode, Refinements modes,
            Domain recipientDomain, ProofLog proof) {
        return connector.route().useMXRecord()
                ? byMx(connector, mode, modes, recipientDomain, proof)
                : bySmartHosts(connector, modes, proof);
    }

    /// What is mandatory is so where it is enforced.
    private static Refinements refinements(OutboundConnector connector, TlsValidation mode) {
        return mode == TlsValidation.Enabled
                ? new Refinements(connector.tls().smtpDaneMode(), connector.tls().mtaStsMode())
                : new Refinements(SmtpDaneMode.Opportunistic, MtaStsMode.Opportunistic);
    }

    /// True if a policy that this mail is judged by is another now than when it was judged (RFC 8461 §5.1).
    public boolean policyChanged(OutboundConnector connector, TlsValidation mode, Domain recipientDomain) {
        if (mode == TlsValidation.Disabled || connector.tls().mtaStsMode() == MtaStsMode.None) return false;
        return policyDomains(connector, recipientDomain).stream().anyMatch(policies::changed);
    }

    private JudgedRoute byMx(OutboundConnector connector, TlsValidation mode, Refinements modes, Domain domain,
            ProofLog proof) {
        return switch (mx.of(domain, proof)) {
            case MxHosts.Impossible(var code, var sentence) -> new JudgedRoute.Impossible(code, sentence);
            case MxHosts.Hosts route -> judged(connector, modes, route, new Leg(domain, route.canonical(),
                    HostJudge.status(route.status()), route.status() == Status.Secure,
                    route.weakness(), Optional.empty(),
                    route.notes()), proof);
            // RFC 7672 §2.1.2: a failed MX lookup delays the mail ...
            case MxHosts.Failed(var answer) when modes.look() && mode == TlsValidation.Enabled ->
                new JudgedRoute.Unknown(DnsFailures.route(domain, answer));
            // ... Departs from RFC 7672 §2.1.2: unless the connector's mode delivers whatever validation says.
            case MxHosts.Failed(var answer) -> switch (mx.unchecked(domain, proof)) {
                case MxHosts.Failed _ -> new JudgedRoute.Unknown(DnsFailures.route(domain, answer));
                case MxHosts.Impossible(var code, var sentence) -> new JudgedRoute.Impossible(code, sentence);
                case MxHosts.Hosts route -> judged(connector, modes, route, new Leg(domain, route.canonical(),
                        HostJudge.status(answer), false, Optional.empty(),
                        modes.look() ? Optional.of(DnsFailures.route(domain, answer)) : Optional.empty(),
                        route.notes()),
                        proof);
            };
        };
    }

    private JudgedRoute judged(OutboundConnector connector, Refinements modes, MxHosts.Hosts route, Leg leg,
            ProofLog proof) {
        StsLookup sts = policy(leg.nextHop(), modes, proof);
        int port = connector.connection().port() > 0 ? connector.connection().port() : smtpPort;
        Instant deadline = time.instant().plus(WHOLE_MAX);
        var hops = new NextHops(leg.nextHop(), self);
        List<MxHosts.MxHost> all = route.hosts().stream().sorted(BY_PREFERENCE).toList();
        String record = stsRecord(leg.nextHop(), proof);
        for (MxHosts.MxHost host : route.hosts()) {
            if (!hops.left().isEmpty() && time.instant().isAfter(deadline)) {
                proof.holdsUntil(Instant.MIN); // the next message may learn of all
                break;
            }
            if (!hops.add(hosts.judge(host.name(), host.preference(), port, leg, sts, modes,
                    proof.branch(host.name().ascii()))
                    .among(all, record)))
                break;
        }
        List<HostJudgement> judged = hops.left();
        if (judged.isEmpty()) return hops.none();
        if (judged.size() == 1 && route.hosts().getFirst().implicit() && mailless(judged.getFirst()))
            // RFC 5321 §5.1: an implicit MX without address is an error, as a name that does not exist.
            return new JudgedRoute.Impossible("5.1.2", leg.nextHop() + " has neither MX nor address records");
        return new JudgedRoute.Hosts(leg.nextHop().ascii(), judged, leg.problem().stream().toList());
    }

    /// True if the lookups worked and there is no address.
    private static boolean mailless(HostJudgement host) {
        return host.addresses().isEmpty() && host.facts().addressStatus() != DnsStatus.Bogus
                && host.facts().addressStatus() != DnsStatus.Failed;
    }

    private JudgedRoute bySmartHosts(OutboundConnector connector, Refinements modes, ProofLog proof) {
        var judged = new ArrayList<HostJudgement>();
        Instant deadline = time.instant().plus(WHOLE_MAX);
        for (HostPort smartHost : connector.route().smartHosts()) {
            // The first that is judged takes the mail; further ones come in its place, and an attempt has no more time.
            if (!judged.isEmpty() && time.instant().isAfter(deadline)) {
                proof.holdsUntil(Instant.MIN);
                break;
            }
            int port = smartHost.port() > 0
                    ? smartHost.port()
                    : connector.connection().port() > 0 ? connector.connection().port() : smtpPort;
            int preference = judged.size();
            if (smartHost.isAddress()) {
                judged.add(byAddress(smartHost.host(), preference, port, modes));
                continue;
            }
            Domain host = new Domain(smartHost.host());
            // RFC 7672 §2.2.2: names from our own settings are as good as names from a secure MX.
            var leg = new Leg(host, host, DnsStatus.NotAsked, true, Optional.empty(), Optional.empty(),
                    List.of());
            // RFC 8461 §3.4: the policy domain is the smart host itself, never a parent.
            ProofLog own = proof.branch(host.ascii());
            StsLookup sts = policy(host, modes, own);
            judged.add(hosts.judge(host, preference, port, leg, sts, modes, own)
                    .among(List.of(), stsRecord(host, own)));
        }
        Reason.Owner operator = Reason.Owner.ofHosts(connector);
        return new JudgedRoute.Hosts(connector.route().smartHosts().getFirst().host(),
                judged.stream().map(host -> host.runBy(operator)).toList(), List.of());
    }

    /// A smart host given by address: nothing to look up, so neither DANE nor MTA-STS can be (RFC 7672 §2.2.2).
    private static HostJudgement byAddress(String text, int preference, int port, Refinements modes) {
        List<InetAddress> addresses;
        Domain name;
        String problem = "";
        try {
            InetAddress address = InetAddress.ofLiteral(text);
            addresses = List.of(address);
            name = named(address);
        } catch (IllegalArgumentException bad) {
            addresses = List.of();
            name = NOBODY;
            problem = "smart host '" + text + "' is no IP address";
        }
        String seen = text + " is an address, for which nobody can publish DANE or MTA-STS";
        TlsVerdict enabled = byAddress(name, seen, modes);
        return new HostJudgement(name, preference, port, addresses, problem, enabled,
                byAddress(name, seen, modes.mandatory()), new HostFacts(DnsStatus.NotAsked, DnsStatus.NotAsked,
                        Optional.empty(), DnsStatus.NotAsked, List.of(), seen, seen, Optional.empty(),
                        List.of()));
    }

    private static TlsVerdict byAddress(Domain name, String seen, Refinements modes) {
        if (modes.dane() == SmtpDaneMode.Mandatory)
            return new TlsVerdict.Refused(DaneFailures.daneRequired(name, seen));
        if (modes.sts() == MtaStsMode.Mandatory)
            return new TlsVerdict.Refused(StsFailures.stsRequired(name, seen, List.of()));
        return new TlsVerdict.None();
    }

    /// IPv4 as written; IPv6 by its name in the reverse tree (RFC 3596 §2.5), since it fits no domain as written.
    private static Domain named(InetAddress address) {
        if (!(address instanceof Inet6Address)) return Domain.of(address.getHostAddress());
        var name = new StringBuilder();
        for (byte octet : address.getAddress())
            name.insert(0, Integer.toHexString(octet & 15) + "." + Integer.toHexString(octet >> 4 & 15) + ".");
        return Domain.of(name + "ip6.arpa");
    }

    /// The TXT records as the lookup just met them.
    private static String stsRecord(Domain domain, ProofLog proof) {
        // A domain too long for the question was never asked it.
        return MtaSts.question(domain).flatMap(proof::answer).map(Answer::text).orElse("");
    }

    private StsLookup policy(Domain domain, Refinements modes, ProofLog proof) {
        return modes.sts() == MtaStsMode.None
                ? new StsLookup.None("MTA-STS is not looked at", List.of())
                : policies.of(domain, proof);
    }

    /// The hosts of a public MX that mail may go to: those before this gateway itself, at addresses of the network.
    ///
    /// Smart hosts are an administrator's own choice and are not looked at here.
    static final class NextHops {

        private static final String LOOP = "5.4.6"; // RFC 3463 §3.5: routing loop detected

        private final Domain domain;
        private final OwnHost self;
        private final List<HostJudgement> left = new ArrayList<>();
        private final List<String> dropped = new ArrayList<>();

        NextHops(Domain domain, OwnHost self) {
            this.domain = domain;
            this.self = self;
        }

        /// Looks at the next host in the order of preference.
        ///
        /// @return false if it is this gateway: no host after it counts
        boolean add(HostJudgement host) {
            if (isSelf(host)) {
                dropped.add("MX '" + host.host() + "' is this gateway itself");
                // RFC 5321 §5.1: hosts of the same preference as ourselves, and of less, are discarded.
                left.removeIf(one -> one.preference() >= host.preference());
                return false;
            }
            List<InetAddress> callable = host.addresses().stream().filter(self::mayCall).toList();
            if (callable.size() == host.addresses().size()) left.add(host);
            else if (!callable.isEmpty()) left.add(host.at(callable));
            else
                dropped.add("MX '" + host.host() + "' has no address but " + host.addresses().stream()
                        .map(InetAddress::getHostAddress).toList() + ", which leads back to whoever asks");
            return true;
        }

        List<HostJudgement> left() { return left; }

        /// Why no host is left.
        JudgedRoute.Impossible none() {
            return new JudgedRoute.Impossible(LOOP,
                    "mail to " + domain + " can go nowhere: " + String.join("; ", dropped)
                            + " (RFC 5321 §5.1)");
        }

        private boolean isSelf(HostJudgement host) {
            return self.is(host.host())
                    || host.addresses().stream().anyMatch(address -> self.listensAt(address, host.port()));
        }
    }
}
