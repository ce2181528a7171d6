package org.sternpost.engine.control;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.alert.Alert.Weight;
import org.sternpost.engine.alert.Alert;
import org.sternpost.engine.alert.Alerts;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.control.view.DeliveryAlertView;
import org.sternpost.engine.control.view.DeliveryHealthView.Check;
import org.sternpost.engine.control.view.DeliveryHealthView.Health;
import org.sternpost.engine.control.view.DeliveryHealthView;
import org.sternpost.engine.trust.Reason.Owner;

/// Alerts as an operator sees them.
public final class AlertViews implements AlertPort {

    private final Alerts alerts;
    private final Connectors connectors;
    private final Management.EnginePort engine;

    public AlertViews(Alerts alerts, Connectors connectors, Management.EnginePort engine) {
        this.alerts = alerts;
        this.connectors = connectors;
        this.engine = engine;
    }

    @Override
    public List<DeliveryAlertView> all(@Nullable Instant since, int limit) throws ManagementException {
        try {
            return alerts.all(Optional.ofNullable(since), limit).stream().map(this::view).toList();
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
    }

    @Override
    public List<DeliveryHealthView> health() throws ManagementException {
        List<Alert> open;
        try {
            open = alerts.open();
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
        String trouble = engine.trouble(); // now, and not a minute ago
        var rows = new ArrayList<DeliveryHealthView>();
        for (Check check : Check.values())
            if (check == Check.Engine)
                rows.add(trouble.isEmpty()
                        ? DeliveryHealthView.healthy(check)
                        : new DeliveryHealthView(check, Health.Failed, trouble, "Get-EngineStatus shows it",
                                Owner.OURS.words(), since(open), List.of()));
            else
                rows.add(row(check, open.stream().filter(one -> check(one.kind()) == check).toList()));
        return rows;
    }

    private static @Nullable Instant since(List<Alert> open) {
        return open.stream().filter(one -> one.kind() == Alert.Kind.Engine).map(Alert::since).findFirst().orElse(null);
    }

    private DeliveryHealthView row(Check check, List<Alert> open) {
        if (open.isEmpty()) return DeliveryHealthView.healthy(check);
        // The worst, of these the one that began first.
        Alert worst = open.stream().max(Comparator.comparing((Alert one) -> one.kind().weight())
                .thenComparing(Alert::since, Comparator.reverseOrder())).orElseThrow();
        return new DeliveryHealthView(check, health(worst.kind().weight()), worst.words().why()
                + (open.size() == 1 ? "" : "; and " + (open.size() - 1) + " more: Get-DeliveryAlert"),
                worst.words().remedy(), worst.words().owner().words(), worst.since(),
                open.stream().map(Alert::identity).toList());
    }

    private static Health health(Weight weight) {
        return switch (weight) {
            case Healthy -> Health.Healthy;
            case Degraded -> Health.Degraded;
            case Failed -> Health.Failed;
        };
    }

    private static Check check(Alert.Kind kind) {
        return switch (kind) {
            case ValidationStopped -> Check.Validation;
            case DelayRate -> Check.Delays;
            case NoticeRate -> Check.Notices;
            case RolloutStep, RolloutWaiting, RolloutRolledBack -> Check.Rollouts;
            case PolicyEnding -> Check.Policies;
            case CertificateEnding -> Check.Certificates;
            case Resolver -> Check.Resolver;
            case Engine -> Check.Engine;
        };
    }

    private DeliveryAlertView view(Alert one) {
        return new DeliveryAlertView(one.identity(), one.kind().name(), one.isOpen() ? "Open" : "Over",
                one.subject().connector().isEmpty() ? "" : connectors.nameOf(one.subject().connector()),
                one.subject().domain(), one.subject().name(), one.since(), one.cleared().orElse(null),
                one.words().why(), one.words().remedy(), one.words().owner().words());
    }
}
