package org.sternpost.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TallyTest {

    @Test
    void whatWasAcceptedAndNeverArrivedIsLostAndWhatCameAgainIsDuplicated() {
        var tally = new Tally(7, 4);
        for (int number : new int[]{0, 1, 2})
            tally.accepted(number);
        tally.arrived(7, 0);
        tally.arrived(7, 1);
        tally.arrived(7, 1);
        tally.arrived(7, 1);
        tally.arrived(7, 3); // its 250 was lost on the way to us: neither lost nor duplicated
        assertEquals(3, tally.arrived());
        assertEquals(Set.of("<7.2@injector.test>"), tally.missing());
        assertEquals(2, tally.duplicated());
        assertEquals(0, tally.strangers());
    }

    @Test
    void mailOfAnotherRoundIsAStranger() {
        var tally = new Tally(7, 2);
        tally.arrived(6, 0);
        tally.arrived(7, 2);
        tally.arrived(-1, 0);
        assertEquals(0, tally.arrived());
        assertEquals(3, tally.strangers());
    }

    @Test
    void theFieldIsFoundInTheHeaderWhateverItsCase() {
        var id = read("Received: by x\r\n\tid X-Bench-Id: 1-1\r\nx-BENCH-id: 12-345\r\nSubject: s\r\n\r\nbody\r\n");
        assertTrue(id.found());
        assertEquals(12, id.round());
        assertEquals(345, id.number());
    }

    @Test
    void aFieldThatIsNotThereIsNotFound() {
        assertFalse(read("Subject: s\r\n\r\nX-Bench-Id: 1-2\r\n").found(), "in the body it counts for nothing");
        assertFalse(read("X-Bench-Idle: 1-2\r\n\r\n").found());
        assertFalse(read("X-Bench-Id: 12\r\n\r\n").found(), "without its second number");
    }

    private static MessageId read(String message) {
        var id = new MessageId();
        id.restart();
        for (byte octet : message.getBytes(StandardCharsets.US_ASCII))
            if (!id.over()) id.octet(octet);
        return id;
    }
}
