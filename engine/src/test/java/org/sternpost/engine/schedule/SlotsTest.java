package org.sternpost.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
        assertEquals(new Slots.Place(submitter("one sender", 0), true), lack(slots, share(submitter("one sender", 0))));
        assertTrue(all.getFirst().answered(DESTINATION));
        assertEquals(List.of(new Slots.Place(submitter("one sender", 0), true)), slots.offered());
        assertFalse(all.getFirst().answered(DESTINATION));
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
        while (take(few, share(submitter("one sender", taken)), false, 0).isPresent())
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
        take(slots, share(submitter("all", 1)), true, 0).orElseThrow().answered(DESTINATION);
        slots.silent(DESTINATION);
        assertFalse(slots.answers(DESTINATION));
    }

    /// What was known of a destination is not believed for as much longer.
    @Test
    void aClockThatIsSetBackMakesNobodyAnswerForLonger() {
        fill("one sender", false).getFirst().answered(DESTINATION);
        time.set(time.instant().minus(Duration.ofDays(30)));
        time.advance(Duration.ofDays(1).minusSeconds(1));
        assertTrue(slots.answers(DESTINATION));
        time.advance(Duration.ofSeconds(1));
        assertFalse(slots.answers(DESTINATION));
    }

    private List<Slots.Slot> fill(String who, boolean answers) {
        var taken = new ArrayList<Slots.Slot>();
        for (var slot = take(slots, share(submitter(who, 0)), answers, 0); slot
                .isPresent(); slot = take(slots, share(submitter(who, taken.size())), answers, 0))
            taken.add(slot.get());
        return taken;
    }

    /// Sessions of a connector with a limit are no more than that, whatever is free; others do not feel it.
    @Test
    void aConnectorHasNoMoreThanItsOwnLimit() {
        var limited = new Slots.Share(submitter("one", 0), "banks", 3);
        var taken = new ArrayList<Slots.Slot>();
        for (var slot = take(slots, limited, true, 0); slot.isPresent(); slot = take(slots, limited, true, 0))
            taken.add(slot.get());
        assertEquals(3, taken.size());
        assertTrue(take(slots, share(submitter("one", 0)), true, 0).isPresent());
        taken.getFirst().release();
        assertTrue(take(slots, limited, true, 0).isPresent());
        assertTrue(take(slots, limited, true, 0).isEmpty());
    }

    /// A session ends its turn for who can have its place, and for nobody else.
    @Test
    void whatAConnectorLacksIsWantedOfItsOwnSessionsAlone() {
        var limited = new Slots.Share(submitter("one", 0), "banks", 1);
        var banks = take(slots, limited, true, 0).orElseThrow();
        var other = take(slots, share(submitter("other", 1)), true, 0).orElseThrow();
        assertFalse(banks.isWanted());
        assertEquals(new Slots.Place("banks", false), lack(slots, limited));
        assertTrue(banks.isWanted());
        assertFalse(other.isWanted(), "its place is of no use to who lacks one of another connector");
        assertFalse(other.release());
        assertEquals(List.of(), slots.offered());
        assertTrue(banks.release());
        assertEquals(List.of(new Slots.Place("banks", false)), slots.offered());
        slots.suffices(new Slots.Place("banks", false));
        assertFalse(take(slots, limited, true, 0).orElseThrow().isWanted());
    }

    /// Hosts that answer nobody fill their half; sessions of those that answer go on beside them.
    @Test
    void whatUnansweredDestinationsLackEndsNoTurnOfOthers() {
        fill("all", false);
        var quick = take(slots, share(submitter("quick", 999)), true, 0).orElseThrow();
        assertEquals(new Slots.Place(Slots.ALL, true), lack(slots, share(submitter("late", 998))));
        assertFalse(quick.isWanted());
        fill("all", true);
        assertEquals(new Slots.Place(Slots.ALL, false), lack(slots, share(submitter("late", 997))));
        assertTrue(quick.isWanted());
    }

    /// Whoever has sessions is not held for more of them.
    @Test
    void nobodyIsHeldForAnotherSession() {
        var limited = new Slots.Share(submitter("one", 0), "banks", 1);
        var banks = take(slots, limited, true, 0).orElseThrow();
        assertTrue(take(slots, limited, true, 1).isEmpty());
        assertFalse(banks.isWanted());
    }

    private static Optional<Slots.Slot> take(Slots from, Slots.Share share, boolean answers, int standing) {
        return from.take(share, answers, standing) instanceof Slots.Answer.Granted(var slot)
                ? Optional.of(slot)
                : Optional.empty();
    }

    private static Slots.Place lack(Slots from, Slots.Share share) {
        return assertInstanceOf(Slots.Answer.Lacking.class, from.take(share, false, 0)).place();
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
                if (take(slots, share(submitter("all", i + 10 * round)), true, standing[i]).isPresent()) standing[i]++;
        for (int one : standing)
            assertEquals(sessions, one);
        assertEquals(80 - destinations * sessions, fill("all", true).size(), "first sessions of others");
    }
}
