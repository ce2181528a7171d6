package org.sternpost.engine.schedule;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.connector.ConnectorRouting;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.delivery.AttemptResult.NextHop;
import org.sternpost.engine.delivery.AttemptResult;
import org.sternpost.engine.delivery.DeliveryAgent.DefectException;
import org.sternpost.engine.delivery.DeliveryAgent.DestinationQueue;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.process.EssentialThread;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.queue.DeliveryStatus;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.queue.QueuedMessage;
import org.sternpost.engine.schedule.Scheduler.Limits;
import org.sternpost.engine.time.Time;

/// A destination's queue as one session has it: hands out what is due, and settles what became of it.
final class SessionQueue implements DestinationQueue {

    private static final System.Logger LOG = System.getLogger(SessionQueue.class.getName());
    private static final Duration OWN_TROUBLE = Duration.ofMinutes(1); // rest after a full disk or the like

    private static final Duration TURN = Duration.ofSeconds(30); // at most, until a host that others wait for is asked
    private static final int TURN_MESSAGES = 20; // of one session while other destinations wait for a slot
    private static final Duration TURN_TIME = Duration.ofSeconds(10); // the same

    private final DestinationKey key;
    private final Queue queue;
    private final ConnectorRouting routes;
    private final AttemptRecorder recorder;
    private final Limits limits;
    private final Time time;
    private final Seat seat;
    private final SettlingBehind behind;
    private final Instant began;
    private Optional<ClaimedDelivery> open = Optional.empty();
    private int taken;
    private Instant sends; // since when the message at hand is, by the steady clock
    private Duration stalledBefore = Duration.ZERO;
    private boolean yielded;

    /// What the scheduler wants to know of a session, and has to say to it.
    interface Seat {

        boolean isStopping();

        /// Other destinations have no session, for want of slots.
        boolean othersWait();

        /// The next hop takes mail from this session.
        ///
        /// @return false if it must not begin with that, as the engine stops
        boolean answered();

        /// True if the engine's stop has ended the attempt at hand.
        boolean isCut();

        /// What became of a message is written down, or will be.
        void settled();

        /// Nothing but what it has to write down is left: the engine's stop waits for that.
        void ends();

        /// No host of the next hop could be talked to.
        void silent();
    }

    SessionQueue(DestinationKey key, Queue queue, ConnectorRouting routes, AttemptRecorder recorder, Limits limits,
            Time time,
            Seat seat) {
        this.key = key;
        this.queue = queue;
        this.routes = routes;
        this.recorder = recorder;
        this.limits = limits;
        this.time = time;
        this.seat = seat;
        this.behind = new SettlingBehind(key.toString(), hurry(queue));
        this.began = time.steady();
        this.sends = began;
    }

    private static SettlingBehind.Hurry hurry(Queue queue) {
        return new SettlingBehind.Hurry() {
            @Override
            public void begins() { queue.hurryBegins(); }

            @Override
            public void ends() { queue.hurryEnds(); }
        };
    }

    /// True if it counts as ended, because its next hop wanted fewer sessions.
    boolean yielded() { return yielded; }

    @Override
    public Optional<ClaimedDelivery> next() throws IOException {
        while (!seat.isStopping() && !yielded && !isTurnOver()) {
            taken++;
            open = queue.take(key, this::settings);
            if (open.isEmpty()) return Optional.empty();
            if (rerouted(open.get())) continue;
            ClaimedDelivery next = open.orElseThrow();
            if (recorder.expiredUntried(next)) open = Optional.empty();
            else if (next.connector().general().enabled()) return open;
            else
                waitForConnector(next.connector());
        }
        return Optional.empty();
    }

    /// A destination that has much to send goes to the end of the line now and then.
    private boolean isTurnOver() {
        return seat.othersWait() && taken > 0
                && (taken >= TURN_MESSAGES || !time.steady().isBefore(began.plus(TURN_TIME)));
    }

    /// Sends on whoever another connector serves now: routes that were found by address are found anew for each
    /// attempt, so that a changed setting holds for waiting mail too. What a rule chose stays, unless its connector is
    /// gone.
    ///
    /// @return true if nobody is left
    private boolean rerouted(ClaimedDelivery taken) throws IOException {
        boolean gone = routes.withId(key.connector()).isEmpty();
        var byAddress = taken.recipients().stream().filter(one -> gone || !one.route().isByRule()).toList();
        if (byAddress.isEmpty()) return false;
        OutboundConnector now = routes.choose(byAddress.getFirst().address(), taken.message().size());
        if (now.id().equals(key.connector())) return false;
        var left = taken.recipients().stream().filter(one -> !byAddress.contains(one)).toList();
        queue.move(taken.only(byAddress), now.id()); // if the disk refuses, all are still here to be put back
        open = left.isEmpty() ? Optional.empty() : Optional.of(taken.only(left));
        return left.isEmpty();
    }

    /// Mail that a rule sends over a connector does not go another way while that one is disabled.
    private void waitForConnector(OutboundConnector connector) {
        Instant now = time.instant();
        queue.destinations().pause(key, now.plus(limits.after(connector, 1)), DeliveryStatus.of("4.3.5",
                "connector " + connector.name() + ", which a rule chose for this mail, is disabled"));
        putBackWhatIsLeft();
    }

    /// What this process did not run is no time that the host took.
    private Duration hostTook() {
        return Duration.between(sends, time.steady()).minus(time.stalled().minus(stalledBefore));
    }

    @Override
    public boolean answered() {
        sends = time.steady();
        stalledBefore = time.stalled();
        return seat.answered();
    }

    @Override
    public void settle(ClaimedDelivery delivery, AttemptResult attempt) throws IOException {
        // That the stop has broken off the session is no reason to break off what is being written of it.
        boolean cut = Thread.interrupted();
        try {
            write(delivery, attempt);
        } finally {
            seat.settled();
            if (cut) Thread.currentThread().interrupt();
        }
    }

    private void write(ClaimedDelivery delivery, AttemptResult attempt) throws IOException {
        recorder.note(delivery, attempt);
        if (seat.isCut() && !isFinal(delivery, attempt)) {
            // Not an attempt: the engine stops, and who has no final answer is due when it is back.
            settleSome(delivery, finals(attempt));
            putBackWhatIsLeft();
            return;
        }
        if (attempt.outcomes().values().stream().anyMatch(one -> one.reply().isPresent()))
            queue.destinations().carried(key, hostTook());
        if (attempt.nextHop() instanceof NextHop.Busy(var otherwise)) {
            settleSome(delivery, attempt);
            putBackWhatIsLeft();
            Instant now = time.instant();
            queue.turns().awaits(key, now.plus(TURN), otherwise.status());
            return;
        }
        if (attempt.nextHop() instanceof NextHop.Silent(var otherwise) && !otherwise.isStall()) seat.silent();
        if (attempt.isUnfinished()) yielded = queue.destinations().yielded(key, time.instant());
        if (yielded) {
            // Not an attempt: the sessions that stand take who is left, at once.
            LOG.log(System.Logger.Level.INFO, "destination={0} event=fewer-sessions why=\"{1}\"", key,
                    attempt.nextHop());
            settleSome(delivery, attempt);
            putBackWhatIsLeft();
            return;
        }
        if (recorder.isTaken(delivery, attempt)) settleBehind(delivery, attempt);
        else
            recorder.settle(delivery, attempt.alone(delivery));
        open = Optional.empty();
    }

    /// Nothing of it is of matter for what this session does next.
    private void settleBehind(ClaimedDelivery delivery, AttemptResult attempt) {
        queue.destinations().recovered(key, time.instant());
        behind.write(() -> {
            try {
                recorder.settleTaken(delivery, attempt);
            } catch (IOException broken) {
                rest(broken);
                queue.putBack(delivery);
            } catch (RuntimeException | Error defect) {
                EssentialThread.rethrowFatal(defect);
                LOG.log(System.Logger.Level.ERROR, "destination=" + key + " id=" + delivery.message().id()
                        + " event=defect", defect);
                rest("defect: " + defect);
                queue.putBack(delivery);
            }
        });
    }

    private static boolean isFinal(ClaimedDelivery delivery, AttemptResult attempt) {
        return finals(attempt).outcomes().size() == delivery.recipients().size();
    }

    private static AttemptResult finals(AttemptResult attempt) {
        var outcomes = new HashMap<>(attempt.outcomes());
        outcomes.values().removeIf(Outcome.Deferred.class::isInstance);
        return new AttemptResult(outcomes, attempt.evidence(), attempt.openings());
    }

    /// A defect belongs to the message at which it was met, if there was one.
    ///
    /// @return true if the destination may go on with other mail
    boolean blame(Throwable defect) {
        LOG.log(System.Logger.Level.ERROR,
                "destination=" + key + open.map(mail -> " id=" + mail.message().id()).orElse("")
                        + " event=defect",
                defect);
        if (open.isEmpty()) {
            rest("defect: " + defect);
            return false;
        }
        try {
            if (defect instanceof DefectException known && !known.soFar().outcomes().isEmpty())
                settleSome(known.mail(), seat.isCut() ? finals(known.soFar()) : known.soFar());
            // What the engine's stop breaks off says nothing of the message.
            if (seat.isCut()) putBackWhatIsLeft();
            if (open.isPresent())
                recorder.defect(open.get(), defect instanceof DefectException known ? cause(known) : defect);
            open = Optional.empty();
            return true;
        } catch (IOException broken) {
            rest(broken);
        } catch (RuntimeException | StackOverflowError | AssertionError again) {
            LOG.log(System.Logger.Level.ERROR, "destination=" + key + " event=defect", again);
            rest("defect: " + again);
        } finally {
            seat.settled();
        }
        return false;
    }

    private static Throwable cause(DefectException known) {
        return known.getCause() == null ? known : known.getCause();
    }

    private void settleSome(ClaimedDelivery delivery, AttemptResult attempt) throws IOException {
        ClaimedDelivery taken = open.orElseThrow();
        var known = taken.recipients().stream().filter(one -> attempt.outcomes().containsKey(one.index())).toList();
        var left = taken.recipients().stream().filter(one -> !known.contains(one)).toList();
        if (!known.isEmpty()) recorder.settle(delivery.only(known), attempt.part());
        open = left.isEmpty() ? Optional.empty() : Optional.of(taken.only(left));
    }

    /// Nothing of it is under way any more.
    void end() {
        seat.ends();
        boolean cut = Thread.interrupted();
        behind.awaitWritten();
        putBackWhatIsLeft();
        if (cut) Thread.currentThread().interrupt();
    }

    private void putBackWhatIsLeft() {
        open.ifPresent(queue::putBack);
        open = Optional.empty();
    }

    /// What a host took and the disk did not: the destination rests, or the host would get it again at full speed.
    void rest(IOException broken) {
        LOG.log(System.Logger.Level.WARNING, "destination={0} event=not-settled why=\"{1}\"", key, broken.getMessage());
        rest("the store failed: " + broken.getMessage());
    }

    /// Our own trouble must not make the destination try again at full speed.
    void rest(String why) {
        Instant now = time.instant();
        queue.destinations().failed(key, now, now.plus(OWN_TROUBLE), DeliveryStatus.of("", why));
    }

    @Override
    public String toString() { return key.toString(); }

    /// Where its connector is gone, those of the one by which [#rerouted] sends it on: a rule's choice outlives what
    /// happens to its connector, short of being removed.
    private ClaimedDelivery.Settings settings(QueuedMessage message, List<QueuedRecipient> recipients) {
        OutboundConnector connector = routes.chosen(key.connector(), key.domain())
                .orElseGet(() -> routes.choose(recipients.getFirst().address(), message.size()));
        boolean old = !time.instant().isBefore(message.received().plus(limits.after(connector, 1)));
        return new ClaimedDelivery.Settings(connector,
                ClaimedDelivery.mode(message, connector.modeFor(key.domain(), message.id())), old);
    }
}
