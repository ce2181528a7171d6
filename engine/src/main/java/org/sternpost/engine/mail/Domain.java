package org.sternpost.engine.mail;

import java.util.Locale;

/// A fully qualified domain name in its one canonical form: A-labels, lower case, no trailing dot (RFC 5890 §2.3.2.1).
public record Domain(String ascii) implements Comparable<Domain> {

    private static final int NAME_OCTETS_MAX = 253; // RFC 1035 §2.3.4, without the root's dot
    private static final int TEXT_CHARACTERS_MAX = 4 * NAME_OCTETS_MAX; // characters may be composed to fewer
    private static final int LABEL_OCTETS_MAX = 63; // RFC 1035 §2.3.4

    public Domain {
        if (ascii.isEmpty() || ascii.length() > NAME_OCTETS_MAX)
            throw new IllegalArgumentException("a domain has 1 to 253 characters: '" + ascii + "'");
        int from = 0;
        for (int dot = ascii.indexOf('.'); dot >= 0; dot = ascii.indexOf('.', from)) {
            refuseBadLabel(ascii, from, dot);
            from = dot + 1;
        }
        refuseBadLabel(ascii, from, ascii.length());
    }

    /// Reads a domain as people write it: any case, U-labels allowed (RFC 5891 §5).
    ///
    /// @throws IllegalArgumentException with a sentence that names the place and the reason
    public static Domain of(String text) {
        if (text.isEmpty()) throw new IllegalArgumentException("the domain is empty");
        if (text.length() > TEXT_CHARACTERS_MAX)
            throw new IllegalArgumentException("a domain of " + text.length() + " characters is too long");
        if (text.endsWith(".")) throw new IllegalArgumentException("'" + text + "' ends in a dot; leave it out");
        if (!Characters.areAscii(text)) return new Domain(UnicodeNames.ascii(text));
        String ascii = text.toLowerCase(Locale.ROOT);
        if (hasALabel(ascii)) UnicodeNames.requireReadable(ascii);
        return new Domain(ascii);
    }

    /// Reads a domain from where only A-labels stand, such as an answer of the DNS: any case. Whether an A-label
    /// stands for a name in Unicode is not looked at, for the name is the same octets either way.
    ///
    /// @throws IllegalArgumentException with a sentence that names the place and the reason
    public static Domain ofDns(String text) {
        return new Domain(Characters.areAscii(text) ? text.toLowerCase(Locale.ROOT) : text);
    }

    /// The canonical form of what may be a domain; other text stays as it is.
    public static String canonical(String text) {
        try {
            return of(text).ascii();
        } catch (IllegalArgumentException none) {
            return text;
        }
    }

    @Override
    public int compareTo(Domain other) { return ascii.compareTo(other.ascii); }

    @Override
    public String toString() { return ascii; }

    private static boolean hasALabel(String ascii) { return ascii.startsWith("xn--") || ascii.contains(".xn--"); }

    private static void refuseBadLabel(String name, int from, int to) {
        if (from == to) throw new IllegalArgumentException("'" + name + "' has an empty label");
        if (to - from > LABEL_OCTETS_MAX)
            throw new IllegalArgumentException("'" + name + "' has a label of more than 63 characters");
        for (int i = from; i < to; i++) {
            char c = name.charAt(i);
            boolean inner = c == '-' && i > from && i < to - 1;
            // An underscore is no letter of a host name, yet names such as _mta-sts.example.org are asked for.
            if (!(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || inner))
                throw new IllegalArgumentException("'" + name + "' has '" + c + "' where a letter or digit belongs");
        }
    }
}
