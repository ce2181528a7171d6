package org.sternpost.cmdlets.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.sternpost.cmdlets.Plain;

/// A domain outside ASCII is the same domain however an operator writes it, and never the one that only looks like it.
class SpellingTest {

    @Test
    void aTraceIsAskedForByTheNameThatItKeeps() {
        var trace = Plain.of(GetMessageTrace.class, "senderAddress", "@Straße.example", "recipientAddress",
                "u@STRAẞE.example", "resultSize", 10);
        assertEquals("@xn--strae-oqa.example", trace.senderAddress());
        assertEquals("u@xn--strae-oqa.example", trace.recipientAddress());
    }
}
