package org.sternpost.engine.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Names outside ASCII: UTS #46 without its transition, held to IDNA2008.
class DomainTest {

    /// The JDK's own `java.net.IDN` is IDNA2003: it made `strasse` of the first, and knew no letter after Unicode 3.2.
    @ParameterizedTest
    @CsvSource({"straße.example, xn--strae-oqa.example", "STRASSE.example, strasse.example",
            "straẞe.example, xn--strae-oqa.example", "faß.de, xn--fa-hia.de",
            "ελλάς.example, xn--hxarsa0b.example", "ΣΣ.example, xn--4xaa.example",
            "ꟗ.example, xn--878a.example", "𞓐.example, xn--oh5h.example",
            "bücher。example, xn--bcher-kva.example", "ＢＵ\u0308cher．example, xn--bcher-kva.example",
            "bu\u0308cher.example, xn--bcher-kva.example", "XN--BCHER-KVA.Example, xn--bcher-kva.example",
            "क्\u200dष.example, xn--11b2ezcw70k.example", "نامه\u200cای.example, xn--mgba3gch31f060k.example",
            "l·l.cat, xn--ll-0ea.cat", "בה.example, xn--5dbg.example", "r3---sn-h5qzened.googlevideo.com, "
                    + "r3---sn-h5qzened.googlevideo.com",
            "_dmarc.straße.example, _dmarc.xn--strae-oqa.example",
            "i.xn--i-7iq.ws, i.xn--i-7iq.ws"})
    void aNameHasOneForm(String text, String ascii) { assertEquals(ascii, Domain.of(text).ascii()); }

    @Test
    void twoSpellingsAreOneDomain() {
        assertEquals(Domain.of("STRA\u1e9eE.example"), Domain.of("xn--strae-oqa.example"));
        assertFalse(Domain.of("straße.example").equals(Domain.of("strasse.example")));
        assertEquals("xn--strae-oqa.example", Domain.canonical("Straße.example"));
        assertEquals("no domain", Domain.canonical("no domain"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            a\\u200db.example      | an invisible joiner stands where no script needs one
            a·b.example            | a mark stands apart from the letters that it belongs to
            3com.אב                | letters read from the left and from the right stand together as they may not
            \\u0308a.example       | a label begins with a mark that belongs to the letter before it
            i❤.example             | U+2764 '❤' belongs in no domain name
            a\\u0378ü.example      | U+0378 belongs in no domain name
            ab--ß.example          | 'ab--ß' has a hyphen where none may be
            _ß.example             | U+005F '_' belongs in no domain name
            xn--zzzz-.example      | the label 'xn--zzzz-' stands for no name in other letters
            xn--strae-.example     | the label 'xn--strae-' stands for no name in other letters
            xn--a.example          | the label 'xn--a' stands for no name in other letters
            xn--a.ß.example        | a label that begins with 'xn--' stands for no name in other letters
            ℀.example              | has '/' where a letter or digit belongs
            ü。.example            | has an empty label
            """)
    void aNameThatCannotBeEncodedIsRefusedInOurWords(String escaped, String why) {
        String text = escaped.replace("\\u200d", "\u200d").replace("\\u0308", "\u0308").replace("\\u0378", "\u0378");
        String said = assertThrows(IllegalArgumentException.class, () -> Domain.of(text)).getMessage();
        assertTrue(said.contains(why), said);
        assertFalse(said.contains("Exception") || said.contains("ICU"), said);
    }

    /// Punycode that decodes, but to what another label stands for: `Bücher` in capitals, `ß` written as itself twice.
    @ParameterizedTest
    @ValueSource(strings = {"xn--bcher-hpa.example", "xn--ss-eka9c.example"})
    void anALabelThatDoesNotLeadBackIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> Domain.of(text));
    }

    /// A host that DNS names is asked for by the octets that DNS gave.
    @Test
    void whatDnsSaysIsTakenAsItIs() {
        assertEquals("mx.xn--a.example", Domain.ofDns("MX.xn--A.example").ascii());
        assertThrows(IllegalArgumentException.class, () -> Domain.ofDns("straße.example"));
        assertThrows(IllegalArgumentException.class, () -> Domain.ofDns("\u212aelvin.example"));
    }

    @ParameterizedTest
    @ValueSource(ints = {58, 59, 200})
    void aLabelIsMeasuredAsItIsSent(int letters) {
        String text = "ü" + "a".repeat(letters - 1) + ".example"; // xn--, the letters, a hyphen, three for the umlaut
        if (letters + 4 + 1 + 3 - 1 > 63) assertThrows(IllegalArgumentException.class, () -> Domain.of(text));
        else
            assertTrue(Domain.of(text).ascii().indexOf('.') <= 63);
    }
}
