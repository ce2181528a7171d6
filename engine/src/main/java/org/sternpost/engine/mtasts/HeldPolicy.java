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
    private static final Duration LIFE_MIN = Duration.ofMinutes(1); // max_age 0 must not mean a fetch per message

    public Instant expires() { return fetched.plus(life()); }

    public boolean isValid(Instant now) { return now.isBefore(expires()); }

    /// True if it should be fetched again: a day old, or half its life gone (RFC 8461 §10.2).
    public boolean isDue(Instant now) {
        Duration half = life().dividedBy(2);
        return !now.isBefore(fetched.plus(half.compareTo(REFRESH) < 0 ? half : REFRESH));
    }

    /// True if a policy that cannot be fetched any more is about to run out: less than a quarter of its life left.
    public boolean isRunningOut(Instant now) { return now.isAfter(expires().minus(life().dividedBy(4))); }

    private Duration life() { return policy.maxAge().compareTo(LIFE_MIN) < 0 ? LIFE_MIN : policy.maxAge(); }
}
