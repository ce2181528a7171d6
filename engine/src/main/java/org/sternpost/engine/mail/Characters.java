package org.sternpost.engine.mail;

import java.util.function.IntPredicate;

/// What is asked of all characters of a text, without the objects that a stream of them takes: each message asks it
/// some dozen times.
public final class Characters {

    private Characters() {}

    /// True if no character is outside ASCII.
    public static boolean areAscii(String text) {
        for (int i = 0; i < text.length(); i++)
            if (text.charAt(i) >= 0x80) return false;
        return true;
    }

    /// True if it holds of each character; of one beyond the first 65,536 it is asked as a whole.
    public static boolean all(String text, IntPredicate each) {
        for (int i = 0; i < text.length();) {
            int c = text.codePointAt(i);
            if (!each.test(c)) return false;
            i += Character.charCount(c);
        }
        return true;
    }

    /// True if it holds of one at least.
    public static boolean any(String text, IntPredicate one) { return !all(text, one.negate()); }
}
