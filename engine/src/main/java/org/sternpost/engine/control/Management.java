package org.sternpost.engine.control;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.sternpost.engine.connector.MtaStsMode;
import org.sternpost.engine.connector.SmtpDaneMode;
import org.sternpost.engine.connector.TlsValidation;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.control.view.ConnectorTestView;
import org.sternpost.engine.control.view.ConnectorView;
import org.sternpost.engine.control.view.DeliveryReportView;
import org.sternpost.engine.control.view.DkimKeyView;
import org.sternpost.engine.control.view.EngineStatusView;
import org.sternpost.engine.control.view.ExportedMessageView;
import org.sternpost.engine.control.view.MailRouteView;
import org.sternpost.engine.control.view.MessageTraceDetailView;
import org.sternpost.engine.control.view.MessageTraceView;
import org.sternpost.engine.control.view.MessageView;
import org.sternpost.engine.control.view.ProofView;
import org.sternpost.engine.control.view.QueueDigestView;
import org.sternpost.engine.control.view.QueueView;
import org.sternpost.engine.control.view.ResolverView;
import org.sternpost.engine.control.view.SentMailView;
import org.sternpost.engine.control.view.StoreBackupView;
import org.sternpost.engine.control.view.StsPolicyView;
import org.sternpost.engine.control.view.StsUpdateView;
import org.sternpost.engine.control.view.SubmissionUserView;
import org.sternpost.engine.control.view.TlsExceptionView;
import org.sternpost.engine.control.view.TlsReadinessView;
import org.sternpost.engine.control.view.TlsRolloutView;
import org.sternpost.engine.control.view.WatchedQueueView;
import org.sternpost.engine.control.view.WatchedRolloutView;
import org.sternpost.engine.control.view.TlsRptReportView;
import org.sternpost.engine.credential.ScramKeys;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.TraceQuery;

/// The whole engine as an operator sees it, one port a subject: questions answer views, changes answer plans.
///
/// Every method throws [ManagementException] in words for the operator. Names of connectors, queues and rollouts are
/// matched without case; an unknown one is `NotFound` with a suggestion. What an operator may newly ask is one method
/// of a port and its cmdlet; the wire carries cmdlets and knows nothing of ports.
public record Management(EnginePort engine, ConnectorPort connectors, TlsExceptionPort tlsExceptions,
        StsPolicyPort stsPolicies, TlsPort tls, QueuePort queues, MailPort mail, TracePort traces, ReportPort reports,
        RolloutPort rollouts, TlsReportPort tlsReports, StorePort store,
        SubmissionUserPort submissionUsers, PartnerPort partners, FlowPort flows, DeliveryReportPort deliveryReports,
        AlertPort alerts) {

    /// How the engine itself is.
    public interface EnginePort {
        EngineStatusView status() throws ManagementException;

        /// What of it keeps the engine from its work now; empty text when nothing does.
        String trouble() throws ManagementException;
    }

    /// The engine's data as a whole, see [StorePlans].
    public interface StorePort {
        /// A copy of it as of one moment, while mail flows.
        Plan<StoreBackupView> backup(Path target) throws ManagementException;
    }

    /// Who submits mail by a password, see [SubmissionUserPlans].
    public interface SubmissionUserPort {
        /// By name.
        ///
        /// @param name null for all
        List<SubmissionUserView> all(@Nullable String name) throws ManagementException;

        Plan<SubmissionUserView> create(String name, ScramKeys keys, boolean enabled, String comment)
                throws ManagementException;

        Plan<SubmissionUserView> change(String name, UserEdit edit) throws ManagementException;

        Plan<SubmissionUserView> remove(String name) throws ManagementException;
    }

    /// What becomes of a submission user; null leaves what is there.
    public record UserEdit(@Nullable ScramKeys keys, @Nullable Boolean enabled, @Nullable String comment) {}

    /// Outbound connectors, see [ConnectorPlans].
    public interface ConnectorPort {
        /// By name.
        List<ConnectorView> all() throws ManagementException;

        ConnectorView named(String name) throws ManagementException;

        /// @param settings makes of a fresh one the one that is wanted
        Plan<ConnectorView> create(String name, UnaryOperator<OutboundConnector> settings) throws ManagementException;

        /// @param edit done again on the connector as it is when the plan is carried out
        Plan<ConnectorView> change(String name, UnaryOperator<OutboundConnector> edit) throws ManagementException;

        Plan<ConnectorView> remove(String name) throws ManagementException;
    }

    /// Domains that a connector judges by other settings than its own, see [TlsExceptionPlans].
    public interface TlsExceptionPort {
        /// Of all connectors and domains.
        default List<TlsExceptionView> all() throws ManagementException { return all(null, null); }

        /// Also those that have ended, until somebody removes them.
        ///
        /// @param connector null for all; so `domain`
        List<TlsExceptionView> all(@Nullable String connector, @Nullable Domain domain) throws ManagementException;

        Plan<TlsExceptionView> create(TlsExceptionDraft draft) throws ManagementException;

        Plan<TlsExceptionView> remove(String connector, Domain domain) throws ManagementException;
    }

    /// The MTA-STS policies held, see [StsPolicyPlans].
    public interface StsPolicyPort {
        default List<StsPolicyView> all() throws ManagementException { return all(null); }

        /// By domain.
        ///
        /// @param domain null for all
        List<StsPolicyView> all(@Nullable Domain domain) throws ManagementException;

        /// Of every policy that is due.
        default Plan<StsUpdateView> update() throws ManagementException { return update(null); }

        /// Fetches anew, now.
        ///
        /// @param domain also one that we hold no policy of; null for every policy that is due
        Plan<StsUpdateView> update(@Nullable Domain domain) throws ManagementException;

        /// Forgets what is held of a domain.
        Plan<StsPolicyView> clear(Domain domain) throws ManagementException;
    }

    /// Routes and their TLS, tried without mail: nothing goes further than `MAIL FROM`. See [TlsProofs].
    public interface TlsPort {
        MailRouteView route(Domain recipient) throws ManagementException;

        /// Looks up the route, connects to each host and proves its TLS.
        ///
        /// @param domain whose route is tested; null for the connector's smart hosts
        List<ConnectorTestView> connector(String name, @Nullable Domain domain) throws ManagementException;

        /// @param connect also dial each host and prove its certificate
        ProofView dane(Domain domain, boolean connect) throws ManagementException;

        /// @param connect as for [#dane]
        ProofView mtaSts(Domain domain, boolean connect) throws ManagementException;

        /// As the connector that serves the domain judges it.
        default ProofView validation(Domain domain, boolean connect) throws ManagementException {
            return validation(domain, null, connect);
        }

        /// The whole chain for a domain: every record, each host's handshake, and what each mode makes of it.
        ///
        /// @param connector null for the connector that serves the domain
        /// @param connect   as for [#dane]
        ProofView validation(Domain domain, @Nullable String connector, boolean connect) throws ManagementException;

        /// Whether the answers of each DNS server in use may be trusted.
        ///
        /// @param secureName a domain signed well; null for the one of the settings
        /// @param bogusName  a domain signed badly; null for the one of the settings
        List<ResolverView> resolvers(@Nullable Domain secureName, @Nullable Domain bogusName)
                throws ManagementException;
    }

    /// Waiting mail, see [QueuePlans].
    public interface QueuePort {
        List<QueueView> all() throws ManagementException;

        /// @param identity `connector/domain`, or a domain, which several connectors may have
        List<QueueView> named(String identity) throws ManagementException;

        /// Makes waiting mail due now. `*` names all queues.
        Plan<QueueView> retry(String identity) throws ManagementException;

        /// Starts no new attempt; what is under way goes on.
        Plan<QueueView> suspend(String identity) throws ManagementException;

        Plan<QueueView> resume(String identity) throws ManagementException;

        /// Of all queues.
        default List<MessageView> messages(int limit) throws ManagementException { return messages(null, null, limit); }

        /// Messages not yet final, oldest first.
        ///
        /// @param identity queue id; null for all
        /// @param queue    `connector/domain`; null for all
        List<MessageView> messages(@Nullable String identity, @Nullable String queue, int limit)
                throws ManagementException;

        /// Queues as they are found.
        Stream<QueueView> search(QueueQuery query) throws ManagementException;

        /// Looks at the queues again and again; waits in between.
        ///
        /// @param trouble asked at each look
        Stream<WatchedQueueView> watch(QueueWatchQuery query, QueueWatchQuery.Trouble trouble)
                throws ManagementException;

        /// Those of a filter.
        Plan<QueueView> retryWhere(String filter) throws ManagementException;

        /// @param held false ends it
        Plan<QueueView> holdWhere(String filter, boolean held) throws ManagementException;

        /// Queues with the same value taken together, the largest first.
        ///
        /// @param details with the identity of each queue
        List<QueueDigestView> digest(@Nullable String filter, QueueQuery.DigestGroup by, boolean details)
                throws ManagementException;

        /// Messages as they are found; a search that may not go on ends in [ManagementException.InStreamException].
        Stream<MessageView> search(MessageQuery query) throws ManagementException;

        /// One message or those of a filter, all or nothing: exactly one of both is given.
        Plan<MessageView> change(MessageAct act, @Nullable String identity, @Nullable String filter)
                throws ManagementException;

        /// Writes what was accepted into files.
        ///
        /// @param path a file for one message, a directory for those of a filter
        Plan<ExportedMessageView> export(@Nullable String identity, @Nullable String filter, Path path)
                throws ManagementException;

        /// Tries again a message that was set aside.
        default Plan<MessageView> resumeMessage(String identity) throws ManagementException {
            return change(new MessageAct.Resume(), identity, null);
        }

        default Plan<MessageView> removeMessage(String identity, boolean withNdr) throws ManagementException {
            return change(new MessageAct.Remove(withNdr), identity, null);
        }
    }

    /// Mail written by an operator, see [MailPlans].
    public interface MailPort {
        Plan<SentMailView> send(MailDraft draft) throws ManagementException;
    }

    /// What became of each message, see [Traces].
    public interface TracePort {
        /// Newest first, as they are found; a search that may not go on ends in
        /// [ManagementException.InStreamException].
        ///
        /// @param again the command that goes on from a place of [org.sternpost.engine.mail.TraceCursor]; told by a
        ///              search that may not go on itself
        Stream<MessageTraceView> search(TraceQuery query, UnaryOperator<String> again) throws ManagementException;

        default Stream<MessageTraceView> search(TraceQuery query) throws ManagementException {
            return search(query, place -> "-Cursor '" + place + "'");
        }

        /// What happens to recipients, as it happens; see [org.sternpost.engine.queue.TraceFollow]. Where something was
        /// left out, a row says so. Waits for each row; ends when its thread is interrupted. To be closed.
        Stream<MessageTraceView> follow(TraceQuery query) throws ManagementException;

        default List<MessageTraceDetailView> events(String messageTraceId) throws ManagementException {
            return events(messageTraceId, null);
        }

        /// @param recipient null for all recipients
        List<MessageTraceDetailView> events(String messageTraceId, @Nullable Address recipient)
                throws ManagementException;
    }

    /// Counts of mail, see [Reports].
    public interface ReportPort {
        List<DeliveryReportView> deliveries(ReportQuery query) throws ManagementException;

        /// Of all connectors.
        default List<TlsReadinessView> readiness(Instant since, double maxFailurePercent) throws ManagementException {
            return readiness(null, since, maxFailurePercent);
        }

        /// @param connector null for all
        /// @param since     null: as far back as [MinimumEvidence] needs
        List<TlsReadinessView> readiness(@Nullable String connector, @Nullable Instant since,
                double maxFailurePercent) throws ManagementException;
    }

    /// Staged changes of a connector's mode, see [RolloutPlans].
    public interface RolloutPort {
        List<TlsRolloutView> all() throws ManagementException;

        TlsRolloutView named(String identity) throws ManagementException;

        /// Waits until a goal is reached. One that ends in its old mode is an error of its own.
        TlsRolloutView await(String identity, RolloutGoal goal) throws ManagementException, InterruptedException;

        /// Looks at one again and again, or at all that are open; waits in between.
        ///
        /// @param count of looks; 0 for no end
        Stream<WatchedRolloutView> watch(@Nullable String identity, Duration interval, long count)
                throws ManagementException;

        Plan<TlsRolloutView> start(RolloutDraft draft) throws ManagementException;

        /// Holds a running one where it is.
        Plan<TlsRolloutView> suspend(String identity, String reason) throws ManagementException;

        /// Lets a suspended one go on.
        Plan<TlsRolloutView> resume(String identity, String reason) throws ManagementException;

        /// Ends an open one in the old mode.
        Plan<TlsRolloutView> stop(String identity, String reason) throws ManagementException;

        /// Takes one back, also one that has finished.
        Plan<TlsRolloutView> undo(String identity, String reason) throws ManagementException;
    }

    /// Reports of RFC 8460 to the owners of domains, and the keys that sign them, see [TlsReportPlans].
    public interface TlsReportPort {
        default List<DkimKeyView> keys() throws ManagementException { return keys(null); }

        /// With what DNS shows of each now.
        ///
        /// @param domain null for all
        List<DkimKeyView> keys(@Nullable Domain domain) throws ManagementException;

        Plan<DkimKeyView> createKey(Domain domain, String selector, DkimAlgorithm algorithm)
                throws ManagementException;

        Plan<DkimKeyView> removeKey(Domain domain, String selector) throws ManagementException;

        List<TlsRptReportView> reports(TlsRptQuery query) throws ManagementException;

        /// Sends the report of a day to everybody whom the domain's record names now, also to those who have had it.
        Plan<TlsRptReportView> send(Domain domain, LocalDate day) throws ManagementException;
    }

    /// Which counts are wanted and how they are grouped; null asks for no restriction.
    public record ReportQuery(@Nullable Instant since, @Nullable Instant until, @Nullable String connector,
            @Nullable String domain, Set<Group> groupBy) {

        public enum Group { Day, Hour, Connector, Domain, Reason }

        /// All counts.
        public static ReportQuery by(Group... groups) {
            return new ReportQuery(null, null, null, null, Set.of(groups));
        }

        public ReportQuery withDomain(String wanted) {
            return new ReportQuery(since, until, connector, wanted, groupBy);
        }
    }

    /// Which reports of RFC 8460 are wanted: from one UTC day to another, both included.
    ///
    /// @param domain null for all
    public record TlsRptQuery(@Nullable Domain domain, LocalDate from, LocalDate to, int limit) {

        /// Of all domains.
        public static TlsRptQuery of(LocalDate from, LocalDate to, int limit) {
            return new TlsRptQuery(null, from, to, limit);
        }
    }

    /// A message composed at the prompt or by a script.
    ///
    /// @param headers    further fields by name
    /// @param requireTls only to authenticated hosts that support REQUIRETLS (RFC 8689 §4.2.1)
    public record MailDraft(Address from, List<Address> to, String subject, String body, Map<String, String> headers,
            boolean requireTls) {}

    /// An exception that an operator asks for.
    ///
    /// @param smtpDaneMode null leaves the connector's own; so `mtaStsMode`
    public record TlsExceptionDraft(String connector, Domain domain, TlsValidation tlsValidation,
            @Nullable SmtpDaneMode smtpDaneMode, @Nullable MtaStsMode mtaStsMode, String reason, String owner,
            Instant expires) {

        /// With the connector's own modes.
        public static TlsExceptionDraft of(String connector, Domain domain, TlsValidation tlsValidation, String reason,
                String owner, Instant expires) {
            return new TlsExceptionDraft(connector, domain, tlsValidation, null, null, reason, owner, expires);
        }

        public TlsExceptionDraft withModes(@Nullable SmtpDaneMode dane, @Nullable MtaStsMode sts) {
            return new TlsExceptionDraft(connector, domain, tlsValidation, dane, sts, reason, owner, expires);
        }
    }

    /// What a DKIM key signs with.
    public enum DkimAlgorithm {
        /// RSA of 2048 bits, which every verifier knows (RFC 8301 §3.2).
        RSA,
        /// RFC 8463; many verifiers do not know it yet.
        Ed25519
    }
}
