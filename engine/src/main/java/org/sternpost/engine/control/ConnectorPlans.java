package org.sternpost.engine.control;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sternpost.engine.connector.ConnectorTransaction;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.DomainPattern;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.OutboundConnector.TlsPolicy;
import org.sternpost.engine.connector.TlsOverride;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.ManagementException.Kind;
import org.sternpost.engine.control.view.ConnectorView;
import org.sternpost.engine.mail.GivenName;
import org.sternpost.engine.mail.OwnName;
import org.sternpost.engine.mail.VisibleText;
import org.sternpost.engine.time.Time;

/// Connectors as an operator sees and changes them.
public final class ConnectorPlans implements Management.ConnectorPort {

    /// Settings by which a rollout's mail is judged, and whose mail that is.
    private static final Set<String> JUDGED = Stream.concat(Stream.of("recipientDomains"),
            ConnectorDiff.names(OutboundConnector.TlsPolicy.class)).collect(Collectors.toUnmodifiableSet());

    private final Connectors connectors;
    private final QueuePlans waiting;
    private final Risks risks;
    private final Time time;

    public ConnectorPlans(Connectors connectors, QueuePlans waiting, Risks risks, Time time) {
        this.connectors = connectors;
        this.waiting = waiting;
        this.risks = risks;
        this.time = time;
    }

    @Override
    public List<ConnectorView> all() { return connectors.all().stream().map(this::view).toList(); }

    @Override
    public ConnectorView named(String name) throws ManagementException { return view(known(name)); }

    private OutboundConnector known(String name) throws ManagementException { return known(connectors, name); }

    /// The one that an operator means.
    static OutboundConnector known(Connectors connectors, String name) throws ManagementException {
        var found = connectors.find(name);
        if (found.isPresent()) return found.get();
        throw Refusal.notFound("outbound connector", name,
                connectors.all().stream().map(OutboundConnector::name).toList(), "New-OutboundConnector makes one");
    }

    @Override
    public Plan<ConnectorView> create(String name, UnaryOperator<OutboundConnector> settings)
            throws ManagementException {
        refuseName(name);
        refuseSecond(connectors.find(name));
        OutboundConnector made = edited(Connectors.fresh(name, List.of(), time.instant()), settings);
        var warnings = new ArrayList<>(overlaps("", made));
        if (made.general().recipientDomains().isEmpty())
            warnings.add("it serves no recipient domain yet (-RecipientDomains)");
        List<Plan.Change> changes = ConnectorDiff.between(Optional.empty(), made);
        return new Plan<>("New-OutboundConnector", target(name), changes, "", warnings, risks("",
                Optional.of(made)), by -> List.of(view(committed(now -> {
                    refuseSecond(now.find(name));
                    told(now, by, "New-OutboundConnector", name, changes);
                    return now.add(made);
                }))));
    }

    @Override
    public Plan<ConnectorView> change(String name, UnaryOperator<OutboundConnector> edit) throws ManagementException {
        OutboundConnector before = known(name);
        OutboundConnector after = edited(before, edit);
        refuse(before, after);
        if (!after.name().equalsIgnoreCase(before.name())) refuseSecond(connectors.find(after.name()));
        List<Plan.Change> changes = ConnectorDiff.between(Optional.of(before), after);
        var warnings = new ArrayList<>(overlaps(before.id(), after));
        if (changes.isEmpty()) warnings.add("no settings of '" + before.name() + "' would be modified");
        if (after.tls().tlsValidation() == TlsValidation.Enabled
                && before.tls().tlsValidation() != TlsValidation.Enabled
                && risks.isUnjudged(before.id()))
            warnings.add("no mail of '" + before.name() + "' was judged in the last days, so nothing is known of what "
                    + "would fail; Opportunistic judges it and delivers");
        return new Plan<>("Set-OutboundConnector", target(before.name()), changes, waiting.mailOf(before.id()),
                warnings,
                changes.isEmpty() ? List.of() : risks(before.id(), Optional.of(after)),
                by -> List.of(view(committed(now -> changed(now, before, edit, by)))));
    }

    /// The edit of a connector as it is by now.
    private OutboundConnector changed(ConnectorTransaction now, OutboundConnector seen,
            UnaryOperator<OutboundConnector> edit, String by) throws SQLException, ManagementException {
        OutboundConnector before = now.withId(seen.id()).orElseThrow(() -> gone(seen));
        OutboundConnector after = edited(before, edit);
        refuse(before, after);
        if (!after.name().equalsIgnoreCase(before.name())) refuseSecond(now.find(after.name()));
        List<Plan.Change> changes = ConnectorDiff.between(Optional.of(before), after);
        if (changes.isEmpty()) return before;
        told(now, by, "Set-OutboundConnector", before.name(), changes);
        return now.replace(after);
    }

    @Override
    public Plan<ConnectorView> remove(String name) throws ManagementException {
        OutboundConnector seen = known(name);
        refuseRemoval(seen, connectors.exceptions().of(seen.id()));
        List<Plan.Change> changes = removal(seen, connectors.exceptions().of(seen.id()));
        var warnings = List.of("mail that waits for it goes over the next matching connector");
        return new Plan<>("Remove-OutboundConnector", target(seen.name()), changes, waiting.mailOf(seen.id()), warnings,
                risks(seen.id(), Optional.empty()), by -> {
                    committed(now -> {
                        OutboundConnector gone = now.withId(seen.id()).orElseThrow(() -> gone(seen));
                        List<TlsOverride> exceptions = now.exceptions(gone);
                        refuseRemoval(gone, exceptions);
                        told(now, by, "Remove-OutboundConnector", gone.name(), removal(gone, exceptions));
                        now.remove(gone);
                        return gone;
                    });
                    return List.of();
                });
    }

    /// @param exceptions all that the connector has
    private void refuseRemoval(OutboundConnector gone, List<TlsOverride> exceptions) throws ManagementException {
        if (gone.isDefault())
            throw new ManagementException(Kind.Conflict, "the built-in Default connector cannot be removed",
                    "it serves what no other connector does; change it by Set-OutboundConnector Default");
        if (gone.rollout() != null)
            throw new ManagementException(Kind.Conflict, "a rollout is changing " + gone.name() + " ("
                    + gone.rollout().rolloutId() + ")", "Stop-TlsRollout " + gone.rollout().rolloutId() + " first");
        // An exception was promised to somebody until a day; it does not vanish unsaid with its connector.
        List<String> domains = inForce(exceptions);
        if (!domains.isEmpty())
            throw new ManagementException(Kind.Conflict, gone.name() + " has exceptions in force: "
                    + String.join(", ", domains), "Get-TlsException " + gone.name() + " | Remove-TlsException first");
    }

    private static List<Plan.Change> removal(OutboundConnector gone, List<TlsOverride> exceptions) {
        var changes = new ArrayList<>(List.of(new Plan.Change("name", gone.name(), "")));
        for (TlsOverride ended : exceptions)
            changes.add(new Plan.Change("exception", ended.domain() + " (expired)", ""));
        return changes;
    }

    private static void refuseSecond(Optional<OutboundConnector> other) throws ManagementException {
        if (other.isPresent())
            throw new ManagementException(Kind.Exists,
                    "there is already an outbound connector '" + other.get().name() + "'",
                    "change it by Set-OutboundConnector " + other.get().name());
    }

    static ManagementException gone(OutboundConnector seen) {
        return new ManagementException(Kind.NotFound, "the outbound connector '" + seen.name() + "' is gone meanwhile",
                "Get-OutboundConnector lists what there is");
    }

    private void told(ConnectorTransaction now, String by, String operation, String name, List<Plan.Change> changes)
            throws SQLException {
        Audit.entry(time.instant(), by, operation, target(name), changes).on(now.connection());
    }

    private <T> T committed(Connectors.Change<T, ManagementException> change) throws ManagementException {
        try {
            return connectors.change(ManagementException.class, change);
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
    }

    /// What is known to fail once the connector of an identity is this one, or gone; empty text for one that is new.
    private List<String> risks(String id, Optional<OutboundConnector> becomes) throws ManagementException {
        var after = new ArrayList<>(
                connectors.all().stream().filter(other -> !other.id().equalsIgnoreCase(id)).toList());
        becomes.ifPresent(after::add);
        return risks.of(after);
    }

    private List<String> inForce(List<TlsOverride> exceptions) {
        return exceptions.stream().filter(e -> e.isInForce(time.instant())).map(e -> e.domain().ascii()).toList();
    }

    private ConnectorView view(OutboundConnector c) {
        return ConnectorView.of(c, inForce(connectors.exceptions().of(c.id())).size());
    }

    private List<String> overlaps(String id, OutboundConnector made) {
        var warnings = new ArrayList<String>();
        for (OutboundConnector other : connectors.all())
            for (DomainPattern pattern : made.general().recipientDomains())
                if (!other.id().equals(id) && other.general().recipientDomains().contains(pattern)
                        && !other.isDefault())
                    warnings.add(pattern + " is also served by " + other.name() + "; the lower name wins");
        return warnings;
    }

    private static void refuse(OutboundConnector before, OutboundConnector after) throws ManagementException {
        if (before.isDefault() && (!after.name().equals(before.name()) || !after.general().enabled()
                || !after.general().recipientDomains().equals(before.general().recipientDomains())))
            throw new ManagementException(Kind.Conflict,
                    "the built-in Default connector keeps its name, its `*` and stays enabled",
                    "make a connector of your own for particular domains");
        if (before.rollout() == null) return;
        // What its share has shown so far would say nothing of what is judged otherwise, and its way back be lost.
        List<String> judged = ConnectorDiff.between(Optional.of(before), after).stream().map(Plan.Change::path)
                .filter(JUDGED::contains).toList();
        if (!judged.isEmpty())
            throw new ManagementException(Kind.Conflict, "a rollout is changing " + before.name() + " ("
                    + before.rollout().rolloutId() + "), and " + String.join(", ", judged)
                    + (judged.size() == 1 ? " decides" : " decide") + " what it finds",
                    "Stop-TlsRollout " + before.rollout().rolloutId() + " first, or wait until it has finished");
    }

    private static void refuseName(String name) throws ManagementException {
        Optional<String> fault = GivenName.fault(name);
        if (fault.isPresent())
            throw new ManagementException(Kind.Invalid, "-Name '" + VisibleText.of(name) + "' " + fault.get(),
                    GivenName.REMEDY);
    }

    /// What an older version took stays, also where it would not be given now.
    private static OutboundConnector edited(OutboundConnector from, UnaryOperator<OutboundConnector> edit)
            throws ManagementException {
        OutboundConnector after;
        try {
            after = edit.apply(from);
        } catch (IllegalArgumentException bad) {
            throw Refusal.invalid(bad);
        }
        if (!after.name().equals(from.name())) refuseName(after.name());
        String fqdn = after.connection().fqdn();
        if (fqdn == null || fqdn.equals(from.connection().fqdn())) return after;
        Optional<String> fault = OwnName.fault(fqdn);
        if (fault.isPresent())
            throw new ManagementException(Kind.Invalid, "the name '" + fqdn + "' " + fault.get()
                    + ", so mail hosts refuse who greets them with it",
                    "give the full name that DNS has, such as relay.example.org");
        return after;
    }

    private static String target(String name) { return "OutboundConnector " + name; }
}
