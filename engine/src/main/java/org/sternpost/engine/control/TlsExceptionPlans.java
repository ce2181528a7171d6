package org.sternpost.engine.control;

import org.sternpost.engine.control.Management.TlsExceptionDraft;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.ConnectorTransaction;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.MtaStsMode;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.SmtpDaneMode;
import org.sternpost.engine.connector.TlsOverride;
import org.sternpost.engine.connector.TlsOverride.State;
import org.sternpost.engine.connector.TlsOverrides;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.ManagementException.Kind;
import org.sternpost.engine.control.view.TlsExceptionView;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.Time;

/// Exceptions as an operator sees, makes and removes them.
public final class TlsExceptionPlans implements Management.TlsExceptionPort {

    private final Connectors connectors;
    private final TlsOverrides exceptions;
    private final QueuePlans waiting;
    private final Risks risks;
    private final Time time;

    public TlsExceptionPlans(Connectors connectors, QueuePlans waiting, Risks risks, Time time) {
        this.connectors = connectors;
        this.exceptions = connectors.exceptions();
        this.waiting = waiting;
        this.risks = risks;
        this.time = time;
    }

    @Override
    public List<TlsExceptionView> all(@Nullable String connector, @Nullable Domain domain) throws ManagementException {
        List<TlsOverride> found = connector == null
                ? exceptions.all()
                : exceptions.of(ConnectorPlans.known(connectors, connector).id());
        var wanted = found.stream().filter(e -> domain == null || e.domain().equals(domain)).map(this::view).toList();
        // Both together name one exception; either alone asks for those there are.
        if (connector != null && domain != null && wanted.isEmpty())
            throw unknown(ConnectorPlans.known(connectors, connector), domain);
        return wanted;
    }

    @Override
    public Plan<TlsExceptionView> create(TlsExceptionDraft draft) throws ManagementException {
        OutboundConnector connector = ConnectorPlans.known(connectors, draft.connector());
        TlsOverride made = made(connector, draft, "");
        Optional<TlsOverride> ended = exceptions.find(connector.id(), draft.domain());
        refuseSecond(connector, ended);
        List<Plan.Change> changes = changes(connector, made.over(connector), draft.domain(), ended, Optional.of(made));
        return new Plan<>("New-TlsException", target(connector, made.domain()), changes,
                waiting.mailOf(connector.id(), draft.domain()), warnings(connector, made),
                risks.of(draft.domain(), made.over(connector)), by -> List.of(view(
                        committed(now -> added(now, connector, draft, by)))));
    }

    private TlsOverride added(ConnectorTransaction now, OutboundConnector seen, TlsExceptionDraft draft, String by)
            throws SQLException, ManagementException {
        OutboundConnector connector = now.withId(seen.id()).orElseThrow(() -> ConnectorPlans.gone(seen));
        TlsOverride kept = made(connector, draft, by);
        Optional<TlsOverride> ended = now.exception(connector, draft.domain());
        refuseSecond(connector, ended);
        now.put(kept);
        Audit.entry(time.instant(), by, "New-TlsException", target(connector, kept.domain()),
                changes(connector, kept.over(connector), kept.domain(), ended, Optional.of(kept)))
                .on(now.connection());
        return kept;
    }

    @Override
    public Plan<TlsExceptionView> remove(String connector, Domain domain) throws ManagementException {
        OutboundConnector from = ConnectorPlans.known(connectors, connector);
        TlsOverride gone = known(from, domain, exceptions.find(from.id(), domain));
        boolean held = gone.isInForce(time.instant());
        var warnings = held
                ? List.of("from the next attempt on, mail to " + domain + " is judged as all mail of " + from.name()
                        + ": " + from.modeFor(domain))
                : List.<String>of();
        return new Plan<>("Remove-TlsException", target(from, domain), removal(from, gone),
                held ? waiting.mailOf(from.id(), domain) : "", warnings, risks.of(domain, from), by -> {
                    committed(now -> removed(now, from, domain, by));
                    return List.of();
                });
    }

    private TlsOverride removed(ConnectorTransaction now, OutboundConnector seen, Domain domain, String by)
            throws SQLException, ManagementException {
        OutboundConnector from = now.withId(seen.id()).orElseThrow(() -> ConnectorPlans.gone(seen));
        TlsOverride gone = known(from, domain, now.exception(from, domain));
        now.remove(gone);
        Audit.entry(time.instant(), by, "Remove-TlsException", target(from, domain), removal(from, gone))
                .on(now.connection());
        return gone;
    }

    private TlsOverride known(OutboundConnector from, Domain domain, Optional<TlsOverride> found)
            throws ManagementException {
        return found.orElseThrow(() -> unknown(from, domain));
    }

    private ManagementException unknown(OutboundConnector from, Domain domain) {
        return Refusal.notFound("exception", from.name() + "/" + domain,
                exceptions.all().stream().map(this::identity).toList(), "New-TlsException makes one");
    }

    private List<Plan.Change> removal(OutboundConnector from, TlsOverride gone) {
        return changes(gone.isInForce(time.instant()) ? gone.over(from) : from, from, gone.domain(), Optional.of(gone),
                Optional.empty());
    }

    private TlsOverride committed(Connectors.Change<TlsOverride, ManagementException> change)
            throws ManagementException {
        try {
            return connectors.change(ManagementException.class, change);
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
    }

    private TlsOverride made(OutboundConnector connector, TlsExceptionDraft draft, String by)
            throws ManagementException {
        Instant now = time.instant();
        if (!draft.expires().isAfter(now))
            throw new ManagementException(Kind.Invalid, "-Expires " + draft.expires() + " has passed",
                    "an exception ends at a moment to come, -Expires 2027-01-31 or +30d");
        try {
            return TlsOverride.of(connector.id(), draft.domain(), draft.tlsValidation(), draft.reason().strip(),
                    draft.owner().strip(), by, now, draft.expires()).withSmtpDaneMode(draft.smtpDaneMode())
                    .withMtaStsMode(draft.mtaStsMode());
        } catch (IllegalArgumentException bad) {
            throw Refusal.invalid(bad);
        }
    }

    /// One that has ended makes place for a new one.
    private void refuseSecond(OutboundConnector connector, Optional<TlsOverride> other) throws ManagementException {
        if (other.isEmpty() || !other.get().isInForce(time.instant())) return;
        TlsOverride there = other.get();
        throw new ManagementException(Kind.Exists, there.domain() + " is already an exception on " + connector.name()
                + ": " + there.tlsValidation() + " until " + there.expires(),
                "Remove-TlsException " + connector.name() + " " + there.domain() + " first");
    }

    private List<String> warnings(OutboundConnector connector, TlsOverride made) {
        var warnings = new ArrayList<String>();
        OutboundConnector serves = connectors.choice(made.domain(), 0).connector();
        if (!serves.id().equals(connector.id()))
            warnings.add(
                    "mail to " + made.domain() + " goes over " + serves.name() + " now, so this has no effect there");
        OutboundConnector judged = made.over(connector);
        // A milder one may be made ahead of the connector's own strictness, so that nothing is lost on the way.
        if (judged.tls().tlsValidation() == TlsValidation.Enabled
                && connector.modeFor(made.domain()) == TlsValidation.Enabled
                && judged.tls().smtpDaneMode() == connector.tls().smtpDaneMode()
                && judged.tls().mtaStsMode() == connector.tls().mtaStsMode())
            warnings.add(connector.name() + " judges " + made.domain() + " so already");
        if (judged.tls().tlsValidation() == TlsValidation.Disabled)
            warnings.add("Disabled looks up nothing, so Get-TlsReadiness will know nothing of " + made.domain()
                    + "; Opportunistic delivers as well and keeps the evidence");
        else if (judged.tls().smtpDaneMode() == SmtpDaneMode.None || judged.tls().mtaStsMode() == MtaStsMode.None)
            warnings.add("what is not looked at leaves no evidence about " + made.domain());
        if (made.state(time.instant()) == State.EndsSoon) warnings.add("it ends within a week");
        return warnings;
    }

    /// How the domain is judged before and after, and what the exception itself says.
    private static List<Plan.Change> changes(OutboundConnector before, OutboundConnector after, Domain domain,
            Optional<TlsOverride> old, Optional<TlsOverride> made) {
        var changes = new ArrayList<Plan.Change>();
        changed(changes, "tlsValidation", before.modeFor(domain).name(), after.modeFor(domain).name());
        changed(changes, "smtpDaneMode", before.tls().smtpDaneMode().name(), after.tls().smtpDaneMode().name());
        changed(changes, "mtaStsMode", before.tls().mtaStsMode().name(), after.tls().mtaStsMode().name());
        changed(changes, "reason", old.map(TlsOverride::reason).orElse(""),
                made.map(TlsOverride::reason).orElse(""));
        changed(changes, "owner", old.map(TlsOverride::owner).orElse(""), made.map(TlsOverride::owner).orElse(""));
        changed(changes, "expires", old.map(e -> e.expires().toString()).orElse(""),
                made.map(e -> e.expires().toString()).orElse(""));
        return changes;
    }

    private static void changed(List<Plan.Change> changes, String path, String before, String after) {
        if (!before.equals(after)) changes.add(new Plan.Change(path, before, after));
    }

    private TlsExceptionView view(TlsOverride e) {
        return new TlsExceptionView(identity(e), connectors.nameOf(e.connector()), e.domain().ascii(),
                e.tlsValidation(),
                e.smtpDaneMode(), e.mtaStsMode(), e.state(time.instant()).name(), e.expires(), e.owner(), e.reason(),
                e.createdBy(), e.whenCreated());
    }

    /// `banks/partner.example`.
    private String identity(TlsOverride e) { return connectors.nameOf(e.connector()) + "/" + e.domain(); }

    private static String target(OutboundConnector connector, Domain domain) {
        return "TlsException " + connector.name() + "/" + domain;
    }
}
