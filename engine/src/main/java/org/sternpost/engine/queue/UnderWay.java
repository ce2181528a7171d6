package org.sternpost.engine.queue;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.DestinationQueues.Submitter;

/// What sessions have of one destination: of each message how many recipients, and since when those were due.
final class UnderWay {

    private final Map<QueueId, Attempted> messages = new HashMap<>();

    /// @param released since when what the attempt defers is due: it is made under settings that hold no more
    private record Attempted(Instant due, int recipients, Submitter submitter, Optional<Instant> released) {
        Attempted and(int more) { return new Attempted(due, recipients + more, submitter, released); }
    }

    boolean isEmpty() { return messages.isEmpty(); }

    void taken(QueueId message, Instant due, int recipients, Submitter submitter) {
        messages.merge(message, new Attempted(due, recipients, submitter, Optional.empty()),
                (before, more) -> before.and(more.recipients()));
    }

    void givenBack(QueueId message, int recipients) {
        messages.computeIfPresent(message,
                (_, before) -> before.recipients() > recipients ? before.and(-recipients) : null);
    }

    /// Of a message that a session has.
    Optional<Submitter> submitter(QueueId message) {
        return Optional.ofNullable(messages.get(message)).map(Attempted::submitter);
    }

    /// When what is deferred of a message is due, which is its own time unless that was released meanwhile.
    Instant due(QueueId message, Instant own) {
        Attempted attempted = messages.get(message);
        return attempted == null ? own : attempted.released().orElse(own);
    }

    Stream<Instant> since() { return messages.values().stream().map(Attempted::due); }

    /// What is being attempted is due then, as soon as it is deferred.
    void release(Instant now) {
        messages.replaceAll((_, one) -> new Attempted(one.due(), one.recipients(), one.submitter(), Optional.of(now)));
    }
}
