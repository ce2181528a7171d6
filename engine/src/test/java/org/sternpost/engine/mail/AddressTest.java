package org.sternpost.engine.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
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

    /// Without a bound the code for one label of 60,000 letters would take minutes.
    @Test
    void aLongNameIsRefusedUnread() {
        assertTimeoutPreemptively(Duration.ofSeconds(2), () -> {
            for (String label : List.of("\u00e4".repeat(60_000), "\u4e00\u0101".repeat(30_000)))
                assertThrows(IllegalArgumentException.class, () -> Domain.of(label + ".example"));
        });
        assertEquals("xn--4ca.example", Domain.of("\u00e4.example").ascii());
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
