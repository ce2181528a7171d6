package org.sternpost.engine.message;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// Any octets as a message.
class HeaderFuzzTest {

    @FuzzTest
    void whatIsShownOfAHeaderIsPlainText(byte[] octets) {
        Header header = Header.of(octets);
        for (Header.Field field : header.fields())
            assertTrue(field.name().chars().allMatch(c -> c > 0x20 && c < 0x7f && c != ':'), field::toString);
        for (String shown : new String[]{header.subject(), header.messageId()})
            assertTrue(shown.chars().noneMatch(Character::isISOControl), shown);
        header.tlsNotRequired();
        header.first("Received");
    }
}
