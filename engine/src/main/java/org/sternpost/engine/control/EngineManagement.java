package org.sternpost.engine.control;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.control.view.ConnectorTestView;
import org.sternpost.engine.control.view.ConnectorView;
import org.sternpost.engine.control.view.DeliveryReportView;
import org.sternpost.engine.control.view.DkimKeyView;
import org.sternpost.engine.control.view.EngineStatusView;
import org.sternpost.engine.control.view.MailRouteView;
import org.sternpost.engine.control.view.MessageTraceDetailView;
import org.sternpost.engine.control.view.MessageTraceView;
import org.sternpost.engine.control.view.MessageView;
import org.sternpost.engine.control.view.ProofView;
import org.sternpost.engine.control.view.QueueView;
import org.sternpost.engine.control.view.ResolverView;
import org.sternpost.engine.control.view.SentMailView;
import org.sternpost.engine.control.view.StsPolicyView;
import org.sternpost.engine.control.view.StsUpdateView;
import org.sternpost.engine.control.view.TlsExceptionView;
import org.sternpost.engine.control.view.TlsReadinessView;
import org.sternpost.engine.control.view.TlsRolloutView;
import org.sternpost.engine.control.view.TlsRptReportView;
import org.sternpost.engine.delivery.Notifier;
import org.sternpost.engine.delivery.Probe;
import org.sternpost.engine.evidence.EvidenceLog;
import org.sternpost.engine.evidence.Verdicts;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.HeldPolicies;
import org.sternpost.engine.queue.QueueAdmin;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.queue.Trace;
import org.sternpost.engine.rollout.Rollouts;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.trust.TrustJudge;

/// The engine's own management: each subject's questions and plans, behind one door.
public final class EngineManagement implements Management {

    /// The working parts that an operator sees through this door.
    public record Parts(Connectors connectors, Queue queue, QueueAdmin admin, Trace trace, EvidenceLog evidence,
            Verdicts verdicts, TrustJudge judge, Probe probe, Notifier notifier, HeldPolicies policies,
            Database database, Resolvers resolvers) {}

    private final Connectors known;
    private final ConnectorPlans connectors;
    private final TlsExceptionPlans exceptions;
    private final StsPolicyPlans policies;
    private final QueuePlans queue;
    private final MailPlans mail;
    private final Traces traces;
    private final Proofs proofs;
    private final Reports reports;
    private final RolloutPlans rollouts;
    private final ReportingPlans reporting;
    private final Resolvers resolvers;
    private final Supplier<EngineStatusView> status;

    /// @param hostName of message ids made here
    public EngineManagement(Parts parts, Rollouts rollouts, ReportingPlans reporting, String hostName,
            Supplier<EngineStatusView> status, Time time) {
        this.reporting = reporting;
        this.known = parts.connectors();
        this.queue = new QueuePlans(parts.admin(), parts.queue(), parts.notifier(), parts.connectors(), time);
        var risks = new Risks(parts.connectors(), parts.verdicts(), time);
        this.connectors = new ConnectorPlans(parts.connectors(), queue::mailOf, risks, time);
        this.exceptions = new TlsExceptionPlans(connectors, parts.connectors(), queue::mailOf, risks, time);
        this.policies = new StsPolicyPlans(parts.policies(), parts.database(), time);
        this.mail = new MailPlans(parts.queue(), parts.connectors(), hostName, time);
        this.traces = new Traces(parts.trace(), parts.evidence(), parts.verdicts().shadows(),
                parts.connectors());
        this.proofs = new Proofs(parts.connectors(), parts.judge(), parts.probe(), time);
        this.reports = new Reports(parts.verdicts(), parts.connectors(), time);
        this.rollouts = new RolloutPlans(rollouts, connectors,
                (name, since, most) -> reports.readiness(known.find(name), since, most).getFirst(),
                parts.resolvers()::problems, time);
        this.resolvers = parts.resolvers();
        this.status = status;
    }

    @Override
    public EngineStatusView status() { return status.get(); }

    @Override
    public List<ConnectorView> connectors() { return known.all().stream().map(connectors::view).toList(); }

    @Override
    public ConnectorView connector(String name) throws ManagementException {
        return connectors.view(connectors.known(name));
    }

    @Override
    public Plan<ConnectorView> newConnector(ConnectorEdit draft) throws ManagementException {
        return connectors.create(draft);
    }

    @Override
    public Plan<ConnectorView> setConnector(String name, ConnectorEdit edit) throws ManagementException {
        return connectors.change(name, edit);
    }

    @Override
    public Plan<ConnectorView> removeConnector(String name) throws ManagementException {
        return connectors.remove(name);
    }

    @Override
    public List<TlsExceptionView> tlsExceptions(@Nullable String connector, @Nullable Domain domain)
            throws ManagementException {
        return exceptions.all(connector, domain);
    }

    @Override
    public Plan<TlsExceptionView> newTlsException(TlsExceptionDraft draft) throws ManagementException {
        return exceptions.create(draft);
    }

    @Override
    public Plan<TlsExceptionView> removeTlsException(String connector, Domain domain) throws ManagementException {
        return exceptions.remove(connector, domain);
    }

    @Override
    public List<StsPolicyView> stsPolicies(@Nullable Domain domain) { return policies.all(domain); }

    @Override
    public Plan<StsUpdateView> updateStsPolicy(@Nullable Domain domain) { return policies.update(domain); }

    @Override
    public Plan<StsPolicyView> clearStsPolicy(Domain domain) throws ManagementException {
        return policies.clear(domain);
    }

    @Override
    public List<ConnectorTestView> testConnector(String name, @Nullable Domain domain) throws ManagementException {
        var connector = connectors.known(name);
        if (domain == null && connector.useMxRecord())
            throw new ManagementException(ManagementException.Kind.Invalid,
                    connector.name() + " routes by MX records, so a domain is needed",
                    "Test-OutboundConnector " + connector.name() + " -Domain example.org");
        return proofs.connector(connector, Optional.ofNullable(domain));
    }

    @Override
    public MailRouteView resolveRoute(Domain recipient) { return proofs.route(recipient); }

    @Override
    public ProofView testDane(Domain domain, boolean connect) { return proofs.dane(domain, connect); }

    @Override
    public ProofView testMtaSts(Domain domain, boolean connect) { return proofs.mtaSts(domain, connect); }

    @Override
    public ProofView testValidation(Domain domain, @Nullable String connector, boolean connect)
            throws ManagementException {
        return proofs.validation(domain, connector == null
                ? Optional.empty()
                : Optional.of(connectors.known(connector)), connect);
    }

    @Override
    public List<ResolverView> testResolver(@Nullable Domain secureName, @Nullable Domain bogusName) {
        return resolvers.all(secureName, bogusName);
    }

    @Override
    public List<QueueView> queues() { return queue.queues(); }

    @Override
    public Plan<QueueView> retryQueue(String identity) throws ManagementException { return queue.retry(identity); }

    @Override
    public List<MessageView> messages(@Nullable String identity, @Nullable String lane, int limit)
            throws ManagementException {
        return queue.messages(identity, lane, limit);
    }

    @Override
    public Plan<MessageView> resumeMessage(String identity) throws ManagementException {
        return queue.resume(identity);
    }

    @Override
    public Plan<MessageView> removeMessage(String identity, boolean withNdr) throws ManagementException {
        return queue.remove(identity, withNdr);
    }

    @Override
    public Plan<SentMailView> sendMail(MailDraft draft) throws ManagementException { return mail.send(draft); }

    @Override
    public Stream<MessageTraceView> trace(TraceQuery query) throws ManagementException { return traces.rows(query); }

    @Override
    public List<MessageTraceDetailView> traceDetail(String messageTraceId, @Nullable Address recipient)
            throws ManagementException {
        return traces.events(messageTraceId, recipient);
    }

    @Override
    public List<DeliveryReportView> deliveryReport(ReportQuery query) throws ManagementException {
        return reports.delivery(query);
    }

    @Override
    public List<TlsReadinessView> readiness(@Nullable String connector, Instant since, double maxFailurePercent)
            throws ManagementException {
        return reports.readiness(connector == null ? Optional.empty() : Optional.of(connectors.known(connector)), since,
                maxFailurePercent);
    }

    @Override
    public List<TlsRolloutView> rollouts() throws ManagementException { return rollouts.all(); }

    @Override
    public Plan<TlsRolloutView> startRollout(RolloutDraft draft) throws ManagementException {
        return rollouts.start(draft);
    }

    @Override
    public Plan<TlsRolloutView> suspendRollout(String identity, String reason) throws ManagementException {
        return rollouts.suspend(identity, reason);
    }

    @Override
    public Plan<TlsRolloutView> resumeRollout(String identity, String reason) throws ManagementException {
        return rollouts.resume(identity, reason);
    }

    @Override
    public Plan<TlsRolloutView> stopRollout(String identity, String reason) throws ManagementException {
        return rollouts.stop(identity, reason);
    }

    @Override
    public Plan<TlsRolloutView> undoRollout(String identity, String reason) throws ManagementException {
        return rollouts.undo(identity, reason);
    }

    @Override
    public List<DkimKeyView> dkimKeys(@Nullable Domain domain) throws ManagementException {
        return reporting.keys(domain);
    }

    @Override
    public Plan<DkimKeyView> newDkimKey(Domain domain, String selector, DkimAlgorithm algorithm)
            throws ManagementException {
        return reporting.create(domain, selector, algorithm);
    }

    @Override
    public Plan<DkimKeyView> removeDkimKey(Domain domain, String selector) throws ManagementException {
        return reporting.remove(domain, selector);
    }

    @Override
    public List<TlsRptReportView> tlsRptReports(TlsRptQuery query) throws ManagementException {
        return reporting.reports(query);
    }

    @Override
    public Plan<TlsRptReportView> sendTlsRptReport(Domain domain, LocalDate day) throws ManagementException {
        return reporting.send(domain, day);
    }
}
