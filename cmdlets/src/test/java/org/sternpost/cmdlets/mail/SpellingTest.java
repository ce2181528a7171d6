package org.sternpost.cmdlets.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/// A domain outside ASCII is the same domain however an operator writes it, and never the one that only looks like it.
class SpellingTest {

    @Test
    void aTraceIsAskedForByTheNameThatItKeeps() {
        var trace = new GetMessageTrace(null, null, "@Straße.example", "u@STRAẞE.example", null, null, null, null, null,
                10);
        assertEquals("@xn--strae-oqa.example", trace.senderAddress());
        assertEquals("u@xn--strae-oqa.example", trace.recipientAddress());
    }
}
