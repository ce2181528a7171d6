package org.sternpost.engine.control;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.control.view.ConnectorTestView;
import org.sternpost.engine.control.view.ConnectorView;
import org.sternpost.engine.control.view.DeliveryReportView;
import org.sternpost.engine.control.view.EngineStatusView;
import org.sternpost.engine.control.view.MailRouteView;
import org.sternpost.engine.control.view.MessageTraceDetailView;
import org.sternpost.engine.control.view.MessageTraceView;
import org.sternpost.engine.control.view.MessageView;
import org.sternpost.engine.control.view.ProofView;
import org.sternpost.engine.control.view.QueueView;
import org.sternpost.engine.control.view.ResolverView;
import org.sternpost.engine.control.view.SentMailView;
import org.sternpost.engine.control.view.TlsReadinessView;
import org.sternpost.engine.control.view.TlsRolloutView;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;

/// The whole engine as an operator sees it: questions answer views, changes answer plans.
///
/// Every method throws [ManagementException] in words for the operator. Names of connectors, queues and rollouts are
/// matched without case; an unknown one is `NotFound` with a suggestion.
public interface Management extends TlsExceptionManagement, StsPolicyManagement, ReportingManagement {

    EngineStatusView status() throws ManagementException;

    /// All connectors, by name.
    List<ConnectorView> connectors() throws ManagementException;

    ConnectorView connector(String name) throws ManagementException;

    Plan<ConnectorView> newConnector(ConnectorEdit draft) throws ManagementException;

    Plan<ConnectorView> setConnector(String name, ConnectorEdit edit) throws ManagementException;

    Plan<ConnectorView> removeConnector(String name) throws ManagementException;

    /// Looks up route, connects to each host, proves its TLS and stops before `MAIL FROM`.
    ///
    /// @param domain whose route is tested; null for the connector's smart hosts
    List<ConnectorTestView> testConnector(String name, @Nullable Domain domain) throws ManagementException;

    MailRouteView resolveRoute(Domain recipient) throws ManagementException;

    /// @param connect also dial each host and prove its certificate, stopping before `MAIL FROM`
    ProofView testDane(Domain domain, boolean connect) throws ManagementException;

    /// @param connect as for [#testDane]
    ProofView testMtaSts(Domain domain, boolean connect) throws ManagementException;

    /// The whole chain for a domain: every record, each host's handshake, and what each mode makes of it.
    ///
    /// @param connector null for the connector that serves the domain
    /// @param connect   as for [#testDane]
    ProofView testValidation(Domain domain, @Nullable String connector, boolean connect) throws ManagementException;

    /// Whether the answers of each DNS server in use may be trusted.
    ///
    /// @param secureName a domain signed well; null for the one of the settings
    /// @param bogusName  a domain signed badly; null for the one of the settings
    List<ResolverView> testResolver(@Nullable Domain secureName, @Nullable Domain bogusName)
            throws ManagementException;

    List<QueueView> queues() throws ManagementException;

    /// Makes waiting mail due now. `*` names all queues.
    Plan<QueueView> retryQueue(String identity) throws ManagementException;

    /// Messages not yet final, oldest first.
    ///
    /// @param identity queue id; null for all
    /// @param queue    `connector/domain`; null for all
    List<MessageView> messages(@Nullable String identity, @Nullable String queue, int limit)
            throws ManagementException;

    /// Tries again a message that was set aside.
    Plan<MessageView> resumeMessage(String identity) throws ManagementException;

    Plan<MessageView> removeMessage(String identity, boolean withNdr) throws ManagementException;

    Plan<SentMailView> sendMail(MailDraft draft) throws ManagementException;

    /// Newest first, as they are found; a search that may not go on ends in [ManagementException.InStream].
    Stream<MessageTraceView> trace(TraceQuery query) throws ManagementException;

    /// @param recipient null for all recipients
    List<MessageTraceDetailView> traceDetail(String messageTraceId, @Nullable Address recipient)
            throws ManagementException;

    List<DeliveryReportView> deliveryReport(ReportQuery query) throws ManagementException;

    /// @param connector null for all
    List<TlsReadinessView> readiness(@Nullable String connector, Instant since, double maxFailurePercent)
            throws ManagementException;

    List<TlsRolloutView> rollouts() throws ManagementException;

    Plan<TlsRolloutView> startRollout(RolloutDraft draft) throws ManagementException;

    /// Holds a running one where it is.
    Plan<TlsRolloutView> suspendRollout(String identity, String reason) throws ManagementException;

    /// Lets a suspended one go on.
    Plan<TlsRolloutView> resumeRollout(String identity, String reason) throws ManagementException;

    /// Ends an open one in the old mode.
    Plan<TlsRolloutView> stopRollout(String identity, String reason) throws ManagementException;

    /// Takes one back, also one that has finished.
    Plan<TlsRolloutView> undoRollout(String identity, String reason) throws ManagementException;
}
