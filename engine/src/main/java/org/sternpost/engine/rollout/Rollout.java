package org.sternpost.engine.rollout;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.sternpost.engine.connector.TlsValidation;

/// One gradual change. A value: each step makes a new one.
///
/// @param id       `R-3`; empty text until the store has given one
/// @param connector its identity
/// @param shares   growing percentages of recipient domains; the last is 100
/// @param stage    index into `shares`
/// @param messages of the present share in the present stage that passed or failed validation
/// @param failures of those, deferred or failed by validation
/// @param unknown  messages besides those that trouble of our own kept from telling
/// @param why      it ended or stands still; empty text while it runs
/// @param history  each `time what happened`
public record Rollout(String id, String connector, TlsValidation from, TlsValidation to, List<Double> shares,
        Duration hold, double maxFailurePercent, int minMessages, boolean rollbackOnBreach, Status status, int stage,
        Instant startedAt, Instant stageStartedAt, long messages, long failures, long unknown,
        String why, List<String> history) {

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

    public Rollout {
        shares = List.copyOf(shares);
        history = List.copyOf(history);
        if (shares.isEmpty() || shares.getLast() != 100)
            throw new IllegalArgumentException("the last share must be 100");
        for (int i = 0; i < shares.size(); i++)
            if (shares.get(i) <= (i == 0 ? 0 : shares.get(i - 1)))
                throw new IllegalArgumentException("shares must grow: 5,25,50,100");
        if (from == to) throw new IllegalArgumentException("the connector is already " + to);
        if (hold.isNegative()) throw new IllegalArgumentException("-Hold is not negative");
        if (minMessages < 1) throw new IllegalArgumentException("-MinMessages is at least 1");
    }

    public boolean isOpen() { return status == Status.Running || status == Status.Suspended; }

    /// True if mail that it held is to go as it did before.
    boolean isTakenBack() { return status == Status.RolledBack || status == Status.Stopped || status == Status.Undone; }

    public double share() { return shares.get(stage); }

    public double failurePercent() { return messages == 0 ? 0 : 100.0 * failures / messages; }

    Rollout withId(String given) {
        return new Rollout(given, connector, from, to, shares, hold, maxFailurePercent, minMessages, rollbackOnBreach,
                status, stage, startedAt, stageStartedAt, messages, failures, unknown, why, history);
    }

    /// @param holds which domains, in words
    Rollout atStage(int next, String holds, Instant now) {
        return new Rollout(id, connector, from, to, shares, hold, maxFailurePercent, minMessages, rollbackOnBreach,
                status, next, startedAt, now, 0, 0, 0, why,
                told(now, "share " + percent(shares.get(next)) + ": " + holds));
    }

    /// Held where it is.
    public Rollout suspended(String reason, Instant now) throws RolloutException {
        if (status != Status.Running) throw refused("running");
        return ended(Status.Suspended, reason, now);
    }

    /// In the old mode again, by one of the ends that mean so.
    public Rollout takenBack(Status end, String reason, Instant now) throws RolloutException {
        if (!isOpen() && !(end == Status.Undone && status == Status.Finished)) throw refused("running");
        return ended(end, reason, now);
    }

    /// Goes on at the stage where it was held, which begins anew.
    public Rollout resumed(String reason, Instant now) throws RolloutException {
        if (status != Status.Suspended) throw refused("suspended");
        return new Rollout(id, connector, from, to, shares, hold, maxFailurePercent, minMessages, rollbackOnBreach,
                Status.Running, stage, startedAt, now, 0, 0, 0, "",
                told(now, "resumed at " + percent(share()) + (reason.isEmpty() ? "" : ": " + reason)));
    }

    /// Ended, or held where it is.
    Rollout ended(Status end, String reason, Instant now) {
        return new Rollout(id, connector, from, to, shares, hold, maxFailurePercent, minMessages, rollbackOnBreach, end,
                stage, startedAt, stageStartedAt, messages, failures, unknown, reason,
                told(now, reason.isEmpty() ? end.name() : end + ": " + reason));
    }

    public static String percent(double value) {
        return (value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value)) + " %";
    }

    private RolloutException refused(String wanted) {
        return new RolloutException(id + " is not " + wanted + ": it is " + status
                + (why.isEmpty() ? "" : " (" + why + ")"), "");
    }

    private List<String> told(Instant now, String what) {
        var lines = new ArrayList<>(history);
        lines.add(now + " " + what);
        return lines;
    }
}
