package org.sternpost.engine.mail;

import java.util.Optional;

/// The one rule for names that an operator gives to things of ours.
///
/// A name stands in commands, in `connector/domain`, in logs and tables, and scripts make file names of it: so it holds
/// nothing that means something else there, and nothing that cannot be seen.
public final class GivenName {

    public static final String REMEDY = "letters, digits, spaces and - _ . are fine, such as partners-2";

    private static final int CHARACTERS_MAX = 64; // as Exchange
    private static final String MEANING = "/\\*?[]<>|\"'`$;"; // paths, wildcards, and what the shell reads

    private GivenName() {}

    /// What is wrong with a name, after "it"; the remedy is [#REMEDY].
    public static Optional<String> fault(String name) {
        if (name.isBlank()) return Optional.of("is empty");
        if (name.length() > CHARACTERS_MAX)
            return Optional.of("has " + name.length() + " characters, more than " + CHARACTERS_MAX);
        for (int at = 0; at < name.length(); at += Character.charCount(name.codePointAt(at))) {
            int c = name.codePointAt(at);
            if (VisibleText.isHidden(c))
                return Optional.of("has the invisible " + VisibleText.of(Character.toString(c)) + " at place " + place(
                        name, at));
            if (MEANING.indexOf(c) >= 0)
                return Optional.of("has '" + Character.toString(c) + "' at place " + place(name, at)
                        + ", which means something else in commands or paths");
            if (Character.isSpaceChar(c) && c != ' ')
                return Optional.of("has a blank other than the space at place " + place(name, at));
        }
        if (!name.strip().equals(name)) return Optional.of("begins or ends with a blank");
        if (name.startsWith(".") || name.startsWith("-") || name.startsWith("@"))
            return Optional.of("begins with '" + name.charAt(0) + "'");
        return Optional.empty();
    }

    private static int place(String name, int at) { return name.codePointCount(0, at) + 1; }
}
