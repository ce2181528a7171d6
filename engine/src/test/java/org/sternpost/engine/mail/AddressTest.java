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
    @ValueSource(strings = {"", "nobody", "@example.org", "a b@example.org", "a\u00a0b@example.org",
            "a>b@example.org", "<a@example.org", "a@b@example.org", "a\"b@example.org", "a\\b@example.org",
            "a\tb@example.org", "\"a\nb\"@example.org", "\"a\u0085b\"@example.org", "a\u2028b@example.org",
            "\ud800@example.org", "\"a\\\"@example.org", "a@", "a@b..c", "a@-b.c", "a@[192.0.2.1]", "a@example.org.",
            "a\r\nRCPT@example.org", "\"a@example.org"})
    void refusesWhatCouldBeReadAsSomethingElse(String text) {
        assertThrows(IllegalArgumentException.class, () -> Address.of(text));
    }

    /// Return addresses of mailing software and forwarders, and what providers have handed out.
    @ParameterizedTest
    @CsvSource({"SRS0=HHH=TT=sender.example=bounces+123456789012345678901234567890123456789012@relay.example,",
            "a.@example.org, \"a.\"@example.org", "a..b@example.org, \"a..b\"@example.org",
            ".a@example.org, \".a\"@example.org", "a:b@example.org, \"a:b\"@example.org",
            "(a)@example.org, \"(a)\"@example.org", "ü..x@example.org, \"ü..x\"@example.org",
            "\"a b\"@example.org,",
            "a.b@example.org,"})
    void aLocalPartIsPassedOnAsItCameAndQuotedOnlyInHeaders(String text, String inHeader) {
        var address = Address.of(text);
        assertEquals(text, address.toString());
        assertEquals(inHeader == null ? text : inHeader, address.inHeader());
        assertEquals(address.inHeader(), Address.of(address.inHeader()).inHeader());
    }

    @Test
    void anAddressMayHave900OctetsAndNotOneMore() {
        assertEquals(896, Address.of("a".repeat(896) + "@b.c").localPart().length());
        assertThrows(IllegalArgumentException.class, () -> Address.of("a".repeat(897) + "@b.c"));
        assertThrows(IllegalArgumentException.class, () -> Address.of("ü".repeat(449) + "@b.c"));
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
