package org.sternpost.engine.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {

    @ParameterizedTest
    @CsvSource({"user@example.org,user,example.org", "User+tag@EXAMPLE.org,User+tag,example.org",
            "\"a b\"@example.org,\"a b\",example.org", "jörg@bücher.example,jörg,xn--bcher-kva.example"})
    void keepsTheLocalPartAndCanonizesTheDomain(String text, String local, String domain) {
        var address = Address.of(text);
        assertEquals(local, address.localPart());
        assertEquals(domain, address.domain().ascii());
    }

    /// The JDK's code for labels ends in other exceptions than its documentation says.
    @ParameterizedTest
    @CsvSource({"\u00e4, 60000", "\u4e00\u0101, 30000", "\ufdfa, 300", "\u00e4, 500"})
    void aLongNameIsRefusedLikeAnyOther(String part, int times) {
        assertThrows(IllegalArgumentException.class, () -> Domain.of(part.repeat(times) + ".example"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nobody", "@example.org", "a..b@example.org", ".a@example.org", "a b@example.org",
            "a@", "a@b..c", "a@-b.c", "a@[192.0.2.1]", "a@example.org.", "a\r\nRCPT@example.org", "\"a@example.org"})
    void refusesWhatRfc5321DoesNotAllow(String text) {
        assertThrows(IllegalArgumentException.class, () -> Address.of(text));
    }

    @Test
    void localPartMayHave64OctetsAndNotOneMore() {
        assertEquals(64, Address.of("a".repeat(64) + "@b.c").localPart().length());
        assertThrows(IllegalArgumentException.class, () -> Address.of("a".repeat(65) + "@b.c"));
        assertThrows(IllegalArgumentException.class, () -> Address.of("ü".repeat(33) + "@b.c"));
    }

    @Test
    void needsUtf8OnlyForItsLocalPart() {
        assertTrue(Address.of("jörg@example.org").needsUtf8());
        assertEquals(false, Address.of("jorg@bücher.example").needsUtf8());
    }

    @Test
    void domainLabelsAndNamesHaveTheirLimits() {
        assertEquals(63, Domain.of("a".repeat(63)).ascii().length());
        assertThrows(IllegalArgumentException.class, () -> Domain.of("a".repeat(64)));
        assertThrows(IllegalArgumentException.class, () -> Domain.of(("a".repeat(50) + ".").repeat(5) + "abcdefghi"));
    }

    @Test
    void queueIdsSortByTime() {
        var random = new java.util.Random(7);
        var early = QueueId.fresh(java.time.Instant.parse("2026-11-23T10:00:00Z"), random);
        var late = QueueId.fresh(java.time.Instant.parse("2026-11-23T10:00:00.001Z"), random);
        assertTrue(early.compareTo(late) < 0);
        assertThrows(IllegalArgumentException.class, () -> new QueueId("../../etc/passwd"));
    }
}
