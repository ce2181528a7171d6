package org.sternpost.engine.control;

import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.Connectors.Choice;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.DomainPattern;
import org.sternpost.engine.connector.MtaStsMode;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.SmtpDaneMode;
import org.sternpost.engine.connector.TlsOverride;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.view.ConnectorTestView;
import org.sternpost.engine.control.view.MailRouteView;
import org.sternpost.engine.control.view.ProofView;
import org.sternpost.engine.control.view.ResolverView;
import org.sternpost.engine.delivery.Probe.Probed;
import org.sternpost.engine.delivery.Probe.Result;
import org.sternpost.engine.delivery.Probe;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.trust.JudgedRoute;
import org.sternpost.engine.trust.TrustJudge;

/// Chains of proof without sending mail: the same judge and the same handshake that mail goes through.
public final class TlsProofs implements Management.TlsPort {

    private final Connectors connectors;
    private final TrustJudge judge;
    private final Probe probe;
    private final Resolvers resolvers;
    private final Time time;

    public TlsProofs(Connectors connectors, TrustJudge judge, Probe probe, Resolvers resolvers, Time time) {
        this.connectors = connectors;
        this.judge = judge;
        this.probe = probe;
        this.resolvers = resolvers;
        this.time = time;
    }

    @Override
    public ProofView dane(Domain domain, boolean connect) {
        return ChainViews.proof(chain(asking(SmtpDaneMode.Opportunistic, MtaStsMode.None), domain, connect),
                "");
    }

    @Override
    public ProofView mtaSts(Domain domain, boolean connect) {
        return ChainViews.proof(chain(asking(SmtpDaneMode.None, MtaStsMode.Opportunistic), domain, connect),
                "");
    }

    /// The whole chain as mail over a connector would meet it.
    @Override
    public ProofView validation(Domain domain, @Nullable String given, boolean connect) throws ManagementException {
        OutboundConnector connector = given == null
                ? connectors.choice(domain, 0).connector()
                : ConnectorPlans.known(connectors, given);
        Optional<TlsOverride> exception = connectors.exceptions().inForce(connector.id(), domain, time.instant());
        OutboundConnector asked = exception.map(one -> one.over(connector)).orElse(connector);
        TlsValidation mode = asked.modeFor(domain);
        String by = exception.map(one -> "an exception on connector " + connector.name() + " makes it " + mode
                + " until " + one.expires().truncatedTo(ChronoUnit.MINUTES))
                .orElse("connector " + connector.name() + " is " + mode);
        Chain chain = chain(asked, domain, connect);
        return ChainViews.proof(chain, ChainWords.today(chain, mode, by));
    }

    @Override
    public MailRouteView route(Domain recipient) {
        Choice choice = connectors.choice(recipient, 0);
        OutboundConnector connector = choice.connector();
        String why = choice.pattern() + " matches" + (choice.losers().isEmpty()
                ? ""
                : ", more specific than " + choice.losers().size() + " other"
                        + (choice.losers().size() == 1 ? "" : "s"))
                + choice.exception().map(TlsProofs::excepted).orElse("");
        return ChainViews.route(chain(connector, recipient, false), connector.modeFor(recipient), why,
                choice.losers());
    }

    private static String excepted(TlsOverride e) {
        return "; an exception applies: " + e.tlsValidation() + " until " + e.expires() + ", " + e.reason() + " ("
                + e.owner() + ")";
    }

    private Chain chain(OutboundConnector connector, Domain domain, boolean connect) {
        return Chain.of(connector, domain, judge, connect ? Optional.of(probe) : Optional.empty());
    }

    @Override
    public List<ConnectorTestView> connector(String name, @Nullable Domain domain) throws ManagementException {
        OutboundConnector connector = ConnectorPlans.known(connectors, name);
        if (domain == null && connector.route().useMXRecord())
            throw new ManagementException(ManagementException.Kind.Invalid,
                    connector.name() + " routes by MX records, so a domain is needed",
                    "Test-OutboundConnector " + connector.name() + " -Domain example.org");
        var tasks = new ArrayList<ConnectorTestView>();
        Domain target = domain == null ? Domain.of("smart-host.invalid") : domain;
        JudgedRoute where = judge.judge(connector, TlsValidation.Enabled, target);
        switch (where) {
            case JudgedRoute.Impossible(var code, var sentence) ->
                tasks.add(new ConnectorTestView("Resolve", false, target.ascii(), code + " " + sentence, ""));
            case JudgedRoute.Unknown(var failure) -> tasks.add(
                    new ConnectorTestView("Resolve", false, target.ascii(), failure.sentence(), failure.remedy()));
            case JudgedRoute.Hosts route -> {
                tasks.add(new ConnectorTestView("Resolve", true, route.policyDomain(),
                        route.hosts().stream().map(h -> h.host().ascii()).collect(Collectors.joining(", ")), ""));
                probe.all(connector, route.hosts()).values().forEach(seen -> tasks.addAll(tasks(seen)));
            }
        }
        return tasks;
    }

    @Override
    public List<ResolverView> resolvers(@Nullable Domain secureName, @Nullable Domain bogusName) {
        return resolvers.all(secureName, bogusName);
    }

    private static List<ConnectorTestView> tasks(Probed seen) {
        String target = seen.host() + (seen.connected() ? " " + seen.address() : "");
        var connected = new ConnectorTestView("Connection", seen.connected(), target, seen.said(), "");
        return switch (seen.enabled()) {
            case Result.Accepts(_, var level) ->
                List.of(connected, new ConnectorTestView("TLS", true, target, level.toString(), ""));
            case Result.Refuses(var why) -> {
                var tls = new ConnectorTestView("TLS", false, target, why.sentence(), why.remedy());
                yield seen.connected() ? List.of(connected, tls) : List.of(tls);
            }
            case Result.Trouble(_, var sentence, var remedy, _) ->
                List.of(new ConnectorTestView("Connection", false, target, sentence, remedy.words()));
            case Result.NotTried() -> List.of(connected);
        };
    }

    private OutboundConnector asking(SmtpDaneMode dane, MtaStsMode sts) {
        OutboundConnector fresh = Connectors.fresh("test", List.of(new DomainPattern.All()), time.instant());
        return fresh.withTls(fresh.tls().withModes(dane, sts)).withMode(TlsValidation.Enabled);
    }
}
