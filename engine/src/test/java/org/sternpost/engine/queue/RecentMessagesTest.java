package org.sternpost.engine.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.QueuedMessage.MessageRow;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SimTime;

/// What memory hands out is what the tables would have, and each recipient once.
class RecentMessagesTest {

    private static final DestinationKey D = new DestinationKey("Default", Domain.of("d.example"));

    private final SimTime time = new SimTime();

    @Test
    void eachRecipientIsTakenOnceAndNoneThatIsNotKnown() {
        var recent = new RecentMessages();
        MessageRow row = row(4);
        recent.add(row, 7);
        QueueId id = row.message().id();
        assertEquals(Optional.empty(), recent.take(id, List.of(3, 4)), "one is not there, so none is taken");
        assertEquals(Optional.empty(), recent.take(id, List.of(3)), "it was claimed by its row");
        assertEquals(List.of(0, 2), recent.take(id, List.of(2, 0)).orElseThrow().recipients().stream()
                .map(QueuedRecipient::index).toList());
        assertEquals(Optional.empty(), recent.take(id, List.of(0)));
        assertEquals(7, recent.take(id, List.of(1)).orElseThrow().body());
        assertEquals(Optional.empty(), recent.take(id, List.of(1)));
    }

    @Test
    void theOldestGoesWhereThereAreTooMany() {
        var recent = new RecentMessages();
        List<MessageRow> rows = IntStream.range(0, 11).mapToObj(_ -> row(1_000)).toList();
        rows.forEach(row -> recent.add(row, 1));
        assertEquals(Optional.empty(), recent.take(rows.getFirst().message().id(), List.of(0)));
        assertTrue(recent.take(rows.get(1).message().id(), List.of(0)).isPresent());
        assertTrue(recent.take(rows.getLast().message().id(), List.of(999)).isPresent());
        MessageRow huge = row(5_001);
        recent.add(huge, 1);
        assertEquals(Optional.empty(), recent.take(huge.message().id(), List.of(0)), "too large to be remembered");
    }

    /// As an operator removes it, before and after a session has it.
    @Test
    void whatWasRemovedIsNotClaimed(@TempDir Path directory) throws Exception {
        try (var database = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            Queue queue = Queue.recover(database, time);
            var admin = new QueueAdmin(database, queue, time);
            for (String to : List.of("a@d.example", "b@d.example"))
                Doors.of(queue, Duration.ofHours(4), time).put("127.0.0.1",
                        new Envelope(ReversePath.of("s@home.example"),
                                List.of(new Recipient(Address.of(to), Set.of(), "")), MailParameters.NONE),
                        "Subject: x\r\n\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII));
            var rows = admin.messages(Optional.empty(), Optional.empty(), 10);
            assertTrue(admin.remove(rows.getFirst(), "me", List.of(), _ -> null));
            ClaimedDelivery taken = Claims.take(queue, D).orElseThrow();
            assertEquals(rows.getLast().message(), taken.message());
            assertEquals(rows.getLast().recipients(), taken.recipients(), "as the tables have it");
            assertEquals(Optional.empty(), Claims.take(queue, D));
            queue.putBack(taken);
            assertEquals(taken.message(), Claims.take(queue, D).orElseThrow().message());
        }
    }

    /// More than one session takes at once: who is claimed together with one that was tried before is read from the
    /// tables, and so it is whenever it is due again.
    @Test
    void whoWasClaimedByItsRowIsNotHandedOutAsItWasAccepted(@TempDir Path directory) throws Exception {
        try (var database = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            Queue queue = Queue.recover(database, time);
            Doors.of(queue, Duration.ofHours(4), time).put("127.0.0.1",
                    new Envelope(ReversePath.of("s@home.example"), IntStream.range(0, 120).mapToObj(i -> new Recipient(
                            Address.of("a" + i + "@d.example"), Set.of(), "")).toList(), MailParameters.NONE),
                    "Subject: x\r\n\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII));
            Instant again = time.instant().plusSeconds(900);
            assertEquals(100, deferred(queue, 0, again, again));
            time.advance(Duration.ofSeconds(900));
            assertEquals(100, deferred(queue, 100, again.plusSeconds(60), again.plusSeconds(3_600)));
            assertEquals(20, deferred(queue, 100, again, again.plusSeconds(3_600)));
            time.advance(Duration.ofSeconds(60));
            ClaimedDelivery third = Claims.take(queue, D).orElseThrow();
            assertEquals(IntStream.range(100, 120).boxed().toList(),
                    third.recipients().stream().map(QueuedRecipient::index).toList());
            for (QueuedRecipient one : third.recipients()) {
                assertEquals(1, one.attempts());
                assertEquals("4.2.0", one.lastError().code());
                assertEquals(true, one.last().delayTold());
            }
        }
    }

    /// Takes what is due and defers it: until then those below an index, until then the others.
    private int deferred(Queue queue, int index, Instant others, Instant below) throws IOException {
        ClaimedDelivery taken = Claims.take(queue, D).orElseThrow();
        var changes = taken.recipients().stream().map(one -> new QueueUpdate.Change(one.index(),
                QueuedRecipient.State.Waiting, one.attempts() + 1, one.index() < index ? below : others,
                TraceEvent.plain(one.index(), time.instant(), TraceEvent.Kind.DEFER, "Default", "4.2.0", "later")))
                .toList();
        queue.settle(D, new QueueUpdate(taken.message().id(), changes, List.of(), List.of(), true));
        return changes.size();
    }

    private MessageRow row(int recipients) {
        var message = new QueuedMessage(QueueId.fresh(time.instant(), time.random()), Instant.EPOCH, Instant.EPOCH,
                ReversePath.of("s@home.example"), MailParameters.NONE,
                new QueuedMessage.About("127.0.0.1", "", "", 1));
        return new MessageRow(message, IntStream.range(0, recipients).mapToObj(i -> new QueuedRecipient(i,
                new Recipient(Address.of("a" + i + "@d.example"), Set.of(), ""), QueuedRecipient.Route.of("Default"),
                QueuedRecipient.State.Waiting, 0, Instant.EPOCH)).toList());
    }
}
