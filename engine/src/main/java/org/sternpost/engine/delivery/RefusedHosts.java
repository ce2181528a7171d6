package org.sternpost.engine.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.trust.Reason;

/// Hosts that were refused before they were called, counted as the session that their mail would have shared: it goes
/// on while mail keeps coming, as those of [SessionPool] do.
final class RefusedHosts {

    private static final int REFUSALS_MAX = 10_000; // the latest are remembered

    private final Duration idle;
    private final Time time;
    private final LinkedHashMap<Refusal, Standing> known = new LinkedHashMap<>();

    private record Refusal(String connector, long revision, TlsValidation mode, Domain recipient, Domain host,
            Reason reason) {}

    /// By the steady clock.
    private record Standing(Instant began, Instant last) {}

    RefusedHosts(Duration idle, Time time) {
        this.idle = idle;
        this.time = time;
    }

    /// True for the first of the messages that would share a session.
    synchronized boolean firstReport(ClaimedDelivery mail, Domain host, Reason why) {
        var refusal = new Refusal(mail.connector().id(), mail.connector().stored().revision(), mail.mode(),
                mail.domain(), host, why);
        Instant now = time.steady();
        Standing before = known.remove(refusal);
        if (before != null && now.isBefore(before.last().plus(idle))
                && now.isBefore(before.began().plus(SessionPool.LIFE_MAX))) {
            known.put(refusal, new Standing(before.began(), now));
            return false;
        }
        known.put(refusal, new Standing(now, now));
        if (known.size() > REFUSALS_MAX) known.pollFirstEntry();
        return true;
    }
}
