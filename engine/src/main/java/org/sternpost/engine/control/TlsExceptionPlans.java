package org.sternpost.engine.control;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.MtaStsMode;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.SmtpDaneMode;
import org.sternpost.engine.connector.TlsException;
import org.sternpost.engine.connector.TlsException.State;
import org.sternpost.engine.connector.TlsException.Told;
import org.sternpost.engine.connector.TlsExceptions;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.ManagementException.Kind;
import org.sternpost.engine.control.view.TlsExceptionView;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.Time;

/// Exceptions as an operator sees, makes and removes them.
final class TlsExceptionPlans {

    /// How much mail waits for one domain on one connector, in words.
    interface Waiting {
        String mailOf(String connector, Domain domain);
    }

    private final ConnectorPlans named;
    private final Connectors connectors;
    private final TlsExceptions exceptions;
    private final Waiting waiting;
    private final Risks risks;
    private final Time time;

    TlsExceptionPlans(ConnectorPlans named, Connectors connectors, Waiting waiting, Risks risks, Time time) {
        this.named = named;
        this.connectors = connectors;
        this.exceptions = connectors.exceptions();
        this.waiting = waiting;
        this.risks = risks;
        this.time = time;
    }

    List<TlsExceptionView> all(@Nullable String connector, @Nullable Domain domain) throws ManagementException {
        List<TlsException> found = connector == null
                ? exceptions.all()
                : exceptions.of(named.known(connector).name());
        return found.stream().filter(e -> domain == null || e.domain().equals(domain)).map(this::view).toList();
    }

    Plan<TlsExceptionView> create(TlsExceptionDraft draft) throws ManagementException {
        OutboundConnector connector = named.known(draft.connector());
        TlsException made = made(connector, draft, "");
        refuseSecond(made);
        Optional<TlsException> ended = exceptions.find(connector.name(), draft.domain());
        List<Plan.Change> changes = changes(connector, made.over(connector), draft.domain(), ended, Optional.of(made));
        return new Plan<>("New-TlsException", target(made), changes, waiting.mailOf(connector.name(), draft.domain()),
                warnings(connector, made), risks.of(draft.domain(), made.over(connector)), by -> {
                    TlsException kept = made(named.known(connector.name()), draft, by);
                    refuseSecond(kept);
                    try {
                        exceptions.add(kept,
                                Audit.entry(time.instant(), by, "New-TlsException", target(kept), changes));
                    } catch (IOException broken) {
                        throw Refusal.disk(broken);
                    }
                    return List.of(view(kept));
                });
    }

    Plan<TlsExceptionView> remove(String connector, Domain domain) throws ManagementException {
        OutboundConnector from = named.known(connector);
        TlsException gone = exceptions.find(from.name(), domain).orElseThrow(() -> Refusal.notFound("exception",
                from.name() + "/" + domain, exceptions.all().stream().map(TlsException::identity).toList()));
        boolean held = gone.isInForce(time.instant());
        List<Plan.Change> changes = changes(held ? gone.over(from) : from, from, domain, Optional.of(gone),
                Optional.empty());
        var warnings = held
                ? List.of("from the next attempt on, mail to " + domain + " is judged as all mail of " + from.name()
                        + ": " + from.modeFor(domain))
                : List.<String>of();
        return new Plan<>("Remove-TlsException", target(gone), changes,
                held ? waiting.mailOf(from.name(), domain) : "", warnings, risks.of(domain, from), by -> {
                    try {
                        exceptions.remove(gone,
                                Audit.entry(time.instant(), by, "Remove-TlsException", target(gone), changes));
                    } catch (IOException broken) {
                        throw Refusal.disk(broken);
                    }
                    return List.of();
                });
    }

    private TlsException made(OutboundConnector connector, TlsExceptionDraft draft, String by)
            throws ManagementException {
        Instant now = time.instant();
        if (!draft.expires().isAfter(now))
            throw new ManagementException(Kind.Invalid, "-Expires " + draft.expires() + " has passed",
                    "an exception ends at a moment to come, -Expires 2027-01-31 or +30d");
        try {
            return new TlsException(connector.name(), draft.domain(), draft.tlsValidation(), draft.smtpDaneMode(),
                    draft.mtaStsMode(), draft.reason().strip(), draft.owner().strip(), by, now, draft.expires(),
                    Told.Nothing);
        } catch (IllegalArgumentException bad) {
            throw Refusal.invalid(bad);
        }
    }

    /// One that has ended makes place for a new one.
    private void refuseSecond(TlsException made) throws ManagementException {
        Optional<TlsException> other = exceptions.inForce(made.connector(), made.domain(), time.instant());
        if (other.isPresent())
            throw new ManagementException(Kind.Exists, made.domain() + " is already an exception on "
                    + made.connector() + ": " + other.get().tlsValidation() + " until " + other.get().expires(),
                    "Remove-TlsException " + made.connector() + " " + made.domain() + " first");
    }

    private List<String> warnings(OutboundConnector connector, TlsException made) {
        var warnings = new ArrayList<String>();
        String serves = connectors.choice(made.domain(), 0).connector().name();
        if (!serves.equals(connector.name()))
            warnings.add("mail to " + made.domain() + " goes over " + serves + " now, so this has no effect there");
        OutboundConnector judged = made.over(connector);
        // A milder one may be made ahead of the connector's own strictness, so that nothing is lost on the way.
        if (judged.tlsValidation() == TlsValidation.Enabled && connector.modeFor(made.domain()) == TlsValidation.Enabled
                && judged.smtpDaneMode() == connector.smtpDaneMode() && judged.mtaStsMode() == connector.mtaStsMode())
            warnings.add(connector.name() + " judges " + made.domain() + " so already");
        if (judged.tlsValidation() == TlsValidation.Disabled)
            warnings.add("Disabled looks up nothing, so Get-TlsReadiness will know nothing of " + made.domain()
                    + "; Opportunistic delivers as well and keeps the evidence");
        else if (judged.smtpDaneMode() == SmtpDaneMode.None || judged.mtaStsMode() == MtaStsMode.None)
            warnings.add("what is not looked at leaves no evidence about " + made.domain());
        if (made.state(time.instant()) == State.EndsSoon) warnings.add("it ends within a week");
        return warnings;
    }

    /// How the domain is judged before and after, and what the exception itself says.
    private static List<Plan.Change> changes(OutboundConnector before, OutboundConnector after, Domain domain,
            Optional<TlsException> old, Optional<TlsException> made) {
        var changes = new ArrayList<Plan.Change>();
        changed(changes, "tlsValidation", before.modeFor(domain).name(), after.modeFor(domain).name());
        changed(changes, "smtpDaneMode", before.smtpDaneMode().name(), after.smtpDaneMode().name());
        changed(changes, "mtaStsMode", before.mtaStsMode().name(), after.mtaStsMode().name());
        changed(changes, "reason", old.map(TlsException::reason).orElse(""),
                made.map(TlsException::reason).orElse(""));
        changed(changes, "owner", old.map(TlsException::owner).orElse(""), made.map(TlsException::owner).orElse(""));
        changed(changes, "expires", old.map(e -> e.expires().toString()).orElse(""),
                made.map(e -> e.expires().toString()).orElse(""));
        return changes;
    }

    private static void changed(List<Plan.Change> changes, String path, String before, String after) {
        if (!before.equals(after)) changes.add(new Plan.Change(path, before, after));
    }

    private TlsExceptionView view(TlsException e) {
        return new TlsExceptionView(e.identity(), e.connector(), e.domain().ascii(), e.tlsValidation(),
                e.smtpDaneMode(), e.mtaStsMode(), e.state(time.instant()).name(), e.expires(), e.owner(), e.reason(),
                e.createdBy(), e.whenCreated());
    }

    static String target(TlsException e) { return "TlsException " + e.identity(); }
}
