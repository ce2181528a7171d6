package org.sternpost.engine.connector;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.QueueId;

/// The share of recipient domains, or of messages, that a rollout has moved to another mode; which ones never flips
/// between retries.
///
/// Each message has a place by a stable hash of connector and identity; the share holds those below a bound.
///
/// Each domain has a place by a stable hash of connector and domain; the share holds all places below a bound. That is
/// the bound of the last domain which belongs to the share of those that the connector has served: so a share holds at
/// least one of them, a larger share only adds, and a domain that is new to the connector has its place already.
///
/// @param percent of the domains that the connector has served, or of its messages; 0 to 100
/// @param below   the first place that is not held
public record RolloutShare(String rolloutId, TlsValidation to, double percent, long below, ShareOf by) {

    private static final double WHOLE_PERCENT = 100;
    private static final int SLOTS = 10_000; // shares of older versions were cut at a hundredth of a percent
    private static final int FINE_BITS = 40; // orders the domains of one slot

    /// Of domains.
    public RolloutShare(String rolloutId, TlsValidation to, double percent, long below) {
        this(rolloutId, to, percent, below, ShareOf.Domain);
    }

    /// The share of a percentage of all messages, to whatever domain.
    ///
    /// @param before the first place not held so far, 0 at the start
    public static RolloutShare ofMessages(String rolloutId, TlsValidation to, double percent, long before) {
        return new RolloutShare(rolloutId, to, percent, Math.max(before, ofAllNames(percent)), ShareOf.Message);
    }

    /// The share of a percentage of the domains that a connector has served, at least one.
    ///
    /// @param before the first place not held so far, 0 at the start
    public static RolloutShare of(String rolloutId, TlsValidation to, double percent, String connector,
            Collection<Domain> served, long before) {
        if (served.isEmpty() || percent == WHOLE_PERCENT)
            return new RolloutShare(rolloutId, to, percent, Math.max(before, ofAllNames(percent)));
        long[] places = served.stream().mapToLong(domain -> place(connector, domain.ascii())).sorted().toArray();
        int held = (int) Math.max(1, Math.round(places.length * percent / WHOLE_PERCENT));
        return new RolloutShare(rolloutId, to, percent, Math.max(before, places[held - 1] + 1));
    }

    /// The bound of a percentage of all names there could be.
    static long ofAllNames(double percent) { return (long) Math.ceil(percent * SLOTS / WHOLE_PERCENT) << FINE_BITS; }

    /// As an operator reads it, `5 %` or `12.5 %`.
    public static String percentage(double percent) {
        return (percent == Math.rint(percent) ? String.valueOf((long) percent) : String.valueOf(percent)) + " %";
    }

    /// True of a message.
    public boolean covers(String connector, Domain recipient, QueueId message) {
        return place(connector, by == ShareOf.Message ? message.text() : recipient.ascii()) < below;
    }

    /// True of a domain if some mail to it is covered.
    public boolean covers(String connector, Domain recipient) {
        return by == ShareOf.Message || place(connector, recipient.ascii()) < below;
    }

    /// As an operator reads it, `5 %` or `5 % of messages`.
    public String words() { return percentage(percent) + (by == ShareOf.Message ? " of messages" : ""); }

    private static long place(String connector, String name) {
        try {
            ByteBuffer hash = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256")
                    .digest((connector + "\n" + name).getBytes(StandardCharsets.UTF_8)));
            long bits = hash.getLong();
            return (bits >>> FINE_BITS) % SLOTS << FINE_BITS | bits & (1L << FINE_BITS) - 1;
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
