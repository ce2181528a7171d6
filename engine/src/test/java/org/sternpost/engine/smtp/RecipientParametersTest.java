package org.sternpost.engine.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is kept of RCPT can be said again, wherever it comes from: a row of an older version was read by no grammar.
class RecipientParametersTest {

    @ParameterizedTest
    @ValueSource(strings = {"utf-8;ä\tb", "utf-8;ä b", "utf-8;ä=b", "utf-8;ä\u0085b", "utf-8;ä\r\nRSET", "utf-8;a\tb",
            "rfc822;a\r\nRSET", "rfc822;ä", "rfc822;", ";a", "rfc822"})
    void anOriginalThatNoCommandCanSayIsRefused(String original) {
        assertThrows(IllegalArgumentException.class, () -> new RecipientParameters(Set.of(), original));
    }

    @Test
    void oneThatACommandCanSayIsSaidInSevenBitsToWhoTakesNoMore() {
        var asked = new RecipientParameters(Set.of(), "utf-8;ä@b.example");
        assertEquals(" ORCPT=utf-8;ä@b.example", asked.written(true));
        assertEquals(" ORCPT=utf-8;\\x{E4}@b.example", asked.written(false));
    }
}
