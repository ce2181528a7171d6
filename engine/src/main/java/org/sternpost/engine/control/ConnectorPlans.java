package org.sternpost.engine.control;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.DomainPattern;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.RolloutShare;
import org.sternpost.engine.connector.TlsException;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.ConnectorEdit.ListEdit;
import org.sternpost.engine.control.ManagementException.Kind;
import org.sternpost.engine.control.view.ConnectorView;
import org.sternpost.engine.mail.OwnName;
import org.sternpost.engine.time.Time;

/// Connectors as an operator sees and changes them.
final class ConnectorPlans {

    /// How much waiting mail a change of a connector touches, in words.
    interface Waiting {
        String mailOf(String connector) throws IOException;
    }

    private final Connectors connectors;
    private final Waiting waiting;
    private final Risks risks;
    private final Time time;

    ConnectorPlans(Connectors connectors, Waiting waiting, Risks risks, Time time) {
        this.connectors = connectors;
        this.waiting = waiting;
        this.risks = risks;
        this.time = time;
    }

    OutboundConnector known(String name) throws ManagementException {
        var found = connectors.find(name);
        if (found.isPresent()) return found.get();
        throw Refusal.notFound("outbound connector", name,
                connectors.all().stream().map(OutboundConnector::name).toList());
    }

    Plan<ConnectorView> create(ConnectorEdit draft) throws ManagementException {
        String name = Optional.ofNullable(draft.name()).orElse("");
        if (connectors.find(name).isPresent())
            throw new ManagementException(Kind.Exists, "there is already an outbound connector '" + name + "'",
                    "change it by Set-OutboundConnector " + name);
        OutboundConnector made = edited(Connectors.fresh(name, List.of(), time.instant()), draft);
        var warnings = new ArrayList<>(overlaps(made));
        if (made.recipientDomains().isEmpty()) warnings.add("it serves no recipient domain yet (-RecipientDomains)");
        List<Plan.Change> changes = ConnectorDiff.between(Optional.empty(), made);
        return new Plan<>("New-OutboundConnector", target(name), changes, "", warnings, risks(name, Optional.of(made)),
                by -> {
                    if (connectors.find(name).isPresent())
                        throw new ManagementException(Kind.Exists,
                                "there is already an outbound connector '" + name + "'", "");
                    added(made, by, changes);
                    return List.of(view(made));
                });
    }

    Plan<ConnectorView> change(String name, ConnectorEdit edit) throws ManagementException {
        OutboundConnector before = known(name);
        OutboundConnector after = edited(before, edit);
        refuseForDefault(before, after);
        if (!after.name().equals(before.name()) && !after.name().equalsIgnoreCase(before.name())
                && connectors.find(after.name()).isPresent())
            throw new ManagementException(Kind.Exists, "there is already a connector '" + after.name() + "'", "");
        // A rollout finds its connector, and each domain its place in the share, by the name.
        if (before.rollout() != null
                && (after.tlsValidation() != before.tlsValidation() || !after.name().equals(before.name())))
            throw new ManagementException(Kind.Conflict, "a rollout is changing " + before.name() + " ("
                    + before.rollout().rolloutId() + ")", "Undo-TlsRollout " + before.rollout().rolloutId() + " first");
        List<Plan.Change> changes = ConnectorDiff.between(Optional.of(before), after);
        var warnings = new ArrayList<>(overlaps(after));
        if (changes.isEmpty()) warnings.add("no settings of '" + before.name() + "' would be modified");
        if (after.tlsValidation() == TlsValidation.Enabled && before.tlsValidation() != TlsValidation.Enabled
                && risks.isUnjudged(before.name()))
            warnings.add("no mail of '" + before.name() + "' was judged in the last days, so nothing is known of what "
                    + "would fail; Opportunistic judges it and delivers");
        return new Plan<>("Set-OutboundConnector", target(before.name()), changes, mail(before.name()), warnings,
                changes.isEmpty() ? List.of() : risks(before.name(), Optional.of(after)), by -> {
                    if (changes.isEmpty()) return List.of(view(before));
                    return List.of(view(replaced(before.name(), edit, by, changes)));
                });
    }

    Plan<ConnectorView> remove(String name) throws ManagementException {
        OutboundConnector gone = known(name);
        if (gone.name().equals(OutboundConnector.DEFAULT))
            throw new ManagementException(Kind.Conflict, "the built-in Default connector cannot be removed",
                    "it serves what no other connector does; change it by Set-OutboundConnector Default");
        if (gone.rollout() != null)
            throw new ManagementException(Kind.Conflict, "a rollout is changing " + gone.name(),
                    "Undo-TlsRollout " + gone.rollout().rolloutId() + " first");
        refuseExcepted(gone);
        var changes = new ArrayList<>(List.of(new Plan.Change("name", gone.name(), "")));
        for (TlsException ended : connectors.exceptions().of(gone.name()))
            changes.add(new Plan.Change("exception", ended.domain() + " (expired)", ""));
        var warnings = List.of("mail that waits for it goes over the next matching connector");
        return new Plan<>("Remove-OutboundConnector", target(gone.name()), changes, mail(gone.name()), warnings,
                risks(gone.name(), Optional.empty()), by -> {
                    refuseExcepted(gone);
                    try {
                        connectors.remove(gone.name(), Audit.entry(time.instant(), by, "Remove-OutboundConnector",
                                target(gone.name()), changes));
                    } catch (IOException broken) {
                        throw Refusal.disk(broken);
                    }
                    return List.of();
                });
    }

    /// What is known to fail once the connector of a name is this one, or gone.
    private List<String> risks(String name, Optional<OutboundConnector> becomes) throws ManagementException {
        var after = new ArrayList<>(
                connectors.all().stream().filter(other -> !other.name().equalsIgnoreCase(name)).toList());
        becomes.ifPresent(after::add);
        return risks.of(after);
    }

    /// An exception was promised to somebody until a day; it does not vanish unsaid with its connector.
    private void refuseExcepted(OutboundConnector gone) throws ManagementException {
        List<String> domains = excepted(gone);
        if (!domains.isEmpty())
            throw new ManagementException(Kind.Conflict, gone.name() + " has exceptions in force: "
                    + String.join(", ", domains), "Get-TlsException " + gone.name() + " | Remove-TlsException first");
    }

    private List<String> excepted(OutboundConnector connector) {
        return connectors.exceptions().of(connector.name()).stream().filter(e -> e.isInForce(time.instant()))
                .map(e -> e.domain().ascii()).toList();
    }

    ConnectorView view(OutboundConnector c) {
        RolloutShare rollout = c.rollout();
        return new ConnectorView(c.name(), c.enabled(), c.tlsValidation(),
                c.recipientDomains().stream().map(Object::toString).toList(), c.useMxRecord(),
                c.smartHosts().stream().map(Object::toString).toList(), c.smtpDaneMode(), c.mtaStsMode(),
                c.tlsSettings(), c.tlsDomain(), c.port(), c.sourceIpAddress(), c.fqdn(), c.maxMessageSize(),
                c.messageExpiration(), rollout == null
                        ? ""
                        : ConnectorDiff.number(rollout.percent()) + " % " + rollout.to() + " by " + rollout.rolloutId(),
                excepted(c).size(), c.comment(), c.revision(), c.whenCreated(), c.whenChanged());
    }

    private void added(OutboundConnector made, String by, List<Plan.Change> changes)
            throws ManagementException {
        try {
            connectors.add(made,
                    Audit.entry(time.instant(), by, "New-OutboundConnector", target(made.name()), changes));
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
    }

    private OutboundConnector replaced(String name, ConnectorEdit edit, String by, List<Plan.Change> changes)
            throws ManagementException {
        try {
            return connectors.replace(name, now -> merged(now, edit),
                    Audit.entry(time.instant(), by, "Set-OutboundConnector", target(name), changes));
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
    }

    private String mail(String connector) throws ManagementException {
        try {
            return waiting.mailOf(connector);
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
    }

    private List<String> overlaps(OutboundConnector made) {
        var warnings = new ArrayList<String>();
        for (OutboundConnector other : connectors.all())
            for (DomainPattern pattern : made.recipientDomains())
                if (!other.name().equalsIgnoreCase(made.name()) && other.recipientDomains().contains(pattern)
                        && !other.name().equals(OutboundConnector.DEFAULT))
                    warnings.add(pattern + " is also served by " + other.name() + "; the lower name wins");
        return warnings;
    }

    private static void refuseForDefault(OutboundConnector before, OutboundConnector after)
            throws ManagementException {
        if (!before.name().equals(OutboundConnector.DEFAULT)) return;
        if (!after.name().equals(before.name()) || !after.enabled()
                || !after.recipientDomains().equals(before.recipientDomains()))
            throw new ManagementException(Kind.Conflict,
                    "the built-in Default connector keeps its name, its `*` and stays enabled",
                    "make a connector of your own for particular domains");
    }

    private static OutboundConnector edited(OutboundConnector from, ConnectorEdit edit) throws ManagementException {
        Optional<String> fault = edit.fqdn() == null ? Optional.empty() : OwnName.fault(edit.fqdn());
        if (fault.isPresent())
            throw new ManagementException(Kind.Invalid, "the name '" + edit.fqdn() + "' " + fault.get()
                    + ", so mail hosts refuse who greets them with it",
                    "give the full name that DNS has, such as "
                            + "relay.example.org");
        try {
            return merged(from, edit);
        } catch (IllegalArgumentException bad) {
            throw Refusal.invalid(bad);
        }
    }

    private static OutboundConnector merged(OutboundConnector c, ConnectorEdit e) {
        boolean useMx = or(e.useMxRecord(), c.useMxRecord());
        // Going back to MX routing leaves the smart hosts behind unless new ones contradict it.
        var smartHosts = useMx && e.smartHosts() == null
                ? List.<org.sternpost.engine.connector.HostPort>of()
                : listed(c.smartHosts(), e.smartHosts());
        Duration expiration = cleared(e, "messageExpiration", e.messageExpiration(), c.messageExpiration());
        return new OutboundConnector(or(e.name(), c.name()), or(e.enabled(), c.enabled()), or(e.comment(), c.comment()),
                listed(c.recipientDomains(), e.recipientDomains()), useMx, smartHosts,
                or(e.tlsValidation(), c.tlsValidation()), or(e.smtpDaneMode(), c.smtpDaneMode()),
                or(e.mtaStsMode(), c.mtaStsMode()), or(e.tlsSettings(), c.tlsSettings()),
                cleared(e, "tlsDomain", e.tlsDomain(), c.tlsDomain()), or(e.port(), c.port()),
                cleared(e, "sourceIpAddress", e.sourceIpAddress(), c.sourceIpAddress()),
                cleared(e, "fqdn", e.fqdn(), c.fqdn()), or(e.maxMessageSize(), c.maxMessageSize()), expiration,
                c.revision(), c.whenCreated(), c.whenChanged(), c.rollout());
    }

    private static <T> T or(@Nullable T wanted, T present) { return wanted == null ? present : wanted; }

    private static <T> @Nullable T cleared(ConnectorEdit edit, String name, @Nullable T wanted, @Nullable T present) {
        if (edit.clear().contains(name)) return null;
        return wanted == null ? present : wanted;
    }

    private static <T> List<T> listed(List<T> present, @Nullable ListEdit<T> edit) {
        if (edit == null) return present;
        var made = new ArrayList<>(edit.replace() == null ? present : edit.replace());
        for (T element : edit.add())
            if (!made.contains(element)) made.add(element);
        made.removeAll(edit.remove());
        return made;
    }

    private static String target(String name) { return "OutboundConnector " + name; }
}
