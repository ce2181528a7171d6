package org.sternpost.engine.rollout;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.connector.ShareOf;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.VisibleText;

/// One gradual change. A value: each step makes a new one.
///
/// @param id        `R-3`; empty text until the store has given one
/// @param connector its identity
/// @param history   each `time what happened`
public record Rollout(String id, String connector, Plan plan, Progress progress, Counts counts, List<String> history) {

    /// What can be done where no step forward may be taken ever again.
    static final String ANOTHER_ZONE = "Stop-TlsRollout it, and start another with a -TimeZone that is known";

    /// What was asked for; it never changes.
    ///
    /// @param shares growing percentages of recipient domains, or of messages; the last is 100
    /// @param hold   how long each share stands at least
    public record Plan(TlsValidation from, TlsValidation to, List<Double> shares, Duration hold, Limit limit,
            Manner manner) {
        /// In the plainest manner.
        public Plan(TlsValidation from, TlsValidation to, List<Double> shares, Duration hold, Limit limit) {
            this(from, to, shares, hold, limit, Manner.PLAIN);
        }

        public Plan {
            shares = List.copyOf(shares);
            if (shares.isEmpty() || shares.getLast() != 100)
                throw new IllegalArgumentException("the last share must be 100");
            for (int i = 0; i < shares.size(); i++)
                if (shares.get(i) <= (i == 0 ? 0 : shares.get(i - 1)))
                    throw new IllegalArgumentException("shares must grow: 5,25,50,100");
            if (from == to) throw new IllegalArgumentException("the connector is already " + to);
            if (hold.isNegative()) throw new IllegalArgumentException("-Hold is not negative");
        }
    }

    /// How shares are made.
    ///
    /// @param by         what they are shares of
    /// @param window     in which alone a step forward is taken; empty for any time
    /// @param changeNote of whoever plans changes, a ticket or its text; empty text when there is none
    public record Manner(ShareOf by, Optional<StepWindow> window, String changeNote) {
        public static final Manner PLAIN = new Manner(ShareOf.Domain, Optional.empty(), "");

        /// The first moment from one on at which a step forward may be taken.
        Instant next(Instant at) { return window.map(one -> one.next(at)).orElse(at); }

        /// Why nobody can say when a step forward may be taken; nearly always empty.
        Optional<String> neverOpens() {
            return window.filter(one -> !one.isZoneKnown()).map(one -> "its window is " + one.text()
                    + " in the time zone " + one.zone() + ", which this machine's Java knows no more");
        }
    }

    /// How much of a share's mail may fail validation.
    ///
    /// @param minMessages that must tell of a share before it grows
    /// @param rollback    true: more failures take the rollout back; false: they suspend it
    public record Limit(double failurePercent, int minMessages, boolean rollback) {
        public Limit { if (minMessages < 1) throw new IllegalArgumentException("-MinMessages is at least 1"); }
    }

    /// Where it stands.
    ///
    /// @param stage index into the shares
    /// @param why   it ended or stands still; empty text while it runs
    public record Progress(Status status, int stage, Instant startedAt, Instant stageStartedAt, String why) {

        Progress withStatus(Status next, String reason) {
            return new Progress(next, stage, startedAt, stageStartedAt, reason);
        }

        /// A stage that begins now.
        Progress atStage(int next, Instant now) { return new Progress(status, next, startedAt, now, why); }
    }

    public enum Status {
        /// Its share grows.
        Running,
        /// Its share stays as it is, judged as before, and does not grow.
        Suspended,
        /// The new mode is the connector's own.
        Finished,
        /// The guard took it back.
        RolledBack,
        /// An operator ended it in the old mode.
        Stopped,
        /// An operator took it back, also after it had finished.
        Undone
    }

    /// What the mail of the present share told in the present stage.
    ///
    /// @param messages that passed or failed validation
    /// @param failures of those, deferred or failed by validation
    /// @param unknown  messages besides those that trouble of our own kept from telling
    /// @param held     domains of the share that had mail; those hit whose first message was put off when it was first
    ///                 tried
    /// @param others   the same of the connector's domains in its old mode, in the same time; none at the last stage
    public record Counts(long messages, long failures, long unknown, Trials held, Trials others) {

        static final Counts NONE = new Counts(0, 0, 0, Trials.NONE, Trials.NONE);

        public double failurePercent() { return messages == 0 ? 0 : 100.0 * failures / messages; }
    }

    public Rollout { history = List.copyOf(history); }

    /// One that is yet to be started.
    public static Rollout draft(String connector, Plan plan, Instant now) {
        var draft = new Rollout("", connector, plan, new Progress(Status.Running, 0, now, now, ""), Counts.NONE,
                List.of());
        String note = plan.manner().changeNote();
        return note.isEmpty() ? draft : draft.anew(draft.progress, now, "change note: " + note);
    }

    public boolean isOpen() { return progress.status() == Status.Running || progress.status() == Status.Suspended; }

    /// True if mail that it held is to go as it did before.
    boolean isTakenBack() {
        return switch (progress.status()) {
            case RolledBack, Stopped, Undone -> true;
            case Running, Suspended, Finished -> false;
        };
    }

    boolean isAtItsLastStage() { return progress.stage() + 1 == plan.shares().size(); }

    public double share() { return plan.shares().get(progress.stage()); }

    Rollout withId(String given) { return new Rollout(given, connector, plan, progress, counts, history); }

    /// @param holds which domains, in words
    Rollout atStage(int next, String holds, Instant now) {
        return anew(progress.atStage(next, now), now, "share " + percent(plan.shares().get(next))
                + (plan.manner().by() == ShareOf.Message ? " of messages" : "") + ": " + holds);
    }

    /// Held where it is.
    public Rollout suspended(String reason, Instant now) throws RolloutException {
        if (progress.status() != Status.Running) throw refused("running");
        return ended(Status.Suspended, reason, now);
    }

    /// In the old mode again, by one of the ends that mean so.
    public Rollout takenBack(Status end, String reason, Instant now) throws RolloutException {
        if (!isOpen() && !(end == Status.Undone && progress.status() == Status.Finished)) throw refused("running");
        return ended(end, reason, now);
    }

    /// Goes on at the stage where it was held, which begins anew.
    public Rollout resumed(String reason, Instant now) throws RolloutException {
        if (progress.status() != Status.Suspended) throw refused("suspended");
        Optional<String> never = plan.manner().neverOpens();
        if (never.isPresent()) throw new RolloutException(id + " cannot go on: " + never.get(), ANOTHER_ZONE);
        return anew(progress.withStatus(Status.Running, "").atStage(progress.stage(), now), now,
                "resumed at " + percent(share()) + (reason.isEmpty() ? "" : ": " + reason));
    }

    /// Ended, or held where it is.
    Rollout ended(Status end, String reason, Instant now) {
        return new Rollout(id, connector, plan, progress.withStatus(end, reason), counts,
                told(now, reason.isEmpty() ? end.name() : end + ": " + reason));
    }

    private Rollout anew(Progress next, Instant now, String what) {
        return new Rollout(id, connector, plan, next, Counts.NONE, told(now, what));
    }

    public static String percent(double value) {
        return (value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value)) + " %";
    }

    private RolloutException refused(String wanted) {
        return new RolloutException(id + " is not " + wanted + ": it is " + progress.status()
                + (progress.why().isEmpty() ? "" : " (" + progress.why() + ")"), "");
    }

    private List<String> told(Instant now, String what) {
        var lines = new ArrayList<>(history);
        lines.add(now + " " + VisibleText.of(what)); // each is a line where it is kept
        return lines;
    }
}
