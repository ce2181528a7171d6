package org.sternpost.engine.mail;

import java.time.DateTimeException;
import java.time.Instant;

/// A place in the message trace between two rows: a search that goes on there finds what is behind the row named, and
/// nothing else, however much arrived meanwhile.
///
/// @param id       of the message, [QueueId] in text; empty text stands before all messages of its moment that are
///                 older than it
/// @param position of the recipient in the message
public record TraceCursor(Instant received, String id, int position) {

    /// Behind all recipients of a message.
    public static TraceCursor after(Instant received, String id) {
        return new TraceCursor(received, id, Integer.MAX_VALUE);
    }

    /// Before all that was received earlier.
    public static TraceCursor before(Instant received) { return new TraceCursor(received, "", 0); }

    /// @param text as [#toString] writes it
    /// @throws IllegalArgumentException if it is none
    public static TraceCursor of(String text) {
        String[] parts = text.split("/", -1);
        try {
            if (parts.length == 3)
                return new TraceCursor(Instant.ofEpochMilli(Instant.parse(parts[0]).toEpochMilli()),
                        parts[1].isEmpty() ? "" : new QueueId(parts[1]).text(), Integer.parseInt(parts[2]));
        } catch (DateTimeException | ArithmeticException | IllegalArgumentException bad) {
            throw new IllegalArgumentException(refusal(text), bad);
        }
        throw new IllegalArgumentException(refusal(text));
    }

    private static String refusal(String text) {
        return "'" + text + "' is no place in the trace; the warning of a search that was cut names it, and each row in"
                + " its property Cursor";
    }

    @Override
    public String toString() { return received + "/" + id + "/" + position; }
}
