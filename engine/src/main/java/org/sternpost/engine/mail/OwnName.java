package org.sternpost.engine.mail;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Whether hosts out there accept a name that we say of ourselves: in EHLO, in `From`, in message identities.
///
/// Stricter than [Domain], which also names what others have and what the DNS is asked for.
public final class OwnName {

    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    private OwnName() {}

    /// Why hosts refuse it; empty if they do not.
    public static Optional<String> fault(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        // RFC 5321 §4.1.3 writes an address in brackets; many hosts refuse a greeting with one all the same.
        if (lower.startsWith("[") || lower.contains(":") || ADDRESS.matcher(lower).matches())
            return Optional.of("is an address, not a name");
        // RFC 5321 §2.3.5: only resolvable, fully-qualified domain names are permitted.
        if (!lower.contains(".") || lower.endsWith(".localdomain") || lower.endsWith(".local"))
            return Optional.of("is no fully qualified name");
        // RFC 5321 §4.1.2: a label has letters, digits and hyphens.
        if (lower.contains("_")) return Optional.of("has an underscore, which no host name has");
        // No top-level domain is a number, so that names are never taken for addresses.
        if (lower.substring(lower.lastIndexOf('.') + 1).chars().allMatch(c -> c >= '0' && c <= '9'))
            return Optional.of("ends in a number, which no domain does");
        return Optional.empty();
    }
}
