package org.sternpost.engine.dane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.dane.TlsaSearch.TlsaLookup;
import org.sternpost.engine.mail.Domain;

class TlsaTest {

    private static final Made HOST = Made.host("mx.example.org").selfSigned();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            3 1 1 00ff      | 3 1 1 00ff
            ( 3 1 1 00 FF ) | 3 1 1 00ff
            255 0 2 00      | 255 0 2 00
            000 001 1 00    | 0 1 1 00
            """)
    void presentationFormIsReadAndWritten(String text, String written) {
        assertEquals(written, Tlsa.of(text).toString());
        assertEquals(Tlsa.of(written), Tlsa.of(text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            3 1 1       | write '3 1 1 <hex>'
            256 1 1 00  | '256' is not in 0..255
            3 -1 1 00   | '-1' is not in 0..255
            3 1 1000 00 | '1000' is not in 0..255
            3 1 x 00    | 'x' is not in 0..255
            3 1 1 0     | is no TLSA record
            3 1 1 0g    | is no TLSA record
            """)
    void brokenPresentationFormIsNamed(String text, String why) {
        String message = assertThrows(IllegalArgumentException.class, () -> Tlsa.of(text)).getMessage();
        assertTrue(message.contains("'" + text + "' is no TLSA record") && message.contains(why), message);
    }

    @Test
    void recordsAreEqualByEveryFieldAndKeepTheirOwnData() {
        byte[] data = {1, 2};
        var one = new Tlsa(3, 1, 1, data);
        data[0] = 9;
        assertEquals("3 1 1 0102", one.toString());
        var same = new Tlsa(3, 1, 1, new byte[]{1, 2});
        assertEquals(same, one);
        assertEquals(same.hashCode(), one.hashCode());
        for (var other : List.of(new Tlsa(2, 1, 1, new byte[]{1, 2}), new Tlsa(3, 0, 1, new byte[]{1, 2}),
                new Tlsa(3, 1, 2, new byte[]{1, 2}), new Tlsa(3, 1, 1, new byte[]{1, 3}))) {
            assertNotEquals(other, one);
            assertNotEquals(other.hashCode(), one.hashCode());
        }
        assertNotEquals((Object) "3 1 1 0102", one);
    }

    private static String problem(int usage, int selector, int matchingType, byte[] data) {
        return TlsaLookup.Judged.of(new Tlsa(usage, selector, matchingType, data)).unusable().orElse("");
    }

    @Test
    void usagesOfPkixAndUnknownOnesAreUnusable() {
        byte[] digest = new byte[32];
        assertEquals("", problem(2, 1, 1, digest));
        assertEquals("", problem(3, 1, 1, digest));
        assertEquals("usage PKIX-TA(0) is not for SMTP", problem(0, 1, 1, digest));
        assertEquals("usage PKIX-EE(1) is not for SMTP", problem(1, 1, 1, digest));
        assertEquals("usage 4 is unknown", problem(4, 1, 1, digest));
        assertEquals("usage 255 is unknown", problem(255, 1, 1, digest));
    }

    @Test
    void unknownSelectorsAndMatchingTypesAreUnusable() {
        assertEquals("", problem(3, 0, 1, new byte[32]));
        assertEquals("selector 2 is unknown", problem(3, 2, 1, new byte[32]));
        assertEquals("matching type 3 is unknown", problem(3, 1, 3, new byte[32]));
    }

    @Test
    void digestsHaveTheirLength() {
        assertEquals("", problem(3, 1, 2, new byte[64]));
        for (int octets : new int[]{0, 31, 33, 64})
            assertEquals("a SHA-256 digest has 32 octets, this one " + octets, problem(3, 1, 1, new byte[octets]));
        for (int octets : new int[]{32, 63, 65})
            assertEquals("a SHA-512 digest has 64 octets, this one " + octets, problem(3, 1, 2, new byte[octets]));
    }

    @Test
    void fullDataIsWhatTheSelectorSays() {
        assertEquals("", problem(3, 0, 0, HOST.der()));
        assertEquals("", problem(3, 1, 0, HOST.key()));
        assertEquals("the data is no readable certificate", problem(3, 0, 0, HOST.key()));
        assertEquals("the data is no readable public key", problem(3, 1, 0, HOST.der()));
        assertEquals("the data is no readable certificate", problem(2, 0, 0, new byte[0]));
        assertEquals("the data is no readable public key", problem(2, 1, 0, new byte[0]));
        assertEquals("the data is no readable public key",
                problem(3, 1, 0, Arrays.copyOf(HOST.key(), HOST.key().length + 1)));
        assertEquals("the data is no readable certificate",
                problem(3, 0, 0, Arrays.copyOf(HOST.der(), HOST.der().length + 1)));
        // The same key with its length in two octets where one does (BER): no certificate holds it so.
        byte[] longer = new byte[HOST.key().length + 1];
        System.arraycopy(HOST.key(), 1, longer, 2, HOST.key().length - 1);
        longer[0] = 0x30;
        longer[1] = (byte) 0x81;
        assertEquals("the public key is not in DER", problem(3, 1, 0, longer));
        // Which numbers make a good modulus is not a matter of form: the record counts, and no certificate matches it.
        byte[] even = Made.rsa().getPublic().getEncoded();
        even[even.length - 6] &= (byte) 0xfe;
        assertEquals("", problem(3, 1, 0, even));
        // An EC point that is on no curve is a key nobody can have.
        byte[] offCurve = HOST.key();
        offCurve[offCurve.length - 1] ^= 1;
        assertEquals("the data is no readable public key", problem(2, 1, 0, offCurve));
    }

    @Test
    void lookupWithoutRecordsIsNotFound() {
        assertThrows(IllegalArgumentException.class, () -> new TlsaLookup.Found(Domain.of("a.example"), List.of()));
        var judged = new TlsaLookup.Judged(new Tlsa(3, 1, 1, HexFormat.of().parseHex("00")), Optional.empty());
        assertEquals("3 1 1 00", judged.toString());
    }

    @Test
    void briefFormKeepsTwelveDigitsAndNoMore() {
        assertEquals("3 1 1 001122334455", Tlsa.of("3 1 1 001122334455").brief());
        assertEquals("3 1 1 001122334455…", Tlsa.of("3 1 1 00112233445566").brief());
        assertEquals("3 1 1 00", Tlsa.of("3 1 1 00").brief());
    }
}
