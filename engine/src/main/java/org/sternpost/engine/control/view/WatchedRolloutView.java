package org.sternpost.engine.control.view;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.TlsValidation;

/// One rollout at one look. A look that finds none is one record without an identity.
///
/// @param seen           when it was looked at
/// @param stage          from 1
/// @param nextStageAt    when its share grows, or all of it is done, if nothing fails; null where no clock says
/// @param why            it ended, or what it waits for
/// @param shown          how many records the look has, with the first of them; 0 with the others
public record WatchedRolloutView(@Column(1) Instant seen, @Column(value = 1, identity = true) String identity,
        @Column(1) String connector, @Column(2) @Nullable TlsValidation to, @Column(1) String status,
        @Column(1) int stage, @Column(1) double sharePercent, @Column(1) long messages, @Column(1) long failures,
        @Column(3) double delayedPercent, @Column(3) double oldModeDelayedPercent,
        @Column(2) @Nullable Instant nextStageAt, @Column(value = 2, text = true) String why, int shown) {

    public static WatchedRolloutView of(Instant seen, TlsRolloutView one, int shown) {
        return new WatchedRolloutView(seen, one.identity(), one.connector(), one.to(), one.status(), one.stage(),
                one.sharePercent(), one.messages(), one.failures(), one.delayedPercent(), one.oldModeDelayedPercent(),
                one.nextStageAt(), one.why(), shown);
    }

    public static WatchedRolloutView nothing(Instant seen) {
        return new WatchedRolloutView(seen, "", "", null, "", 0, 0, 0, 0, 0, 0, null, "", 1);
    }
}
