package org.sternpost.engine;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.sternpost.engine.alert.Alerts;
import org.sternpost.engine.config.Settings;
import org.sternpost.engine.control.Audit;
import org.sternpost.engine.evidence.EvidenceLog;
import org.sternpost.engine.evidence.Verdicts;
import org.sternpost.engine.flow.Flows;
import org.sternpost.engine.queue.Trace;
import org.sternpost.engine.rollout.Rollouts;
import org.sternpost.engine.store.Store;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.tlsrpt.Aggregates;
import org.sternpost.engine.tlsrpt.Outbox;

/// What is forgotten, and when: whatever grows with mail, acts or days has its task here. Nothing of it comes back, so
/// it goes by what has passed, and not by a clock that somebody has set ([org.sternpost.engine.time.AgeClock]).
final class Retention {

    private Retention() {}

    static List<Maintenance.Task> tasks(Store store, Trace trace, EvidenceLog evidence, Verdicts verdicts,
            Settings.Retention kept, Time time) {
        return List.of(() -> trace.prune(time.ages().now().minus(kept.trace())),
                () -> evidence.prune(time.ages().now().minus(kept.evidence())),
                () -> Audit.prune(store, time.ages().now().minus(kept.audit())),
                () -> Alerts.prune(store, time.ages().now().minus(kept.audit())),
                () -> Rollouts.prune(store, time.ages().now().minus(kept.audit())),
                () -> verdicts.forgetCounts(day(time, kept.counts())),
                () -> Aggregates.forget(store, day(time, kept.evidence())),
                () -> Outbox.forget(store, day(time, kept.evidence())),
                () -> Flows.forget(store, day(time, kept.counts())),
                () -> Flows.forgetHosts(store, day(time, kept.evidence())), store::compact);
    }

    /// The UTC day of so long ago.
    private static LocalDate day(Time time, Duration ago) {
        return LocalDate.ofInstant(time.ages().now().minus(ago), ZoneOffset.UTC);
    }
}
