package org.sternpost.engine.mtasts;

import java.time.Duration;
import java.time.Instant;
import org.sternpost.engine.mail.Domain;

/// A policy in our keeping.
///
/// @param id      of the TXT record it was fetched for
/// @param fetched when it was last seen at its host; it lives `max_age` from then (RFC 8461 §3.2)
/// @param body    the file as fetched
public record HeldPolicy(Domain domain, String id, Instant fetched, String body, Policy policy) {

    private static final Duration REFRESH = Duration.ofHours(24);
    // Departs from RFC 8461 §3.2: a max_age below a minute counts as one, or each message would fetch the policy.
    private static final Duration LIFE_MIN = Duration.ofMinutes(1);

    public Instant expires() { return fetched.plus(life()); }

    public boolean isValid(Instant now) { return now.isBefore(expires()); }

    /// When it should be fetched again: a day old, or half its life gone (RFC 8461 §3.3: suggested is once per day).
    public Instant due() {
        Duration half = life().dividedBy(2);
        return fetched.plus(half.compareTo(REFRESH) < 0 ? half : REFRESH);
    }

    public boolean isDue(Instant now) { return !now.isBefore(due()); }

    /// True if a policy that cannot be fetched any more is about to run out: less than a quarter of its life left.
    public boolean isRunningOut(Instant now) { return now.isAfter(expires().minus(life().dividedBy(4))); }

    private Duration life() { return policy.maxAge().compareTo(LIFE_MIN) < 0 ? LIFE_MIN : policy.maxAge(); }
}
