package org.sternpost.engine.schedule;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.delivery.AttemptResult.NextHop;
import org.sternpost.engine.delivery.AttemptResult;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.dsn.DsnWriter.Told;
import org.sternpost.engine.dsn.DsnWriter;
import org.sternpost.engine.mail.Envelope.Notify;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.queue.DeliveryStatus;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.queue.QueueUpdate;
import org.sternpost.engine.queue.QueuedMessage.NewMessage;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient.State;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.queue.TraceEvent;
import org.sternpost.engine.schedule.Scheduler.AttemptListener;
import org.sternpost.engine.schedule.Scheduler.End;
import org.sternpost.engine.schedule.Scheduler.Limits;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.trust.Failure.Remedy;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Reason;

/// Turns outcomes into what the queue keeps: final states, the next attempt, notifications.
final class AttemptRecorder {

    private static final System.Logger LOG = System.getLogger(AttemptRecorder.class.getName());
    private static final int POISON_THRESHOLD = 3; // defects of one message until it is set aside
    private static final Duration STALL = Duration.ofMinutes(1); // after an attempt that we did not get done
    private static final int STALL_DOUBLINGS_MAX = 10;
    private static final String DEFECT = "4.3.0"; // RFC 3463 §3.4: other or undefined mail system status

    private final Queue queue;
    private final PolicyRecheck recheck;
    private final DsnWriter notifier;
    private final List<AttemptListener> listeners;
    private final Limits limits;
    private final Time time;

    AttemptRecorder(Queue queue, PolicyRecheck recheck, DsnWriter notifier, List<AttemptListener> listeners,
            Limits limits,
            Time time) {
        this.queue = queue;
        this.recheck = recheck;
        this.notifier = notifier;
        this.listeners = List.copyOf(listeners);
        this.limits = limits;
        this.time = time;
    }

    /// Has it noted who has the mail, before all that is to be written of it. Not where the sender is to be told of
    /// that, which a settlement alone does.
    void note(ClaimedDelivery delivery, AttemptResult attempt) {
        for (QueuedRecipient one : delivery.recipients())
            if (attempt.outcomes().get(one.index()) instanceof Outcome.Delivered to
                    && (to.notifies() || !one.notifyOn().contains(Notify.Success)))
                queue.noteTaken(delivery.message().id(), one.index());
    }

    /// Writes down what an attempt came to, whatever we fail at on the way, and lets the destination rest if need be.
    void settle(ClaimedDelivery delivery, AttemptResult attempt) throws IOException {
        if (written(delivery, attempt, true)) rest(delivery, attempt, time.instant());
    }

    /// True if a host took the mail for everybody: what follows from it is known before it is written down.
    boolean isTaken(ClaimedDelivery delivery, AttemptResult attempt) {
        return attempt.nextHop() instanceof NextHop.Answered && delivery.recipients().stream()
                .allMatch(one -> attempt.outcomes().get(one.index()) instanceof Outcome.Delivered);
    }

    /// Writes down that a host took the mail for everybody.
    void settleTaken(ClaimedDelivery delivery, AttemptResult attempt) throws IOException {
        written(delivery, attempt, true);
    }

    /// @param tried an attempt was made just now
    /// @return false if a defect kept all but the outcomes from being written
    private boolean written(ClaimedDelivery delivery, AttemptResult attempt, boolean tried) throws IOException {
        try {
            settleFully(delivery, attempt, tried);
            return true;
        } catch (RuntimeException | StackOverflowError | AssertionError defect) {
            // What a host took stays taken without evidence or notice, or the host would get it again and again.
            var delivered = delivery.recipients().stream()
                    .filter(one -> attempt.outcomes().get(one.index()) instanceof Outcome.Delivered).toList();
            var others = delivery.recipients().stream().filter(one -> !delivered.contains(one)).toList();
            LOG.log(System.Logger.Level.ERROR, "id=" + delivery.message().id() + " event=defect what=\"the outcome for "
                    + delivery.recipients().size() + " recipients was written without evidence and notices\"", defect);
            var changes = new ArrayList<QueueUpdate.Change>();
            for (QueuedRecipient recipient : delivered)
                changes.add(change(delivery, recipient, told(attempt, recipient), time.instant(),
                        delivery.expires()));
            if (!changes.isEmpty()) settleAlone(delivery, changes);
            if (!others.isEmpty()) defect(delivery.only(others), defect);
            return false;
        }
    }

    /// Counts a defect for the message that it was met at: it is tried again on the schedule, and set aside when it
    /// was met too often (docs/transport-security.md#mail-defect).
    void defect(ClaimedDelivery taken, Throwable defect) throws IOException {
        Instant now = time.instant();
        var changes = new ArrayList<QueueUpdate.Change>();
        for (QueuedRecipient recipient : taken.recipients()) {
            int count = recipient.defects() + 1;
            boolean poison = count >= POISON_THRESHOLD;
            int attempts = recipient.attempts() + 1;
            String sentence = (poison ? "set aside after " + count + " attempts that met" : "it met")
                    + " a defect of this gateway: " + defect
                    + (poison ? "; Resume-Message tries it again, Remove-Message gives it up" : "");
            changes.add(new QueueUpdate.Change(recipient.index(), poison ? State.Suspended : State.Waiting, attempts,
                    now.plus(spread(limits.after(taken.connector(), attempts))),
                    TraceEvent.plain(recipient.index(), now,
                            poison ? TraceEvent.Kind.POISONMESSAGE : TraceEvent.Kind.DEFER, recipient.connector(),
                            DEFECT, sentence),
                    true));
        }
        settleAlone(taken, changes);
        long aside = changes.stream().filter(change -> change.state() == State.Suspended).count();
        if (aside > 0)
            LOG.log(System.Logger.Level.ERROR, "id={0} event=poison-message destination={1} recipients={2} why=\"{3}\" "
                    + "remedy=\"Resume-Message once this gateway is repaired, or Remove-Message\"",
                    taken.message().id(), taken.destination(), Long.toString(aside), defect);
    }

    private void settleAlone(ClaimedDelivery taken, List<QueueUpdate.Change> changes) throws IOException {
        queue.settle(taken.destination(), new QueueUpdate(taken.message().id(), changes, List.of(), List.of(), false));
    }

    private void settleFully(ClaimedDelivery delivery, AttemptResult attempt, boolean tried) throws IOException {
        Instant now = time.instant();
        Instant aged = time.ages().now();
        Instant expires = delivery.expires();
        var changes = new ArrayList<QueueUpdate.Change>();
        var failed = new ArrayList<Told>();
        var late = new ArrayList<Told>();
        var relayed = new ArrayList<Told>();
        var ends = new ArrayList<Outcome>();
        Optional<String> damage = delivery.body().damage();
        boolean again = damage.isEmpty() && !aged.isBefore(expires) && recheck.grant(delivery, attempt);
        for (QueuedRecipient recipient : delivery.recipients()) {
            if (damage.isPresent() && told(attempt, recipient) instanceof Outcome.Deferred) {
                changes.add(unreadable(recipient, now, damage.get()));
                continue;
            }
            Outcome outcome = again ? told(attempt, recipient) : expired(told(attempt, recipient), aged, expires);
            changes.add(change(delivery, recipient, outcome, now, expires));
            if (attempt.outcomes().containsKey(recipient.index())) ends.add(outcome);
            var told = new Told(recipient, outcome, tried ? Optional.of(now) : lastTry(delivery, recipient));
            if (outcome instanceof Outcome.Delivered d && !d.notifies()) relayed.add(told);
            if (outcome instanceof Outcome.Failed) failed.add(told);
            // docs/transport-security.md#dsn-delay
            if (outcome instanceof Outcome.Deferred && !recipient.last().delayTold()) late.add(told);
        }
        var notices = new ArrayList<NewMessage>();
        if (!failed.isEmpty())
            notifier.failed(delivery.message(), delivery.body(), failed).ifPresent(notices::add);
        if (!relayed.isEmpty())
            notifier.relayed(delivery.message(), delivery.body(), relayed).ifPresent(notices::add);
        boolean isLate = !late.isEmpty() && !delivery.delayTold()
                && !aged.isBefore(delivery.message().received().plus(limits.delayNotice()));
        if (isLate) notifier.delayed(delivery.message(), delivery.body(), late).ifPresent(notices::add);
        var alongside = new ArrayList<Database.Work<?>>();
        for (AttemptListener listener : listeners)
            alongside.add(listener.settled(delivery, attempt, new End(ends, notices.size())));
        queue.settle(delivery.destination(),
                new QueueUpdate(delivery.message().id(), changes, notices, alongside, isLate));
        damage.ifPresent(why -> LOG.log(System.Logger.Level.WARNING, "event=message-damaged id=\"{0}\" why=\"{1}\" "
                + "what=\"it is set aside, not sent and not returned, and nothing of it is removed\" remedy=\"put back "
                + "the file if you have it, then Resume-Message; or Remove-Message\"", delivery.message().id(),
                why));
    }

    /// Who waits for a message of which our own copy was altered: no attempt can send it and no time makes it whole,
    /// and to return it as expired would be to lose what may lie in a backup (docs/transport-security.md#mail-aside).
    private static QueueUpdate.Change unreadable(QueuedRecipient recipient, Instant now, String why) {
        return new QueueUpdate.Change(recipient.index(), State.Suspended, recipient.attempts() + 1, now,
                TraceEvent.plain(recipient.index(), now, TraceEvent.Kind.POISONMESSAGE, recipient.connector(), DEFECT,
                        "set aside: this gateway's own copy of the message is damaged: " + why
                                + "; Resume-Message tries it again once the file is put back, Remove-Message gives it "
                                + "up"));
    }

    /// Gives up mail whose time ran out while its destination rested, without calling the host for it once more.
    ///
    /// @return true if it was given up
    boolean expiredUntried(ClaimedDelivery delivery) throws IOException {
        // A connector that is disabled makes no attempt, so none is owed.
        if (delivery.connector().general().enabled() && (recheck.owed(delivery) || isOwed(delivery))) return false;
        boolean tried = delivery.recipients().stream().anyMatch(recipient -> recipient.attempts() > 0);
        DeliveryStatus why = queue.destinations().lastError(delivery.destination());
        if (time.ages().now().isBefore(delivery.expires()) || !tried && why.isNone()) return false;
        var outcomes = new HashMap<Integer, Outcome>();
        for (QueuedRecipient recipient : delivery.recipients())
            outcomes.put(recipient.index(), recipient.lastError().isNone()
                    ? expired(why, "")
                    : expired(recipient.lastError(), recipient.last().host()));
        // Which says nothing of the next hop.
        written(delivery, new AttemptResult(outcomes, List.of(), List.of()), false);
        return true;
    }

    /// When what mail is given up for was seen: at its own last attempt, or at another's for the whole destination
    /// (docs/transport-security.md#dsn-last-attempt).
    private Optional<Instant> lastTry(ClaimedDelivery delivery, QueuedRecipient recipient) {
        if (recipient.last().at().isPresent()) return recipient.last().at();
        return Optional.of(queue.destinations().lastTry(delivery.destination())).filter(at -> at.isAfter(Instant.MIN));
    }

    /// RFC 5321 §4.5.4.1: a sender gives up after attempts, and not because it slept. An attempt that was due before
    /// the time of the mail was over is owed, unless the next hop as a whole failed since, which was the attempt for
    /// all of its mail; and so is one after an attempt that only our own trouble held back.
    private boolean isOwed(ClaimedDelivery delivery) {
        boolean down = !queue.destinations().lastError(delivery.destination()).isNone();
        Instant failed = down ? queue.destinations().lastTry(delivery.destination()) : Instant.MIN;
        return delivery.recipients().stream()
                .anyMatch(one -> one.due().isBefore(delivery.expires()) && failed.isBefore(one.due())
                        || one.lastError().reason().filter(Reason::isLocal).isPresent());
    }

    /// A recipient that the agent says nothing of waits.
    private static Outcome told(AttemptResult attempt, QueuedRecipient recipient) {
        Outcome outcome = attempt.outcomes().get(recipient.index());
        return outcome == null
                ? new Outcome.Deferred("4.3.0", "it was not attempted", "", Optional.empty(), Optional.empty(),
                        Optional.of(new Remedy(Reason.Owner.OURS, "Look at the log of this gateway.")))
                : outcome;
    }

    /// RFC 5321 §4.5.4.1: mail is given up after its time; a policy failure keeps its own code in the final class.
    private static Outcome expired(Outcome outcome, Instant aged, Instant expires) {
        if (!(outcome instanceof Outcome.Deferred late) || aged.isBefore(expires)) return outcome;
        return late.expired(finalCode(late.failure().map(Failure::reason)));
    }

    /// The same where only what was stored of the last attempt is left.
    private static Outcome expired(DeliveryStatus last, String host) {
        return Outcome.Failed.expired(finalCode(last.reason()), last, host);
    }

    private static String finalCode(Optional<Reason> reason) { return reason.map(Reason::finalCode).orElse("5.4.7"); }

    private QueueUpdate.Change change(ClaimedDelivery delivery, QueuedRecipient recipient, Outcome outcome, Instant now,
            Instant expires) {
        int attempts = recipient.attempts() + 1;
        String connector = delivery.connector().id();
        return switch (outcome) {
            case Outcome.Delivered d -> new QueueUpdate.Change(recipient.index(), State.Delivered, attempts, now,
                    new TraceEvent(recipient.index(), now, TraceEvent.Kind.SEND, connector, d.status(),
                            new TraceEvent.Session(d.host(), d.address(), d.tls(), d.level().name()),
                            d.wouldHaveFailed()));
            case Outcome.Deferred d -> new QueueUpdate.Change(recipient.index(), State.Waiting, attempts,
                    next(now, now.plus(untilNext(delivery.connector(), d, attempts)), expires),
                    untaken(recipient, now, TraceEvent.Kind.DEFER, connector, d));
            case Outcome.Failed f -> new QueueUpdate.Change(recipient.index(), State.Failed, attempts, now,
                    untaken(recipient, now, TraceEvent.Kind.FAIL, connector, f));
        };
    }

    private static TraceEvent untaken(QueuedRecipient recipient, Instant now, TraceEvent.Kind kind, String connector,
            Outcome outcome) {
        return new TraceEvent(recipient.index(), now, kind, connector, outcome.status(),
                TraceEvent.Session.with(outcome.host()), Optional.empty());
    }

    /// A next hop that cannot be reached is left alone for a while, so that its other mail does not try one by one.
    private void rest(ClaimedDelivery taken, AttemptResult attempt, Instant now) {
        switch (attempt.nextHop()) {
            // docs/transport-security.md#own-stall, #own-outage: no failure of the next hop, and not counted as one.
            case NextHop.Silent(var otherwise) when otherwise.isOurs() -> {
                int attempts = taken.recipients().stream().mapToInt(QueuedRecipient::attempts).max().orElse(0) + 1;
                queue.destinations().pause(taken.destination(),
                        now.plus(untilNext(taken.connector(), otherwise, attempts)), otherwise.status());
            }
            case NextHop.Silent(var otherwise) -> {
                int failures = queue.destinations().failures(taken.destination()) + 1;
                queue.destinations().failed(taken.destination(), now,
                        now.plus(spread(limits.after(taken.connector(), failures))),
                        otherwise.status());
            }
            case NextHop.Answered _,NextHop.Crowded _,NextHop.Busy _ ->
                queue.destinations().recovered(taken.destination(), now);
        }
    }

    /// The host's wish goes before our schedule, and so does what kept this process from its own attempt: that passes
    /// in a moment, or comes again, and then more slowly.
    private Duration untilNext(OutboundConnector connector, Outcome.Deferred outcome, int attempts) {
        Duration scheduled = limits.after(connector, attempts);
        if (outcome.isStall())
            return spread(shorter(STALL.multipliedBy(1L << Math.min(attempts - 1, STALL_DOUBLINGS_MAX)), scheduled));
        return spread(outcome.reply().flatMap(reply -> RetryHint.of(reply, attempts, scheduled)).orElse(scheduled));
    }

    /// What was deferred together does not come back together.
    private Duration spread(Duration span) {
        if (limits.jitter() == 0) return span;
        return span.plusMillis((long) (span.toMillis() * limits.jitter() * time.random().nextDouble()));
    }

    private static Duration shorter(Duration one, Duration other) { return one.compareTo(other) < 0 ? one : other; }

    /// The last attempt is that of the end. By a clock that was set forwards it may seem to have passed, and the mail
    /// waits on all the same.
    private Instant next(Instant now, Instant scheduled, Instant expires) {
        if (!now.isBefore(expires) && time.ages().now().isBefore(expires)) return scheduled;
        return scheduled.isBefore(expires) ? scheduled : expires;
    }
}
