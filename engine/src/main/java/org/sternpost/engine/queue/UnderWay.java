package org.sternpost.engine.queue;

import java.time.Instant;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.DestinationQueues.Submitter;

/// What sessions have of one destination: of each message which recipients, and since when those were due.
final class UnderWay {

    private final Map<QueueId, Attempted> messages = new HashMap<>();

    /// Of one message.
    private static final class Attempted {
        private final Instant due;
        private final Submitter submitter;
        private final BitSet recipients = new BitSet();
        private final BitSet resumed = new BitSet(); // to wait again once they are given back
        private Optional<Instant> released = Optional.empty(); // what is deferred is due then, under other settings

        Attempted(Instant due, Submitter submitter) {
            this.due = due;
            this.submitter = submitter;
        }
    }

    Stream<QueueId> messages() { return messages.keySet().stream(); }

    boolean isEmpty() { return messages.isEmpty(); }

    void taken(QueueId message, Instant due, List<Integer> recipients, Submitter submitter) {
        Attempted one = messages.computeIfAbsent(message, _ -> new Attempted(due, submitter));
        recipients.forEach(one.recipients::set);
    }

    boolean has(QueueId message, int recipient) {
        Attempted one = messages.get(message);
        return one != null && one.recipients.get(recipient);
    }

    /// A recipient is to wait again: an operator resumed it, or it was found waiting.
    ///
    /// @return false if no session has it
    boolean resume(QueueId message, int recipient) {
        Attempted one = messages.get(message);
        if (one == null || !one.recipients.get(recipient)) return false;
        one.resumed.set(recipient);
        return true;
    }

    /// It waits again, whoever said so.
    void waits(QueueId message, int recipient) {
        Attempted one = messages.get(message);
        if (one != null) one.resumed.clear(recipient);
    }

    /// @return those that are to wait again, and do not yet
    List<Integer> givenBack(QueueId message, List<Integer> recipients) {
        Attempted one = messages.get(message);
        if (one == null) return List.of();
        var resumed = recipients.stream().filter(one.resumed::get).toList();
        for (int recipient : recipients) {
            one.recipients.clear(recipient);
            one.resumed.clear(recipient);
        }
        if (one.recipients.isEmpty()) messages.remove(message);
        return resumed;
    }

    /// Of a message that a session has.
    Optional<Submitter> submitter(QueueId message) {
        return Optional.ofNullable(messages.get(message)).map(one -> one.submitter);
    }

    /// When what is deferred of a message is due, which is its own time unless that was released meanwhile.
    Instant due(QueueId message, Instant own) {
        Attempted attempted = messages.get(message);
        return attempted == null ? own : attempted.released.orElse(own);
    }

    Stream<Instant> since() { return messages.values().stream().map(one -> one.due); }

    /// What is being attempted is due then, as soon as it is deferred.
    void release(Instant now) { messages.values().forEach(one -> one.released = Optional.of(now)); }
}
