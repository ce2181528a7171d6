package org.sternpost.engine.schedule;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.sternpost.engine.delivery.AttemptResult;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.QueueId;

/// Whether mail whose time is over gets one more attempt, because the policy that held it back has changed.
///
/// RFC 8461 §5.1: mail is not failed for good before its sender has looked for a newer policy.
public final class PolicyRecheck {

    /// Who knows what the recipient's domain publishes now.
    @FunctionalInterface
    public interface Publisher {

        /// True if it is another policy than the one that held the mail back, so that one more attempt may succeed.
        boolean policyChanged(ClaimedDelivery mail);
    }

    private final Publisher publisher;
    private final Set<Granted> granted = ConcurrentHashMap.newKeySet();

    /// Who had one; a domain that changes its policy all the time does not keep mail alive.
    private record Granted(QueueId message, Domain domain) {}

    PolicyRecheck(Publisher publisher) { this.publisher = publisher; }

    /// Asked when an attempt has ended after the message's time.
    boolean grant(ClaimedDelivery mail, AttemptResult attempt) {
        var key = new Granted(mail.message().id(), mail.domain());
        boolean refused = attempt.outcomes().values().stream()
                .anyMatch(outcome -> outcome instanceof Outcome.Deferred late && late.failure().isPresent());
        if (granted.remove(key) || !refused || !publisher.policyChanged(mail)) return false;
        return granted.add(key);
    }

    /// Asked before mail whose time is over is given up without an attempt: what a policy held back was to get one, or
    /// is judged once more by what is published now.
    boolean owed(ClaimedDelivery mail) {
        return granted.contains(new Granted(mail.message().id(), mail.domain()))
                || mail.recipients().stream().flatMap(recipient -> recipient.lastError().reason().stream())
                        .anyMatch(reason -> !reason.isLocal());
    }
}
