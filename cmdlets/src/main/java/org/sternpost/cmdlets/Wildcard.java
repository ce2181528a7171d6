package org.sternpost.cmdlets;

import java.util.Locale;
import java.util.function.Predicate;

/// A name with `*` for any letters and `?` for one, as PowerShell's `-like`; case does not matter.
public record Wildcard(String pattern) implements Predicate<String> {

    /// True if the text is a pattern and not a plain name.
    public static boolean isIn(String text) { return text.indexOf('*') >= 0 || text.indexOf('?') >= 0; }

    /// Linear in time for each `*`: only the last one is ever tried again.
    @Override
    public boolean test(String text) {
        String wanted = pattern.toLowerCase(Locale.ROOT);
        String given = text.toLowerCase(Locale.ROOT);
        int w = 0;
        int g = 0;
        int star = -1;
        int mark = 0;
        while (g < given.length()) {
            if (w < wanted.length() && wanted.charAt(w) == '*') {
                star = w++;
                mark = g;
            } else if (w < wanted.length() && (wanted.charAt(w) == '?' || wanted.charAt(w) == given.charAt(g))) {
                w++;
                g++;
            } else if (star >= 0) {
                w = star + 1;
                g = ++mark;
            } else {
                return false;
            }
        }
        while (w < wanted.length() && wanted.charAt(w) == '*')
            w++;
        return w == wanted.length();
    }
}
