package org.sternpost.bench;

import java.nio.charset.StandardCharsets;

/// Finds the [Tally]'s field in a message as its octets pass by, without keeping the message.
final class MessageId {

    private static final byte[] FIELD = (Tally.FIELD.toLowerCase(java.util.Locale.ROOT) + ":")
            .getBytes(StandardCharsets.US_ASCII);
    private static final int DASH = '-';

    /// How far the line so far is the field: its octets, then that it is, or that it is not.
    private int matched;
    private int round;
    private int number;
    private boolean behindDash;
    private boolean found;
    private boolean blank = true;
    private boolean over;

    void restart() {
        matched = 0;
        round = 0;
        number = 0;
        behindDash = false;
        found = false;
        blank = true;
        over = false;
    }

    /// True when the rest of the message needs no look: the field was found, or the header has ended.
    boolean over() { return over; }

    boolean found() { return found; }

    int round() { return round; }

    int number() { return number; }

    void octet(byte octet) {
        if (octet == '\r') return;
        if (octet == '\n') {
            found = matched == FIELD.length && behindDash;
            over = found || blank;
            matched = 0;
            blank = true;
            return;
        }
        blank = false;
        if (matched == FIELD.length) {
            value(octet);
        } else if (matched >= 0) {
            boolean same = (octet >= 'A' && octet <= 'Z' ? octet + ('a' - 'A') : octet) == FIELD[matched];
            matched = same ? matched + 1 : -1;
        }
    }

    private void value(byte octet) {
        if (octet == DASH) behindDash = true;
        if (octet < '0' || octet > '9') return;
        if (behindDash) number = number * 10 + octet - '0';
        else
            round = round * 10 + octet - '0';
    }
}
