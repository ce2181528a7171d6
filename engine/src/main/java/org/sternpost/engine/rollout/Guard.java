package org.sternpost.engine.rollout;

import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.sternpost.engine.trust.Failure;

/// Says what becomes of a running rollout now.
sealed interface Guard {

    /// Nothing yet.
    ///
    /// @param why   what it waits for
    /// @param until when it goes on if nothing fails meanwhile; empty where that is up to something else than time
    record Stay(String why, Optional<Instant> until) implements Guard {
        Stay(String why) { this(why, Optional.empty()); }
    }

    /// The share held; go to the next.
    record Advance(int stage) implements Guard {}

    /// All of it held; the new mode becomes the connector's own.
    record Finish() implements Guard {}

    /// The share's own mail failed too often.
    record Breach(String why) implements Guard {}

    /// What is known besides the counts; the last two are asked for only once all else would let the rollout go on.
    interface Facts {
        /// Our own trouble, if the share's latest mail met it.
        Optional<Failure> ours();

        /// True while an attempt lasts that had begun when everything else was ready.
        boolean isUnderWay() throws IOException;

        /// Domains of which this rollout must hear before it ends.
        AwaitedDomains awaited() throws IOException;
    }

    /// How often a stage is called a breach by chance, at most, by each of the two tests that look before the count is
    /// sure (docs/rollout.md#guard).
    double FALSE_ALARM = 0.001;

    static Guard judge(Rollout rollout, Instant now, Facts facts) throws IOException {
        Rollout.Limit limit = rollout.plan().limit();
        Rollout.Counts counts = rollout.counts();
        Rollout.Progress progress = rollout.progress();
        // No mail to come can bring more failures than this within the limit, unless there is more of it than needed.
        double allowed = limit.failurePercent() / 100 * Math.max(counts.messages(), limit.minMessages());
        if (counts.failures() > allowed)
            return new Breach(String.format(Locale.ROOT,
                    "%d of %d messages of the share failed validation (%.1f %%; the limit is %.1f %%)",
                    counts.failures(), counts.messages(), counts.failurePercent(), limit.failurePercent()));
        if (new Trials(counts.messages(), counts.failures()).exceed(limit.failurePercent() / 100, FALSE_ALARM))
            return new Breach(String.format(Locale.ROOT, "%d of %d messages of the share failed validation: where %.1f "
                    + "%% is the limit, so many are no chance", counts.failures(), counts.messages(),
                    limit.failurePercent()));
        double usual = counts.others().most(FALSE_ALARM / 2) + limit.failurePercent() / 100;
        if (usual < 1 && counts.held().exceed(usual, FALSE_ALARM / 2))
            return new Breach(String.format(Locale.ROOT, "mail to %d of %d domains of the share was put off, and to %d "
                    + "of %d in the old mode", counts.held().hits(), counts.held().count(), counts.others().hits(),
                    counts.others().count()));
        if (progress.status() == Rollout.Status.Suspended) return new Stay("is suspended: " + progress.why());
        if (facts.ours().isPresent())
            return new Stay("waits for this gateway's own trouble to end, which says nothing of the share: "
                    + facts.ours().get().sentence() + " (" + facts.ours().get().remedy() + ")");
        if (counts.messages() < limit.minMessages())
            return new Stay(counts.messages() + " of " + limit.minMessages() + " messages told of the share so far"
                    + (counts.unknown() == 0
                            ? ""
                            : "; trouble of our own (DNS, network) kept " + counts.unknown() + " from telling"));
        Instant held = progress.stageStartedAt().plus(rollout.plan().hold());
        Rollout.Manner manner = rollout.plan().manner();
        if (now.isBefore(held)) return new Stay("the share must stand until " + held, Optional.of(manner.next(held)));
        Instant opens = manner.next(now);
        if (now.isBefore(opens))
            return new Stay("its window " + manner.window().orElseThrow() + " opens " + opens, Optional.of(opens));
        if (facts.isUnderWay()) return new Stay("an attempt is under way");
        int next = progress.stage() + 1;
        if (next < rollout.plan().shares().size()) return new Advance(next);
        AwaitedDomains awaited = facts.awaited();
        return awaited.isEmpty() ? new Finish() : new Stay(awaited.words());
    }
}
