package org.sternpost.engine.connector;

import org.sternpost.engine.mail.Domain;

/// Which recipient domains a connector serves; the more labels it names, the more specific it is.
public sealed interface DomainPattern {

    /// `contoso.com`: this domain alone.
    record Exact(Domain domain) implements DomainPattern {
        @Override
        public String toString() { return domain.ascii(); }
    }

    /// `*.contoso.com`: every sub-domain at any depth, not the domain itself.
    record Below(Domain domain) implements DomainPattern {
        @Override
        public String toString() { return "*." + domain.ascii(); }
    }

    /// `.contoso.com`: the domain and every sub-domain.
    record AtOrBelow(Domain domain) implements DomainPattern {
        @Override
        public String toString() { return "." + domain.ascii(); }
    }

    /// `*`: every domain.
    record All() implements DomainPattern {
        @Override
        public String toString() { return "*"; }
    }

    /// Reads a pattern as administrators write it.
    ///
    /// @throws IllegalArgumentException with a sentence that names the place and the reason
    static DomainPattern of(String text) {
        if (text.equals("*")) return new All();
        if (text.startsWith("*.")) return new Below(Domain.of(text.substring(2)));
        if (text.startsWith(".")) return new AtOrBelow(Domain.of(text.substring(1)));
        if (text.contains("*"))
            throw new IllegalArgumentException("'" + text
                    + "' has a wildcard inside; write *.example.org for sub-domains or .example.org for both");
        return new Exact(Domain.of(text));
    }

    /// True if mail to `recipient` may take this route.
    default boolean matches(Domain recipient) {
        return switch (this) {
            case Exact(var domain) -> recipient.equals(domain);
            case Below(var domain) -> isBelow(recipient.ascii(), domain.ascii());
            case AtOrBelow(var domain) -> recipient.equals(domain) || isBelow(recipient.ascii(), domain.ascii());
            case All() -> true;
        };
    }

    private static boolean isBelow(String name, String parent) {
        return name.length() > parent.length() && name.endsWith(parent)
                && name.charAt(name.length() - parent.length() - 1) == '.';
    }

    /// Orders by precision: an exact name beats a pattern, more labels beat fewer, `*` comes last.
    default int specificity() {
        return switch (this) {
            case Exact _ -> Integer.MAX_VALUE;
            case Below(var domain) -> 2 * labels(domain) + 1;
            case AtOrBelow(var domain) -> 2 * labels(domain);
            case All() -> 0;
        };
    }

    private static int labels(Domain domain) { return (int) domain.ascii().chars().filter(c -> c == '.').count() + 1; }
}
