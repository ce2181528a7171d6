package org.sternpost.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.DestinationQueues.Submitter;
import org.sternpost.engine.time.SimTime;

/// Which share of the sessions is for whom.
class SlotsTest {

    private static final DestinationKey DESTINATION = new DestinationKey("c1", new Domain("example.org"));

    private final SimTime time = new SimTime();
    private final Slots slots = new Slots(80, time);

    @ParameterizedTest
    @CsvSource({"one sender, false, 20", "one client, false, 30", "all, false, 40", "one sender, true, 40",
            "one client, true, 60", "all, true, 80"})
    void aShareEndsBeforeTheWhole(String who, boolean answers, int sessions) {
        assertEquals(sessions, fill(who, answers).size());
    }

    @Test
    void destinationsThatAnswerHaveRoomBesideAllThatDoNot() {
        fill("all", false);
        assertEquals(39, fill("one sender of another client", true).size());
        assertEquals(1, fill("all", true).size());
        assertEquals(80, slots.taken());
    }

    @Test
    void anotherClientHasRoomForDestinationsThatNobodyKnows() {
        fill("one client", false);
        assertEquals(10, fill("one sender of another client", false).size());
    }

    /// Whoever has come to its first MAIL counts no longer among those that did not answer.
    @Test
    void aSessionThatTakesMailMakesRoomForTheNext() {
        var all = fill("one sender", false);
        assertTrue(slots.take(share(submitter("one sender", 0)), false, 0).isEmpty());
        assertTrue(all.getFirst().answered(DESTINATION));
        assertTrue(!all.getFirst().answered(DESTINATION));
        assertEquals(1, fill("one sender", false).size());
        assertEquals(21, slots.taken());
        all.forEach(Slots.Slot::release);
        all.forEach(Slots.Slot::release);
        assertEquals(1, slots.taken());
        assertEquals(19, fill("one sender", false).size());
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "7, 1", "16, 4"})
    void everybodyHasOne(int max, int sessions) {
        var few = new Slots(max, time);
        int taken = 0;
        while (few.take(share(submitter("one sender", taken)), false, 0).isPresent())
            taken++;
        assertEquals(sessions, taken);
    }

    @Test
    void whoTookMailIsRememberedForADayUnlessItFallsSilent() {
        assertFalse(slots.answers(DESTINATION));
        fill("one sender", false).getFirst().answered(DESTINATION);
        assertTrue(slots.answers(DESTINATION));
        time.advance(Duration.ofDays(1).minusSeconds(1));
        assertTrue(slots.answers(DESTINATION));
        time.advance(Duration.ofSeconds(1));
        assertFalse(slots.answers(DESTINATION));
        slots.take(share(submitter("all", 1)), true, 0).orElseThrow().answered(DESTINATION);
        slots.silent(DESTINATION);
        assertFalse(slots.answers(DESTINATION));
    }

    private List<Slots.Slot> fill(String who, boolean answers) {
        var taken = new ArrayList<Slots.Slot>();
        for (var slot = slots.take(share(submitter(who, 0)), answers, 0); slot
                .isPresent(); slot = slots.take(share(submitter(who, taken.size())), answers, 0))
            taken.add(slot.get());
        return taken;
    }

    /// Sessions of a connector with a limit are no more than that, whatever is free; others do not feel it.
    @Test
    void aConnectorHasNoMoreThanItsOwnLimit() {
        var limited = new Slots.Share(submitter("one", 0), "banks", 3);
        var taken = new ArrayList<Slots.Slot>();
        for (var slot = slots.take(limited, true, 0); slot.isPresent(); slot = slots.take(limited, true, 0))
            taken.add(slot.get());
        assertEquals(3, taken.size());
        assertTrue(slots.take(share(submitter("one", 0)), true, 0).isPresent());
        taken.getFirst().release();
        assertTrue(slots.take(limited, true, 0).isPresent());
        assertTrue(slots.take(limited, true, 0).isEmpty());
    }

    private static Slots.Share share(Submitter submitter) { return new Slots.Share(submitter, "Default", 0); }

    private static Submitter submitter(String who, int number) {
        return switch (who) {
            case "one sender" -> Submitter.of("192.0.2.1", "<a@example.org>");
            case "one client" -> Submitter.of("192.0.2.1", "<a" + number + "@example.org>");
            case "one sender of another client" -> Submitter.of("192.0.2.2", "<a@example.org>");
            default -> Submitter.of("192.0.2." + number, "<a@example.org>");
        };
    }

    /// The hungriest have equal numbers, and as many again are free.
    @ParameterizedTest
    @CsvSource({"1, 40", "3, 20", "7, 10"})
    void aDestinationHasNoMoreThanAreFree(int destinations, int sessions) {
        var standing = new int[destinations];
        for (int round = 0; round < 80; round++)
            for (int i = 0; i < destinations; i++)
                if (slots.take(share(submitter("all", i + 10 * round)), true, standing[i]).isPresent()) standing[i]++;
        for (int one : standing)
            assertEquals(sessions, one);
        assertEquals(80 - destinations * sessions, fill("all", true).size(), "first sessions of others");
    }
}
