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
    private static final int FRONT_DIGITS = 12; // that fit a long and keep its sign

    public QueueId {
        if (text.length() != LENGTH || !Characters.all(text, c -> DIGITS.indexOf(c) >= 0))
            throw new IllegalArgumentException("'" + text + "' is no queue id (16 characters of 0-9, A-Z)");
    }

    /// A fresh name for a message accepted at `now`.
    public static QueueId fresh(Instant now, RandomGenerator random) {
        var id = new StringBuilder(LENGTH).append(first(now));
        long bits = random.nextLong();
        for (int i = TIME_DIGITS; i < LENGTH; i++, bits >>>= 5)
            id.append(DIGITS.charAt((int) (bits & 31)));
        return new QueueId(id.toString());
    }

    /// The text that sorts before all names made at that time or later, and behind all earlier ones.
    public static String first(Instant time) {
        var text = new StringBuilder(LENGTH);
        long millis = Math.clamp(time.toEpochMilli(), 0, (1L << 5 * TIME_DIGITS) - 1);
        for (int shift = 5 * (TIME_DIGITS - 1); shift >= 0; shift -= 5)
            text.append(DIGITS.charAt((int) (millis >>> shift & 31)));
        return text.toString();
    }

    /// The id of which the two halves are these.
    public static QueueId of(long front, int back) {
        var text = new char[LENGTH];
        for (int i = LENGTH - 1; i >= 0; i--) {
            text[i] = DIGITS.charAt((int) (i < FRONT_DIGITS ? front : back) & 31);
            if (i < FRONT_DIGITS) front >>>= 5;
            else
                back >>>= 5;
        }
        return new QueueId(new String(text));
    }

    /// Its first half as a number, by which ids are in order as far as it reaches.
    public long front() { return number(0, FRONT_DIGITS); }

    /// The other half.
    public int back() { return (int) number(FRONT_DIGITS, LENGTH); }

    private long number(int from, int to) {
        long number = 0;
        for (int i = from; i < to; i++)
            number = number << 5 | DIGITS.indexOf(text.charAt(i));
        return number;
    }

    /// When it was made.
    public Instant time() { return Instant.ofEpochMilli(number(0, TIME_DIGITS)); }

    @Override
    public int compareTo(QueueId other) { return text.compareTo(other.text); }

    @Override
    public String toString() { return text; }
}
