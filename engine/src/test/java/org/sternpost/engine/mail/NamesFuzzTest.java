package org.sternpost.engine.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/// Any text as a domain or an address.
class NamesFuzzTest {

    @FuzzTest
    void aNameIsReadOrRefused(byte[] octets) {
        String text = new String(octets, StandardCharsets.UTF_8);
        try {
            Domain domain = Domain.of(text);
            assertTrue(domain.ascii().length() <= 253 && domain.ascii().matches("[!-~]+"), domain::ascii);
            assertEquals(domain, Domain.of(domain.ascii()));
        } catch (IllegalArgumentException refused) {
            assertTrue(!String.valueOf(refused.getMessage()).isBlank());
        }
    }

    @FuzzTest
    void anAddressIsReadOrRefused(byte[] octets) {
        String text = new String(octets, StandardCharsets.UTF_8);
        try {
            Address address = Address.of(text);
            assertEquals(address, Address.of(address.toString()));
            assertTrue(address.toString().chars().noneMatch(Character::isISOControl), address::toString);
        } catch (IllegalArgumentException refused) {
            assertTrue(!String.valueOf(refused.getMessage()).isBlank());
        }
    }
}
