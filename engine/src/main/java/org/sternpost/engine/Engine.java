package org.sternpost.engine;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.Security;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.sternpost.engine.alert.Alerts;
import org.sternpost.engine.config.Settings;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.AlertViews;
import org.sternpost.engine.control.Audit;
import org.sternpost.engine.control.ConnectorPlans;
import org.sternpost.engine.control.EndsSoon;
import org.sternpost.engine.control.FlowReports;
import org.sternpost.engine.control.MailPlans;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.MinimumEvidence;
import org.sternpost.engine.control.DeliveryReports;
import org.sternpost.engine.control.OwnConnector;
import org.sternpost.engine.control.PartnerPlans;
import org.sternpost.engine.control.ProbedReadiness;
import org.sternpost.engine.control.QueuePlans;
import org.sternpost.engine.control.Reports;
import org.sternpost.engine.control.Resolvers;
import org.sternpost.engine.control.Risks;
import org.sternpost.engine.control.RolloutPlans;
import org.sternpost.engine.control.StorePlans;
import org.sternpost.engine.control.StsPolicyPlans;
import org.sternpost.engine.control.SubmissionUserPlans;
import org.sternpost.engine.control.TlsExceptionPlans;
import org.sternpost.engine.control.TlsExceptionWatch;
import org.sternpost.engine.control.TlsProofs;
import org.sternpost.engine.control.TlsReportPlans;
import org.sternpost.engine.control.Traces;
import org.sternpost.engine.credential.Authenticator;
import org.sternpost.engine.credential.SubmissionUsers;
import org.sternpost.engine.dane.TlsaSearch;
import org.sternpost.engine.delivery.Delivery;
import org.sternpost.engine.delivery.Probe;
import org.sternpost.engine.delivery.ShadowJudge;
import org.sternpost.engine.dkim.DkimKeys;
import org.sternpost.engine.dns.CachingResolver;
import org.sternpost.engine.dns.OutageLookup;
import org.sternpost.engine.dns.Resolver;
import org.sternpost.engine.dns.Servers;
import org.sternpost.engine.dnssec.LocalValidation;
import org.sternpost.engine.dnssec.ResolverCheck;
import org.sternpost.engine.dnssec.ResolverValidation;
import org.sternpost.engine.dsn.DsnWriter;
import org.sternpost.engine.evidence.EvidenceLog;
import org.sternpost.engine.evidence.Faults;
import org.sternpost.engine.evidence.Verdicts;
import org.sternpost.engine.flow.Flows;
import org.sternpost.engine.intake.Acceptance;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.DatabasePolicyStore;
import org.sternpost.engine.mtasts.HeldPolicies;
import org.sternpost.engine.mtasts.HttpsPolicyFetch;
import org.sternpost.engine.mtasts.MtaSts;
import org.sternpost.engine.mtasts.PolicyRefresh;
import org.sternpost.engine.mx.OwnHost;
import org.sternpost.engine.net.AddressGuard;
import org.sternpost.engine.net.HttpsClient;
import org.sternpost.engine.partner.PartnerNotices;
import org.sternpost.engine.pickup.PickupDirectory;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.queue.QueueAdmin;
import org.sternpost.engine.queue.Salvage;
import org.sternpost.engine.queue.Trace;
import org.sternpost.engine.report.AttemptStatistics;
import org.sternpost.engine.report.ShadowSchedule;
import org.sternpost.engine.rollout.Rollouts;
import org.sternpost.engine.rollout.Traffic;
import org.sternpost.engine.schedule.Scheduler.Limits;
import org.sternpost.engine.schedule.Scheduler;
import org.sternpost.engine.smtp.server.Admission.Network;
import org.sternpost.engine.smtp.server.Admission;
import org.sternpost.engine.smtp.server.IncomingBuffer;
import org.sternpost.engine.smtp.server.SmtpServer.ListenerConfig;
import org.sternpost.engine.smtp.server.SmtpServer;
import org.sternpost.engine.store.DirectoryLock;
import org.sternpost.engine.store.OwnerOnly;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.tls.Handshake;
import org.sternpost.engine.tls.Prover;
import org.sternpost.engine.tls.ServerIdentity;
import org.sternpost.engine.tls.TlsLimits;
import org.sternpost.engine.tls.TrustAnchors;
import org.sternpost.engine.tlsrpt.Aggregates;
import org.sternpost.engine.tlsrpt.HttpsPost;
import org.sternpost.engine.tlsrpt.Outbox;
import org.sternpost.engine.tlsrpt.Sender;
import org.sternpost.engine.tlsrpt.Signing;
import org.sternpost.engine.tlsrpt.TlsRptReport.Submitter;
import org.sternpost.engine.trust.TrustJudge;

/// The whole engine: builds all parts, starts them in order, stops them in reverse.
public final class Engine implements AutoCloseable {

    public static final String VERSION = "0.1.0";

    private static final String DKIM = "dkim"; // of the data directory: the keys that sign reports
    private static final double JITTER = 0.1; // of each retry interval, at most

    private static final System.Logger LOG = System.getLogger(Engine.class.getName());

    /// Makes all tables, or what an older version lacks of them.
    public static final List<String> SCHEMA = Stream.of(Queue.SCHEMA, Connectors.SCHEMA, DatabasePolicyStore.SCHEMA,
            EvidenceLog.SCHEMA, Rollouts.SCHEMA, Aggregates.SCHEMA, Outbox.SCHEMA,
            SubmissionUsers.SCHEMA, PartnerNotices.SCHEMA, Flows.SCHEMA, Alerts.SCHEMA, Audit.SCHEMA)
            .flatMap(List::stream).toList();

    /// Tables that say which way mail may go and what was decided, and not what mail there is: a salvage carries them
    /// over. What is neither here nor made from segments is history.
    public static final List<String> SETTINGS = List.of("connector", "tls_exception", "rollout", "sts_policy",
            "suspended_destination", "submission_user", "submission_decoy", "partner_notice", "alert", "alert_judged",
            "audit");

    static {
        prepareTls();
    }

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final List<AutoCloseable> stops = new CopyOnWriteArrayList<>(); // what is told that all of it is to end
    private final List<SmtpServer> listeners = new CopyOnWriteArrayList<>(); // mail flows while they open
    private final Settings settings;
    private final Time time;
    private final Instant startedAt;
    private final FileLimits files;
    private final Management management;

    /// How operators reach an engine: opened before the first listener takes mail, closed after the last.
    public interface Door {
        AutoCloseable open(Management management) throws IOException;
    }

    /// Widens what Java's TLS decides once per process.
    ///
    /// A program that uses TLS before its engine starts calls it first.
    public static void prepareTls() { TlsLimits.widen(); }

    private static void warnOfTls() {
        String missing = TlsLimits.missing();
        if (!missing.isEmpty())
            LOG.log(System.Logger.Level.WARNING, "event=tls-limits why=\"something used TLS in this process before the "
                    + "engine started, so it cannot take {0}\" what=\"hosts that need it get mail in "
                    + "clear or not at all\" "
                    + "remedy=\"run the engine in a process of its own: sternpost engine\"", missing);
    }

    /// Starts an engine; when it returns, mail is accepted and delivered.
    ///
    /// @throws EngineStartException if a setting cannot be followed; then nothing is left running
    public static Engine start(Settings settings, Door door) throws EngineStartException {
        return start(settings, door, TestHooks.standard());
    }

    /// The process of the engine that has a data directory, also while it starts or stops.
    public static Optional<Long> owner(Path dataDirectory) { return DirectoryLock.owner(dataDirectory); }

    static Engine start(Settings settings, Door door, TestHooks hooks) throws EngineStartException {
        try {
            return new Engine(settings, door, hooks);
        } catch (IOException | RuntimeException | LinkageError broken) {
            throw EngineStartException.of(broken);
        }
    }

    private Engine(Settings settings, Door door, TestHooks hooks) throws IOException {
        this.settings = settings;
        this.time = hooks.time();
        this.startedAt = time.instant();
        this.files = FileLimits.of(settings);
        try {
            warnOfTls();
            this.management = build(door, hooks);
        } catch (IOException | RuntimeException | LinkageError broken) {
            close();
            throw broken;
        }
        LOG.log(System.Logger.Level.INFO, "event=started host={0} data={1} listeners={2}", settings.hostName(),
                settings.dataDirectory(), listeners().toString());
        OddNames.warnOf(settings.hostName());
    }

    public Management management() { return management; }

    public Settings settings() { return settings; }

    /// Where mail is taken, with the ports that were found when the settings said 0.
    public List<InetSocketAddress> listeners() { return listeners.stream().map(SmtpServer::address).toList(); }

    /// Takes no more mail, finishes what is under way, and lets go of the data directory.
    ///
    /// Whatever has time to end has it from now on, all at once: one after the other they would add up.
    @Override
    public void close() {
        for (AutoCloseable stop : stops)
            close(stop);
        for (SmtpServer listener : listeners)
            close(listener::drain);
        while (!open.isEmpty())
            close(open.pop());
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception broken) {
            LOG.log(System.Logger.Level.WARNING, "event=not-closed part={0} why=\"{1}\"",
                    part.getClass().getSimpleName(), broken.toString());
            LOG.log(System.Logger.Level.DEBUG, "event=not-closed", broken);
        }
    }

    private Management build(Door door, TestHooks hooks) throws IOException {
        // Which signatures it verifies is said by the security property `jdk.security.provider.preferred`.
        if (Security.getProvider(BouncyCastleProvider.PROVIDER_NAME) == null)
            Security.addProvider(new BouncyCastleProvider());
        OwnerOnly.directory(settings.dataDirectory());
        opened(time.watchStalls());
        var trust = TrustAnchors.of(trusted(), settings.home());
        var dns = settings.dns();
        var lookups = new Semaphore(files.lookups());
        var servers = (dns.servers().isEmpty()
                ? Servers.ofSystem(dns.timeout())
                : new Servers(dns.servers(), dns.timeout())).within(lookups);
        var anchors = settings.dns().trustAnchors().map(org.sternpost.engine.dnssec.ZoneTrustAnchors::of)
                .orElseGet(org.sternpost.engine.dnssec.ZoneTrustAnchors::ofRoot);
        var lookup = lookup(servers, anchors);
        var resolver = new CachingResolver(lookup, time);
        var store = opened(SqliteDatabase.open(settings.dataDirectory(), SCHEMA, Salvage.waiting()));
        var ages = AgeRecord.open(settings.dataDirectory(), time); // before anything is judged by its age
        IncomingBuffer.sweep(spool());
        var connectors = new Connectors(store, time);
        OddNames.warnOf(connectors);
        var queue = opened(Queue.recover(store, time));
        // No rule yet: their language is not there.
        var acceptance = new Acceptance(queue, connectors, List.of(), settings.delivery().messageExpiration(), time);
        var fetch = new HttpsPolicyFetch(resolver, trust.context(time),
                new HttpsClient(new AddressGuard(settings.mtaSts().allowPrivateAddresses()), hooks.policyFetch(), time,
                        lookups),
                settings.mtaSts().httpsPort());
        var held = new DatabasePolicyStore(store);
        var policies = new MtaSts(resolver, fetch, held, time);
        var refresh = new PolicyRefresh(policies, held, time);
        var judge = new TrustJudge(resolver, policies, time, settings.delivery().smtpPort(),
                new OwnHost(Optional.of(Domain.of(settings.hostName())), this::listeners,
                        settings.delivery().allowLoopback()));
        var handshake = new Handshake(new Prover(trust, time));
        var notifier = new DsnWriter(settings.hostName(), sender -> connectors.choose(sender, 0)
                .modeFor(sender.domain()) == TlsValidation.Enabled, acceptance::admit, time);
        var delivery = opened(new Delivery(judge, handshake, settings.hostName(), hooks.timeouts(),
                new Delivery.Reuse(settings.delivery().sessionIdle(), settings.delivery().maxMessagesPerSession(),
                        new Delivery.Reuse.Most(files.deliveries(), settings.delivery().maxSessionsPerHost(),
                                settings.delivery().maxSessionsPerDomain())),
                time, queue.turns()::comes));
        var admin = new QueueAdmin(store, queue, time, delivery::callAgain);
        var evidence = new EvidenceLog(store);
        var verdicts = new Verdicts(store);
        var faults = new Faults(store, evidence);
        var letters = new PartnerNotices(store, faults, connectors, time);
        var trace = new Trace(store);
        var flows = new Flows(store, base -> resolver.signedUntil(TlsaSearch.name(base,
                settings.delivery().smtpPort())), time);
        var rollouts = new Rollouts(store, connectors, Traffic.of(verdicts, admin), AlertWatch::stepped, time);
        var scheduler = opened(Scheduler.start(queue, connectors, delivery,
                mail -> judge.policyChanged(mail.connector(), mail.mode(), mail.domain()), notifier,
                List.of(new AttemptStatistics(evidence, verdicts, limits(), time), rollouts::settled,
                        (mail, attempt) -> Aggregates.settled(store, mail, attempt), flows,
                        hooks.watch()),
                limits(), time));
        stops.add(scheduler::stop);
        var shadow = new ShadowSchedule(verdicts.shadows(), connectors,
                new ShadowJudge(judge, handshake, settings.hostName(), hooks.timeouts(), time), limits(), time);
        opened(Maintenance.start(List.of(rollouts::tick, new TlsExceptionWatch(connectors, time)::tick, ages::look),
                List.of(shadow::judgeDue), refresh::look,
                new OutageEnd(lookup, queue.outage()::isOfBefore, queue.outage()::over, time)::look,
                Stream.concat(Stream.of(letters::look), Retention.tasks(store, trace, evidence, verdicts,
                        settings.retention(), time).stream()).toList(),
                time));
        var keys = new DkimKeys(settings.dataDirectory().resolve(DKIM));
        var signing = new Signing(keys, resolver);
        var reports = opened(sender(store, acceptance, resolver, signing, trust, hooks).start());
        var probe = new Probe(handshake, settings.hostName(), hooks.timeouts(), time);
        var resolvers = new Resolvers(
                new ResolverCheck(servers, anchors, settings.dns().validation() == Settings.Validation.resolver, time),
                settings.dns().testSecureName(), settings.dns().testBogusName());
        var admission = new Admission(settings.submission().limits()
                .withMessageOctetsMax(settings.delivery().maxMessageBytes()).withSessions(files.submission()));
        var users = new SubmissionUsers(store);
        var authenticator = new Authenticator(users, time);
        var waiting = new QueuePlans(admin, queue, notifier, connectors, time);
        var risks = new Risks(connectors, verdicts, time);
        var counts = new Reports(verdicts, connectors, MinimumEvidence.of(settings.readiness()),
                flows::interceptions, time);
        var pickup = settings.pickup().map(terms -> PickupDirectory.of(terms, acceptance, trace::has, time));
        var status = new EngineStatus(settings, startedAt, () -> listeners, queue, admin, scheduler, connectors,
                verdicts, lookup, admission, authenticator, pickup, time);
        var heldPolicies = new HeldPolicies(policies, refresh, held);
        var policyPlans = new StsPolicyPlans(heldPolicies, store, time);
        var alerts = AlertWatch.of(new AlertWatch.Parts(store, connectors, faults, heldPolicies, rollouts, resolvers),
                new Alerts.Ways(settings.alerts(), settings.hostName(), acceptance, resolver, trust.context(time)),
                () -> listeners, status::trouble, time);
        opened(Maintenance.alerts(alerts::look, alerts::tell, time));
        var engine = new Management(status, new ConnectorPlans(connectors, waiting, risks, time),
                new TlsExceptionPlans(connectors, waiting, risks, time),
                policyPlans,
                new TlsProofs(connectors, judge, probe, resolvers, time), waiting,
                new MailPlans(acceptance, connectors, settings.hostName(), time),
                new Traces(trace, admin::follow, evidence, verdicts.shadows(), connectors), counts,
                new RolloutPlans(rollouts, connectors, waiting, counts, resolvers, time),
                new TlsReportPlans(new TlsReportPlans.Parts(store, keys, signing, reports, trace), time),
                new StorePlans(store, store.backups(), List.of(DKIM), time),
                new SubmissionUserPlans(users, authenticator, time),
                new PartnerPlans(store, letters, connectors, flows::interceptions, settings.hostName(), time),
                new FlowReports(flows, connectors, new OwnConnector(connectors, settings.flows()),
                        new EndsSoon(flows, policyPlans, connectors, settings, time),
                        new ProbedReadiness(flows, connectors, judge, probe, time), time),
                new DeliveryReports(store, verdicts, connectors, counts, settings.hostName(), time),
                new AlertViews(alerts, connectors, status));
        // Whoever finds an open port finds the way to manage the engine too.
        opened(door.open(engine));
        listen(acceptance, admission, authenticator);
        pickup.map(PickupDirectory::start).ifPresent(this::opened);
        return engine;
    }

    private Sender sender(SqliteDatabase store, Acceptance acceptance, Resolver resolver, Signing signing,
            TrustAnchors trust, TestHooks hooks) throws IOException {
        var https = new HttpsPost(resolver, trust.context(time),
                new AddressGuard(settings.mtaSts().allowPrivateAddresses()),
                hooks.policyFetch(), time);
        var tlsRpt = settings.tlsRpt();
        return new Sender(new Sender.Parts(store, acceptance, resolver, signing, https),
                new Submitter(tlsRpt.organization(), tlsRpt.contact(), tlsRpt.from()), tlsRpt.send(), time);
    }

    private OutageLookup lookup(Servers servers, org.sternpost.engine.dnssec.ZoneTrustAnchors anchors) {
        return new OutageLookup(switch (settings.dns().validation()) {
            case local -> new LocalValidation(servers, anchors, time);
            case resolver -> new ResolverValidation(servers, time);
        }, servers, time);
    }

    private List<String> trusted() {
        var sources = new ArrayList<>(settings.tls().trustedCertificates().stream().map(Object::toString).toList());
        if (settings.tls().system()) sources.add(TrustAnchors.SYSTEM);
        return sources;
    }

    private Limits limits() {
        var delivery = settings.delivery();
        return new Limits(files.deliveries(), delivery.maxSessionsPerDomain(), delivery.retryIntervals(),
                delivery.delayNotice(), JITTER);
    }

    private Path spool() { return settings.dataDirectory().resolve("spool"); }

    private void listen(Acceptance acceptance, Admission admission, Authenticator authenticator) throws IOException {
        for (Settings.Listener listener : settings.submission().listeners()) {
            var allowed = listener.allow().stream().map(Network::of).toList();
            Optional<ServerIdentity> identity = listener.tls().isEmpty()
                    ? Optional.empty()
                    : Optional.of(ServerIdentity.of(listener.tls().get().certificate(), listener.tls().get().key()));
            listeners.add(opened(SmtpServer.start(listener.address(), new ListenerConfig(Domain.of(settings.hostName()),
                    allowed, admission, acceptance, spool(), identity, Listeners.terms(listener, authenticator),
                    time))));
        }
    }

    private <T extends AutoCloseable> T opened(T part) {
        open.push(part);
        return part;
    }
}
