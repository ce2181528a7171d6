package org.sternpost.engine.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
    private static final List<String> KNOWN = List.of("TlsValidation", "Status", "Size", "Sender", "id", "Domain");

    @ParameterizedTest
    @CsvSource({"TlsValidaton, TlsValidation", "staus, Status", "Sttaus, Status", "Sise, Size", "SENDER, Sender",
            "domian, Domain", "Recipient,", "xx,", "Siz, Size", "'',"})
    void nearNameIsOfferedAndASillyOneIsNot(String typed, @Nullable String near) {
        assertEquals(near == null ? "" : near, Nearest.to(typed, KNOWN).orElse(""));
    }

    @ParameterizedTest
    @CsvSource({"abc, abc, 0", "abc, acb, 1", "abc, ab, 1", "abc, abcd, 1", "abc, xbc, 1", "'', abc, 3"})
    void distanceCountsSwapsAsOne(String a, String b, int distance) { assertEquals(distance, Nearest.distance(a, b)); }
}
