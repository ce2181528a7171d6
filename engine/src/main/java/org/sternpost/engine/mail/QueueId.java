package org.sternpost.engine.mail;

import java.time.Instant;
import java.util.random.RandomGenerator;

/// The engine's own name for an accepted message: 16 characters that sort by time of acceptance.
///
/// The first nine are milliseconds since 1970 in base 32, the last seven are random.
public record QueueId(String text) implements Comparable<QueueId> {

    private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // Crockford: no I, L, O, U
    private static final int LENGTH = 16;
    private static final int TIME_DIGITS = 9; // 45 bits of milliseconds last until the year 3084

    public QueueId {
        if (text.length() != LENGTH || !text.chars().allMatch(c -> DIGITS.indexOf(c) >= 0))
            throw new IllegalArgumentException("'" + text + "' is no queue id (16 characters of 0-9, A-Z)");
    }

    /// A fresh name for a message accepted at `now`.
    public static QueueId fresh(Instant now, RandomGenerator random) {
        var id = new StringBuilder(LENGTH);
        long millis = now.toEpochMilli();
        for (int shift = 5 * (TIME_DIGITS - 1); shift >= 0; shift -= 5)
            id.append(DIGITS.charAt((int) (millis >>> shift & 31)));
        long bits = random.nextLong();
        for (int i = TIME_DIGITS; i < LENGTH; i++, bits >>>= 5)
            id.append(DIGITS.charAt((int) (bits & 31)));
        return new QueueId(id.toString());
    }

    @Override
    public int compareTo(QueueId other) { return text.compareTo(other.text); }

    @Override
    public String toString() { return text; }
}
