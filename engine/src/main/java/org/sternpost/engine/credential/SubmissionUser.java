package org.sternpost.engine.credential;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.sternpost.engine.mail.Characters;

/// Somebody, or some application, that may submit mail by a password.
///
/// @param enabled false: kept, and refused like one that is not there
/// @param comment for whoever wonders whose it is
public record SubmissionUser(String name, ScramKeys keys, boolean enabled, String comment, String createdBy,
        Instant whenCreated, Instant whenChanged) {

    public static final String NAME_REMEDY = "letters and digits of ASCII and . - _ @ + are fine, such as "
            + "shop@example.org";

    private static final int NAME_MAX = 64;

    public SubmissionUser {
        var fault = fault(name);
        if (fault.isPresent())
            throw new IllegalArgumentException("the name of a submission user " + fault.get() + "; " + NAME_REMEDY);
    }

    /// What is wrong with a name, after "the name". Names are of characters that RFC 4013 and RFC 8265 leave as they
    /// are, so that no client can write one in two ways.
    public static Optional<String> fault(String name) {
        if (name.isEmpty()) return Optional.of("is empty");
        if (name.length() > NAME_MAX) return Optional.of("has more than " + NAME_MAX + " characters");
        if (!Characters.all(name, SubmissionUser::isPlain))
            return Optional.of("has other characters than letters, digits and . - _ @ +");
        return isLetterOrDigit(name.charAt(0)) ? Optional.empty() : Optional.of("begins with '" + name.charAt(0) + "'");
    }

    private static boolean isPlain(int c) { return isLetterOrDigit(c) || ".-_@+".indexOf(c) >= 0; }

    private static boolean isLetterOrDigit(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }

    /// Two names that are alike but for case are one, as those of connectors are.
    static String folded(String name) { return name.toLowerCase(Locale.ROOT); }

    public SubmissionUser withKeys(ScramKeys other, Instant now) {
        return new SubmissionUser(name, other, enabled, comment, createdBy, whenCreated, now);
    }

    public SubmissionUser withEnabled(boolean other, Instant now) {
        return new SubmissionUser(name, keys, other, comment, createdBy, whenCreated, now);
    }

    public SubmissionUser withComment(String other, Instant now) {
        return new SubmissionUser(name, keys, enabled, other, createdBy, whenCreated, now);
    }
}
