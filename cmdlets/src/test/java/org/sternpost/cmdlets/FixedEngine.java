package org.sternpost.cmdlets;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.HostPort;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.DkimAlgorithm;
import org.sternpost.engine.control.MailDraft;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.ManagementException.Kind;
import org.sternpost.engine.control.Plan;
import org.sternpost.engine.control.ReportQuery;
import org.sternpost.engine.control.RolloutDraft;
import org.sternpost.engine.control.TlsExceptionDraft;
import org.sternpost.engine.control.TlsRptQuery;
import org.sternpost.engine.control.TraceQuery;
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
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Nearest;

/// An engine that never changes: the same answers at the same time of the same day, so that examples can be printed.
///
/// A commit answers with the state it would make and forgets it.
public final class FixedEngine {

    /// The time at which all its views are taken.
    public static final Instant NOW = FixedViews.NOW;

    private FixedEngine() {}

    /// @param instead ports that answer otherwise
    public static Management management(Object... instead) {
        var ports = new ArrayList<>(List.of(instead));
        ports.addAll(List.of(new Status(), new Connectors(), new TlsExceptions(), new StsPolicies(), new Tls(),
                new Queues(), new Mail(), new Traces(), new Reports(), new Rollouts(), new TlsReports()));
        return Ports.of(ports.toArray());
    }

    public static class Status implements Management.EnginePort {
        @Override
        public EngineStatusView status() throws ManagementException { return FixedViews.status(); }
    }

    public static class Connectors implements Management.ConnectorPort {
        @Override
        public List<ConnectorView> all() throws ManagementException {
            return List.of(FixedViews.connector("Default", TlsValidation.Opportunistic, List.of("*"), List.of()),
                    FixedViews.connector("gov", TlsValidation.Enabled, List.of("*.gov.example"), List.of()),
                    FixedViews.connector("partner", TlsValidation.Disabled, List.of("partner.example"),
                            List.of("relay.partner.example:587")));
        }

        @Override
        public ConnectorView named(String name) throws ManagementException {
            List<ConnectorView> all = all();
            return all.stream().filter(view -> view.name().equalsIgnoreCase(name)).findFirst()
                    .orElseThrow(() -> new ManagementException(Kind.NotFound, "there is no connector " + name,
                            Nearest.hint(name, all.stream().map(ConnectorView::name).toList())));
        }

        @Override
        public Plan<ConnectorView> create(String name, UnaryOperator<OutboundConnector> settings)
                throws ManagementException {
            if (all().stream().anyMatch(view -> view.name().equalsIgnoreCase(name)) && !name.equals("partner"))
                throw new ManagementException(Kind.Exists, "there is a connector " + name, "change it by Set-");
            var view = FixedViews.connector(settings.apply(FixedViews.fresh(name, List.of())));
            return plan("New-OutboundConnector", "OutboundConnector " + name,
                    List.of(new Plan.Change("tlsValidation", "", view.tlsValidation().name()),
                            new Plan.Change("recipientDomains", "", String.join(", ", view.recipientDomains()))),
                    List.of(view));
        }

        @Override
        public Plan<ConnectorView> change(String name, UnaryOperator<OutboundConnector> edit)
                throws ManagementException {
            ConnectorView old = named(name);
            var now = FixedViews.fresh(old.name(), old.recipientDomains()).withMode(old.tlsValidation());
            if (!old.smartHosts().isEmpty())
                now = now.withRoute(new OutboundConnector.Route(false, old.smartHosts().stream().map(HostPort::of)
                        .toList()));
            var view = FixedViews.connector(edit.apply(now));
            var changes = new ArrayList<Plan.Change>();
            if (view.tlsValidation() != old.tlsValidation())
                changes.add(new Plan.Change("tlsValidation", old.tlsValidation().name(), view.tlsValidation().name()));
            if (!view.recipientDomains().equals(old.recipientDomains()))
                changes.add(new Plan.Change("recipientDomains", String.join(", ", old.recipientDomains()),
                        String.join(", ", view.recipientDomains())));
            return plan("Set-OutboundConnector", "OutboundConnector " + old.name(), changes, List.of(view));
        }

        @Override
        public Plan<ConnectorView> remove(String name) throws ManagementException {
            ConnectorView old = named(name);
            return plan("Remove-OutboundConnector", "OutboundConnector " + old.name(),
                    List.of(new Plan.Change("name", old.name(), "")), List.of(old));
        }
    }

    public static class TlsExceptions implements Management.TlsExceptionPort {
        @Override
        public List<TlsExceptionView> all(@Nullable String connector, @Nullable Domain domain)
                throws ManagementException {
            if (connector != null) new Connectors().named(connector);
            return FixedViews.exceptions().stream()
                    .filter(view -> connector == null || view.connector().equalsIgnoreCase(connector))
                    .filter(view -> domain == null || view.domain().equals(domain.ascii())).toList();
        }

        @Override
        public Plan<TlsExceptionView> create(TlsExceptionDraft draft) throws ManagementException {
            ConnectorView on = new Connectors().named(draft.connector());
            var view = FixedViews.exception(on.name(), draft.domain().ascii(), draft.tlsValidation(), "InForce",
                    draft.expires(), draft.owner(), draft.reason());
            return plan("New-TlsException", "TlsException " + view.identity(),
                    List.of(new Plan.Change("tlsValidation", on.tlsValidation().name(), draft.tlsValidation().name()),
                            new Plan.Change("expires", "", draft.expires().toString())),
                    List.of(view));
        }

        @Override
        public Plan<TlsExceptionView> remove(String connector, Domain domain) throws ManagementException {
            List<TlsExceptionView> found = all(connector, domain);
            if (found.isEmpty()) throw new ManagementException(Kind.NotFound, "there is no exception " + domain, "");
            return plan("Remove-TlsException", "TlsException " + found.getFirst().identity(),
                    List.of(new Plan.Change("reason", found.getFirst().reason(), "")), List.of());
        }
    }

    public static class StsPolicies implements Management.StsPolicyPort {
        @Override
        public List<StsPolicyView> all(@Nullable Domain domain) {
            return FixedViews.policies().stream().filter(view -> domain == null || view.domain().equals(domain.ascii()))
                    .toList();
        }

        @Override
        public Plan<StsUpdateView> update(@Nullable Domain domain) {
            return plan("Update-StsPolicy",
                    "StsPolicy " + (domain == null ? "of every domain whose policy is due" : domain),
                    List.of(new Plan.Change("fetched", "2026-11-23T05:00:00Z", "now")),
                    List.of(new StsUpdateView(domain == null ? "old.example" : domain.ascii(), "Changed", "2",
                            "enforce",
                            "id 1 → 2; mode testing → enforce")));
        }

        @Override
        public Plan<StsPolicyView> clear(Domain domain) throws ManagementException {
            List<StsPolicyView> found = all(domain);
            if (found.isEmpty())
                throw new ManagementException(Kind.NotFound, "no policy of " + domain + " is held", "");
            return plan("Clear-StsPolicy", "StsPolicy " + domain,
                    List.of(new Plan.Change("policy", "id " + found.getFirst().id(), "")), List.of());
        }
    }

    public static class Tls implements Management.TlsPort {
        @Override
        public List<ConnectorTestView> connector(String name, @Nullable Domain domain) throws ManagementException {
            new Connectors().named(name);
            return FixedViews.test(domain == null ? "relay.partner.example" : domain.ascii());
        }

        @Override
        public MailRouteView route(Domain recipient) { return FixedViews.route(recipient.ascii()); }

        @Override
        public ProofView dane(Domain domain, boolean connect) { return FixedViews.proof(domain.ascii()); }

        @Override
        public ProofView mtaSts(Domain domain, boolean connect) { return FixedViews.proof(domain.ascii()); }

        @Override
        public ProofView validation(Domain domain, @Nullable String connector, boolean connect)
                throws ManagementException {
            if (connector != null) new Connectors().named(connector);
            return FixedViews.proof(domain.ascii());
        }

        @Override
        public List<ResolverView> resolvers(@Nullable Domain secureName, @Nullable Domain bogusName) {
            return List.of(FixedViews.resolver());
        }
    }

    public static class Queues implements Management.QueuePort {
        @Override
        public List<QueueView> all() { return FixedViews.queues(); }

        @Override
        public List<QueueView> named(String identity) {
            return all().stream().filter(queue -> queue.identity().equalsIgnoreCase(identity)).toList();
        }

        @Override
        public Plan<QueueView> retry(String identity) {
            return plan("Retry-Queue", "Queue " + identity, List.of(new Plan.Change("nextRetryTime", "later", "now")),
                    identity.equals("*") ? all() : named(identity));
        }

        @Override
        public Plan<QueueView> suspend(String identity) { return held("Suspend-Queue", identity, "Suspended"); }

        @Override
        public Plan<QueueView> resume(String identity) { return held("Resume-Queue", identity, "due now"); }

        private Plan<QueueView> held(String cmdlet, String queue, String after) {
            return plan(cmdlet, "Queue " + queue, List.of(new Plan.Change("status", "Retry", after)), named(queue));
        }

        @Override
        public List<MessageView> messages(@Nullable String identity, @Nullable String queue, int limit)
                throws ManagementException {
            return FixedViews.messages().stream().filter(view -> identity == null || view.identity().equals(identity))
                    .filter(view -> queue == null || view.queues().contains(queue)).limit(limit).toList();
        }

        @Override
        public Plan<MessageView> resumeMessage(String identity) throws ManagementException {
            List<MessageView> found = messages(identity, null, 1);
            if (found.isEmpty()) throw new ManagementException(Kind.NotFound, "there is no message " + identity, "");
            return plan("Resume-Message", "Message " + identity,
                    List.of(new Plan.Change("status", found.getFirst().status(), "Waiting")), found);
        }

        @Override
        public Plan<MessageView> removeMessage(String identity, boolean withNdr) throws ManagementException {
            List<MessageView> found = messages(identity, null, 1);
            if (found.isEmpty()) throw new ManagementException(Kind.NotFound, "there is no message " + identity, "");
            return plan("Remove-Message", "Message " + identity,
                    List.of(new Plan.Change("status", found.getFirst().status(), "")), found);
        }
    }

    public static class Mail implements Management.MailPort {
        @Override
        public Plan<SentMailView> send(MailDraft draft) {
            var view = new SentMailView("01J9ZK3M5T00000F", draft.from().toString(),
                    draft.to().stream().map(Address::toString).toList(), draft.subject(), "Pending");
            return plan("Send-MailMessage", "MailMessage " + view.messageTraceId(),
                    List.of(new Plan.Change("status", "", "Pending")), List.of(view));
        }
    }

    public static class Traces implements Management.TracePort {
        @Override
        public Stream<MessageTraceView> search(TraceQuery query) {
            return FixedViews.traces().stream()
                    .filter(view -> query.status() == null || view.status().equals(query.status()))
                    .filter(view -> query.messageTraceId() == null
                            || view.messageTraceId().equals(query.messageTraceId()))
                    .filter(view -> query.recipient() == null
                            || view.recipientAddress().endsWith(query.recipient().toLowerCase(Locale.ROOT)))
                    .limit(query.limit());
        }

        @Override
        public List<MessageTraceDetailView> events(String messageTraceId, @Nullable Address recipient) {
            return FixedViews.details(messageTraceId);
        }
    }

    public static class Reports implements Management.ReportPort {
        @Override
        public List<DeliveryReportView> deliveries(ReportQuery query) {
            boolean byConnector = query.groupBy().contains(ReportQuery.Group.Connector);
            boolean byDomain = query.groupBy().contains(ReportQuery.Group.Domain);
            return List.of(
                    new DeliveryReportView("", byConnector ? "Default" : "", byDomain ? "old.example" : "",
                            query.groupBy().contains(ReportQuery.Group.Reason) ? "certificate-expired" : "", "", 888, 5,
                            1,
                            12,
                            "", "", ""),
                    new DeliveryReportView("", byConnector ? "gov" : "", byDomain ? "tax.gov.example" : "", "", "", 302,
                            2,
                            2,
                            0, "", "", ""));
        }

        @Override
        public List<TlsReadinessView> readiness(@Nullable String connector, Instant since, double maxFailurePercent) {
            return FixedViews.readiness(since).stream()
                    .filter(view -> connector == null || view.connector().equalsIgnoreCase(connector)).toList();
        }
    }

    public static class Rollouts implements Management.RolloutPort {
        @Override
        public List<TlsRolloutView> all() { return List.of(FixedViews.rollout("R-3", "Running")); }

        @Override
        public TlsRolloutView named(String identity) { return FixedViews.rollout(identity, "Running"); }

        @Override
        public Plan<TlsRolloutView> start(RolloutDraft draft) throws ManagementException {
            ConnectorView connector = new Connectors().named(draft.connector());
            return plan("Start-TlsRollout", "TlsRollout of " + connector.name(),
                    List.of(new Plan.Change("tlsValidation", connector.tlsValidation().name(), draft.to().name())),
                    List.of(FixedViews.rollout("R-4", "Running")));
        }

        @Override
        public Plan<TlsRolloutView> suspend(String identity, String reason) {
            return rollout("Suspend-TlsRollout", identity, "Running", "Suspended");
        }

        @Override
        public Plan<TlsRolloutView> resume(String identity, String reason) {
            return rollout("Resume-TlsRollout", identity, "Suspended", "Running");
        }

        @Override
        public Plan<TlsRolloutView> stop(String identity, String reason) {
            return rollout("Stop-TlsRollout", identity, "Running", "Stopped");
        }

        @Override
        public Plan<TlsRolloutView> undo(String identity, String reason) {
            return rollout("Undo-TlsRollout", identity, "Running", "Undone");
        }
    }

    public static class TlsReports implements Management.TlsReportPort {
        @Override
        public List<DkimKeyView> keys(@Nullable Domain domain) {
            return FixedReports.keys().stream().filter(key -> domain == null || key.domain().equals(domain.ascii()))
                    .toList();
        }

        @Override
        public Plan<DkimKeyView> createKey(Domain domain, String selector, DkimAlgorithm algorithm) {
            var view = FixedReports.key(domain.ascii(), selector, false);
            return plan("New-DkimKey", "DkimKey " + view.dnsName(),
                    List.of(new Plan.Change("key", "", algorithm + " " + view.dnsName())), List.of(view));
        }

        @Override
        public Plan<DkimKeyView> removeKey(Domain domain, String selector) {
            var view = FixedReports.key(domain.ascii(), selector, false);
            return plan("Remove-DkimKey", "DkimKey " + view.dnsName(),
                    List.of(new Plan.Change("key", "rsa " + view.dnsName(), "")), List.of(view));
        }

        @Override
        public List<TlsRptReportView> reports(TlsRptQuery query) { return List.of(FixedReports.report()); }

        @Override
        public Plan<TlsRptReportView> send(Domain domain, LocalDate day) {
            return plan("Send-TlsRptReport", "TlsRptReport " + day + " of " + domain,
                    List.of(new Plan.Change("mailto:tls@" + domain, "", "the report of " + day)),
                    List.of(FixedReports.report()));
        }
    }

    private static Plan<TlsRolloutView> rollout(String operation, String identity, String before, String after) {
        return plan(operation, "TlsRollout " + identity, List.of(new Plan.Change("status", before, after)),
                List.of(FixedViews.rollout(identity, after)));
    }

    private static <V> Plan<V> plan(String operation, String target, List<Plan.Change> changes, List<V> after) {
        return new Plan<>(operation, target, changes, "", List.of(), _ -> after);
    }
}
