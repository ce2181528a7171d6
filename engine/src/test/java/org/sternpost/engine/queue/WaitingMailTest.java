package org.sternpost.engine.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.DestinationQueues.Piece;
import org.sternpost.engine.queue.DestinationQueues.Submitter;

/// The order in which recipients leave a destination, held against a sorted set of them.
class WaitingMailTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    private record Due(Instant at, QueueId message, int recipient) {}

    private final WaitingMail waiting = new WaitingMail();
    private final TreeSet<Due> model = new TreeSet<>(
            Comparator.comparing(Due::at).thenComparing(Due::message).thenComparing(Due::recipient));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void itGivesWhatASortedSetWould(long seed) {
        var random = new Random(seed);
        var ids = new ArrayList<QueueId>();
        for (int i = 0; i < 40; i++)
            ids.add(QueueId.fresh(NOW.plusMillis(random.nextInt(3)), random));
        for (int step = 0; step < 20_000; step++) {
            QueueId id = ids.get(random.nextInt(ids.size()));
            int kind = random.nextInt(200);
            if (kind == 0) {
                waiting.remove(id);
                model.removeIf(due -> due.message().equals(id));
            } else if (kind == 1) dueBy(NOW.plusMillis(random.nextInt(30)));
            else if (kind < 110) add(new Due(NOW.plusMillis(random.nextInt(50)), id, random.nextInt(1000)));
            else
                take(NOW.plusMillis(random.nextInt(60)), "seed " + seed + ", step " + step);
            assertEquals(model.size(), waiting.size(), "seed " + seed + ", step " + step);
        }
    }

    private void dueBy(Instant now) {
        waiting.dueBy(now);
        for (Due due : List.copyOf(model)) {
            if (!due.at().isAfter(now)) continue;
            model.remove(due);
            model.add(new Due(now, due.message(), due.recipient()));
        }
    }

    private void add(Due due) {
        // Nobody is added twice here: what comes of that has a test of its own.
        if (model.stream().anyMatch(one -> one.message().equals(due.message())
                && one.recipient() == due.recipient()))
            return;
        waiting.add(due.at(), due.message(), due.recipient(), submitter(due.recipient()));
        model.add(due);
    }

    private void take(Instant now, String where) {
        if (model.isEmpty() || model.getFirst().at().isAfter(now)) {
            assertTrue(waiting.isEmpty() || waiting.firstDue().isAfter(now), where);
            return;
        }
        Due first = model.getFirst();
        assertEquals(first.at(), waiting.firstDue(), where);
        assertEquals(submitter(first.recipient()), waiting.firstSubmitter(), where);
        var recipients = new ArrayList<Integer>();
        while (!model.isEmpty() && recipients.size() < 100 && !model.getFirst().at().isAfter(now)
                && model.getFirst().message().equals(first.message()))
            recipients.add(model.removeFirst().recipient());
        assertEquals(new Piece(first.message(), recipients), waiting.take(now, 100), where);
    }

    @Test
    void whoeverWasMadeDueTwiceIsTakenOnce() {
        var id = QueueId.fresh(NOW, new Random(1));
        waiting.add(NOW, id, 7, Submitter.UNKNOWN);
        waiting.add(NOW, id, 7, Submitter.UNKNOWN);
        assertEquals(new Piece(id, List.of(7)), waiting.take(NOW, 100));
        assertTrue(waiting.isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0000000000000000", "ZZZZZZZZZZZZZZZZ", "01KB3M5X7QABCDEF", "7ZZZZZZZZ0000001"})
    void anIdIsItsTwoHalves(String text) {
        var id = new QueueId(text);
        assertEquals(id, QueueId.of(id.front(), id.back()));
        assertTrue(id.front() >= 0);
    }

    private static Submitter submitter(int number) {
        return Submitter.of("192.0.2." + number % 3, "<a" + number + ">");
    }
}
