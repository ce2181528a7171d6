package org.sternpost.engine.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.trust.Reason;

/// What waits because our own DNS servers did not answer, and for nothing else
/// (docs/transport-security.md#own-outage).
///
/// It is due by the retry intervals, as nobody knows how long an outage is; when it is over all of it is due soon.
public final class OutageHold {

    private final DestinationQueues destinations;
    private final Map<DestinationKey, Set<QueueId>> held = new HashMap<>();
    private boolean before; // some of it by an outage that an earlier engine met

    OutageHold(DestinationQueues destinations) { this.destinations = destinations; }

    /// A message was deferred, or not, for what an outage of our own keeps us from knowing.
    synchronized void deferred(DestinationKey destination, QueueId message, DeliveryStatus why) {
        if (isOutage(why)) held.computeIfAbsent(destination, _ -> new HashSet<>()).add(message);
    }

    /// A message was deferred by an engine that has ended, which tells nobody when that outage is over.
    synchronized void deferredBefore(DestinationKey destination, QueueId message) {
        held.computeIfAbsent(destination, _ -> new HashSet<>()).add(message);
        before = true;
    }

    /// True if something waits for an outage that this engine may know nothing of.
    public synchronized boolean isOfBefore() { return before; }

    /// The outage is over.
    ///
    /// @param spread within which each destination has a moment of its own: not all ask at once
    public synchronized void over(Instant now, Duration spread, RandomGenerator random) {
        held.forEach((destination, messages) -> destinations.dueBy(destination,
                now.plusMillis((long) (spread.toMillis() * random.nextDouble())), messages));
        held.clear();
        before = false;
    }

    static boolean isOutage(DeliveryStatus status) {
        return status.reason().filter(Reason.LOCAL_DNS::equals).isPresent();
    }

    /// @param reason as the tables have it
    static boolean isOutage(String reason) { return Reason.LOCAL_DNS.name().equals(reason); }
}
