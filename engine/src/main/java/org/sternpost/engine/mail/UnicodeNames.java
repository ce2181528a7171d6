package org.sternpost.engine.mail;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UCharacterCategory;
import com.ibm.icu.lang.UProperty;
import com.ibm.icu.text.IDNA;
import com.ibm.icu.text.IDNA.Error;
import java.util.Locale;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/// Domain names outside ASCII: mapped by UTS #46 without its transition, held to IDNA2008 (RFC 5891 §5, RFC 5895 §2).
///
/// `straße` is `xn--strae-oqa` here and never `strasse`, which is a stranger's name. The first use costs about 60 ms
/// and 1 MB, for the tables of ICU4J, so [Domain] asks only for names that need it.
final class UnicodeNames {

    private static final int MAPPED = IDNA.NONTRANSITIONAL_TO_ASCII | IDNA.NONTRANSITIONAL_TO_UNICODE;
    private static final IDNA WRITTEN = IDNA
            .getUTS46Instance(MAPPED | IDNA.CHECK_BIDI | IDNA.CHECK_CONTEXTJ | IDNA.CHECK_CONTEXTO);
    private static final IDNA ENCODED = IDNA.getUTS46Instance(MAPPED);

    /// Hyphens and lengths are judged on the labels that come out; names of ASCII have freer ones than ICU4J allows.
    private static final Set<Error> JUDGED_BY_DOMAIN = EnumSet.of(Error.EMPTY_LABEL, Error.LABEL_TOO_LONG,
            Error.DOMAIN_NAME_TOO_LONG, Error.LEADING_HYPHEN, Error.TRAILING_HYPHEN, Error.HYPHEN_3_4);

    private static final String ALLOWED = "\u00b7\u00df\u0375\u03c2\u05f3\u05f4\u06fd\u06fe\u0f0b"
            + "\u200c\u200d\u3007\u30fb";
    private static final String DISALLOWED = "\u0640\u07fa\u302e\u302f\u3031\u3032\u3033\u3034\u3035\u303b";

    private UnicodeNames() {}

    /// The A-labels of a name as people write it.
    static String ascii(String text) {
        try {
            var found = new IDNA.Info();
            String name = WRITTEN.nameToUnicode(text, new StringBuilder(), found).toString();
            refuse(text, found);
            for (String label : name.split("\\.", -1))
                if (label.chars().anyMatch(c -> c >= 0x80)) refuseBadLabel(text, label);
            return WRITTEN.nameToASCII(name, new StringBuilder(), new IDNA.Info()).toString();
        } catch (RuntimeException beyond) {
            if (beyond instanceof RefusedNameException) throw beyond;
            throw new RefusedNameException(text, "it cannot be encoded", beyond);
        }
    }

    /// RFC 5891 §5.3: an A-label that stands for no U-label, or that its U-label does not lead back to, is refused.
    static void requireReadable(String ascii) {
        for (String label : ascii.split("\\.", -1)) {
            if (!label.startsWith("xn--")) continue;
            var found = new IDNA.Info();
            String back = ENCODED.labelToASCII(ENCODED.labelToUnicode(label, new StringBuilder(), found).toString(),
                    new StringBuilder(), new IDNA.Info()).toString();
            if (!faults(found).isEmpty() || !back.equals(label))
                throw new RefusedNameException(ascii, "the label '" + label + "' stands for no name in other letters",
                        null);
        }
    }

    private static void refuseBadLabel(String text, String label) {
        // RFC 5891 §4.2.3.1: neither hyphens at the ends nor two of them in the third and fourth place.
        if (label.startsWith("-") || label.endsWith("-") || label.startsWith("--", 2))
            throw new RefusedNameException(text, "'" + label + "' has a hyphen where none may be", null);
        label.codePoints().filter(c -> !isLetter(c)).findFirst().ifPresent(c -> {
            throw new RefusedNameException(text, shown(c) + " belongs in no domain name", null);
        });
    }

    /// RFC 5892 §2, §3, of characters that UTS #46 has mapped already, so that none is unstable or a capital.
    private static boolean isLetter(int c) {
        if (c < 0x80) return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-';
        if (ALLOWED.indexOf(c) >= 0) return true; // RFC 5892 §2.6, and the joiners of §2.8
        if (DISALLOWED.indexOf(c) >= 0 || isOldJamo(c)) return false; // RFC 5892 §2.6, §2.9
        return switch (UCharacter.getType(c)) { // not the JDK's, whose Unicode is older
            case UCharacterCategory.LOWERCASE_LETTER, UCharacterCategory.OTHER_LETTER,
                    UCharacterCategory.MODIFIER_LETTER, UCharacterCategory.NON_SPACING_MARK,
                    UCharacterCategory.COMBINING_SPACING_MARK, UCharacterCategory.DECIMAL_DIGIT_NUMBER ->
                true;
            default -> false;
        };
    }

    private static boolean isOldJamo(int c) {
        int type = UCharacter.getIntPropertyValue(c, UProperty.HANGUL_SYLLABLE_TYPE);
        return type == UCharacter.HangulSyllableType.LEADING_JAMO || type == UCharacter.HangulSyllableType.VOWEL_JAMO
                || type == UCharacter.HangulSyllableType.TRAILING_JAMO;
    }

    private static Collection<Error> faults(IDNA.Info found) {
        return found.getErrors().stream().filter(error -> !JUDGED_BY_DOMAIN.contains(error)).toList();
    }

    private static void refuse(String text, IDNA.Info found) {
        Collection<Error> faults = faults(found);
        if (faults.isEmpty()) return;
        throw new RefusedNameException(text, switch (faults.iterator().next()) {
            case DISALLOWED -> disallowed(text) + " belongs in no domain name";
            case LEADING_COMBINING_MARK -> "a label begins with a mark that belongs to the letter before it";
            // RFC 5893 §2
            case BIDI -> "letters read from the left and from the right stand together as they may not";
            // RFC 5892 §A.1, §A.2
            case CONTEXTJ -> "an invisible joiner stands where no script needs one";
            // RFC 5892 §A.3 to §A.9
            case CONTEXTO_DIGITS, CONTEXTO_PUNCTUATION -> "a mark stands apart from the letters that it belongs to";
            default -> "a label that begins with 'xn--' stands for no name in other letters";
        }, null);
    }

    private static String disallowed(String text) {
        return text.codePoints().filter(c -> {
            var alone = new IDNA.Info();
            ENCODED.labelToUnicode(Character.toString(c), new StringBuilder(), alone);
            return alone.getErrors().contains(Error.DISALLOWED);
        }).mapToObj(UnicodeNames::shown).findFirst().orElse("a character");
    }

    private static String shown(int c) {
        boolean visible = UCharacter.isPrintable(c);
        String number = Integer.toHexString(c).toUpperCase(Locale.ROOT);
        return "U+" + "0".repeat(Math.max(0, 4 - number.length())) + number
                + (visible ? " '" + Character.toString(c) + "'" : "");
    }

    /// A name that has no A-labels, in our words.
    private static final class RefusedNameException extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        RefusedNameException(String text, String why, @org.jspecify.annotations.Nullable Throwable cause) {
            super("'" + text + "' is no domain name: " + why + "; write it as its owner registered it", cause);
        }
    }
}
