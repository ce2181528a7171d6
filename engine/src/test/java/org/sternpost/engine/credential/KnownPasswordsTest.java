package org.sternpost.engine.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// A password that was proven is known again cheaply, and only that one, and only while it is the user's.
class KnownPasswordsTest {

    private static final byte[] RIGHT = "correct horse".getBytes(StandardCharsets.UTF_8);
    private static final byte[] WRONG = "correct horsf".getBytes(StandardCharsets.UTF_8);

    private final AtomicInteger derived = new AtomicInteger();
    private final KnownPasswords passwords = new KnownPasswords((keys, password) -> {
        derived.incrementAndGet();
        return Login.fits(keys, password);
    });
    private final ScramKeys keys = ScramKeys.of(Password.of("correct horse"));

    @Test
    void theSameAgainIsNotDerivedAgain() {
        assertTrue(passwords.fits("Shop", keys, RIGHT));
        assertTrue(passwords.fits("shop", keys, RIGHT));
        assertEquals(1, derived.get());
    }

    @Test
    void aWrongOneIsDerivedEachTimeAndReplacesNothing() {
        assertTrue(passwords.fits("shop", keys, RIGHT));
        assertFalse(passwords.fits("shop", keys, WRONG));
        assertFalse(passwords.fits("shop", keys, WRONG));
        assertEquals(3, derived.get());
        assertTrue(passwords.fits("shop", keys, RIGHT));
        assertEquals(3, derived.get());
    }

    @Test
    void whatFittedKeysOfBeforeOrAnotherNameFitsNoOthers() {
        assertTrue(passwords.fits("shop", keys, RIGHT));
        var other = ScramKeys.of(Password.of("battery staple"));
        assertFalse(passwords.fits("shop", other, RIGHT));
        assertFalse(passwords.fits("printer", other, RIGHT));
        assertTrue(passwords.fits("shop", ScramKeys.of(Password.of("correct horse")), RIGHT));
        assertEquals(4, derived.get());
    }
}
