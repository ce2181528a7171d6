package org.sternpost.engine.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.smtp.Command.RcptCommand;

/// What is kept of RCPT can be said again, wherever it comes from: a row of an older version was read by no grammar.
class RcptCommandTest {

    private static final Address TO = Address.of("b@example.org");

    @ParameterizedTest
    @ValueSource(strings = {"utf-8;ä\tb", "utf-8;ä b", "utf-8;ä=b", "utf-8;ä\u0085b", "utf-8;ä\r\nRSET", "utf-8;a\tb",
            "rfc822;a\r\nRSET", "rfc822;ä", "rfc822;", ";a", "rfc822"})
    void anOriginalThatNoCommandCanSayIsRefused(String original) {
        assertThrows(IllegalArgumentException.class, () -> new Recipient(TO, Set.of(), original));
    }

    @Test
    void oneThatACommandCanSayIsSaidInSevenBitsToWhoTakesNoMore() {
        var asked = new Recipient(TO, Set.of(), "utf-8;ä@b.example");
        assertEquals(" ORCPT=utf-8;ä@b.example", RcptCommand.written(asked, true));
        assertEquals(" ORCPT=utf-8;\\x{E4}@b.example", RcptCommand.written(asked, false));
    }
}
