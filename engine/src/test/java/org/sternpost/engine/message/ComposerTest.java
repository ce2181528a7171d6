package org.sternpost.engine.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.mail.Address;

/// Mail of our own passes every host: short lines, seven bits, nothing a stranger could add.
class ComposerTest {

    @Test
    void aFieldWithSixtyRecipientsIsFolded() {
        String text = text(new Composer().addresses("To", IntStream.range(0, 60)
                .mapToObj(i -> Address.of("recipient." + i + "@department-" + i + ".example")).toList()), "x");
        assertTrue(text.lines().allMatch(line -> line.length() <= 78), text);
        String header = text.substring(0, text.indexOf("\r\n\r\n")).replace("\r\n ", " ");
        assertTrue(header.startsWith("To: recipient.0@department-0.example, recipient.1@department-1.example, "), text);
    }

    @ParameterizedTest
    @CsvSource({"Grüße, =?utf-8?B?R3LDvMOfZQ==?=", "ä ö x, =?utf-8?B?w6Q=?= =?utf-8?B?IMO2?= x",
            "=?utf-8?Q?x?=, =?utf-8?B?PT91dGYtOD9RP3g/PQ==?=", "plain text, plain text"})
    void wordsOutsideAsciiAreEncodedAndNoOthers(String subject, String written) {
        byte[] octets = new Composer().field("Subject", subject).text("x");
        String text = new String(octets, StandardCharsets.UTF_8);
        assertTrue(text.startsWith("Subject: " + written + "\r\n"), text);
        assertEquals(subject, Header.of(octets).subject());
    }

    @ParameterizedTest
    @ValueSource(ints = {900, 998, 999, 5_000})
    void noLineIsLongerThan998(int length) {
        String text = text(new Composer().field("Subject", "a".repeat(length)), "b".repeat(length));
        assertTrue(text.lines().allMatch(line -> line.length() <= 998), text);
        assertEquals(length > 998, text.contains("quoted-printable"));
    }

    @Test
    void textOutsideAsciiIsQuotedPrintable() {
        String text = text(new Composer(), "§ 5 = x \nzwei");
        assertTrue(text.endsWith("\r\n\r\n=C2=A7 5 =3D x=20\r\nzwei\r\n"), text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Type", "mime-version", "a b", "", "X:", "date"})
    void aFieldThatIsOursOrNoneIsRefused(String name) {
        var composer = new Composer().field("Date", "x");
        assertThrows(IllegalArgumentException.class, () -> composer.field(name, "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nBcc: b", "a\nb", "a\u0000b"})
    void aValueStartsNoLineOfItsOwn(String value) {
        assertThrows(IllegalArgumentException.class, () -> new Composer().field("Subject", value));
    }

    @Test
    void datesHaveANumericZone() {
        assertEquals("Fri, 27 Nov 2026 09:08:07 +0000", Header.date(Instant.parse("2026-11-27T09:08:07Z")));
    }

    @Test
    void anAddressThatIsNoDotAtomIsQuotedAndOneOutsideAsciiStandsAsItIs() {
        var addresses = List.of(Address.of("a.@x.example"), Address.of("jörg@x.example"));
        String text = text(new Composer().addresses("To", addresses), "x");
        assertTrue(text.startsWith("To: \"a.\"@x.example, jörg@x.example\r\n"), text);
    }

    private static String text(Composer composer, String body) {
        return new String(composer.text(body), StandardCharsets.UTF_8);
    }
}
