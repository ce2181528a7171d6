package org.sternpost.cmdlets.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sternpost.cmdlets.Plain;

/// A domain outside ASCII is the same domain however an operator writes it, and never the one that only looks like it.
class SpellingTest {

    @Test
    void aTraceIsAskedForByTheNameThatItKeeps() {
        var trace = Plain.of(GetMessageTrace.class, "senderAddress", List.of("@Straße.example"), "recipientAddress",
                List.of("u@STRAẞE.example"), "resultSize", 10);
        assertEquals(List.of("@xn--strae-oqa.example"), trace.senderAddress());
        assertEquals(List.of("u@xn--strae-oqa.example"), trace.recipientAddress());
    }
}
