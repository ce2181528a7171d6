package org.sternpost.engine.queue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import org.sternpost.engine.Engine;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.QueuedMessage.MessageRow;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.store.Content;
import org.sternpost.engine.store.NewBody;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.store.Store;
import org.sternpost.engine.store.journal.RecordFrame.Kind;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.engine.time.Time;

/// Fills a queue as long as it is wanted, a thousand messages in a transaction: a million takes a minute or two.
public final class LongQueue {

    private static final int AT_ONCE = 1_000;
    private static final Duration LIFE = Duration.ofDays(5);

    private LongQueue() {}

    /// Fills a data directory for `bench/run queued --queue`: directory, messages, domains.
    ///
    /// @throws IOException if the disk does not take it
    public static void main(String[] words) throws IOException {
        try (var store = SqliteDatabase.open(Path.of(words[0]), Engine.SCHEMA)) {
            int domains = Integer.parseInt(words[2]);
            fill(store, new SystemTime(), Integer.parseInt(words[1]),
                    number -> "user" + number + "@" + "d%05d.test".formatted(number % domains));
        }
    }

    /// All due at once, one recipient each.
    ///
    /// @return their ids in the order in which they are loaded
    public static List<QueueId> fill(Store store, Time time, int messages, IntFunction<String> recipient)
            throws IOException {
        var ids = new ArrayList<QueueId>();
        for (int from = 0; from < messages; from += AT_ONCE) {
            var rows = new ArrayList<MessageRow>();
            var bodies = new ArrayList<NewBody>();
            for (int number = from; number < Math.min(messages, from + AT_ONCE); number++) {
                byte[] octets = content(number).getBytes(StandardCharsets.US_ASCII);
                rows.add(row(time, time.instant().plusMillis(number / 100), recipient.apply(number), octets.length));
                bodies.add(new NewBody(Kind.Accepted, RecordHeader.octets(rows.getLast()), Content.of(octets)));
                ids.add(rows.getLast().message().id());
            }
            store.<Boolean>writeWithBodies(bodies, (connection, kept) -> {
                for (int i = 0; i < rows.size(); i++) {
                    MessageRow row = rows.get(i);
                    Tables.insert(connection, row.message(), kept.get(i).id(), row.recipients());
                    for (QueuedRecipient one : row.recipients())
                        Tables.insert(connection, row.message().id(), one, row.message().received());
                }
                return true;
            });
        }
        ids.sort(null);
        return ids;
    }

    /// Returns once all of it is in memory.
    public static void awaitLoaded(Queue queue) throws InterruptedException {
        Patience.until("the queue is loaded", queue.loader()::isComplete);
    }

    private static MessageRow row(Time time, Instant at, String recipient, int octets) {
        Instant now = time.instant();
        var message = new QueuedMessage(QueueId.fresh(at, time.random()), now, now.plus(LIFE),
                ReversePath.of("bench@sender.test"), MailParameters.NONE,
                new QueuedMessage.About("127.0.0.1", "", "bench", octets));
        return new MessageRow(message, List.of(new QueuedRecipient(0,
                new Recipient(Address.of(recipient), Set.of(), ""), QueuedRecipient.Route.of("Default"),
                QueuedRecipient.State.Waiting, 0, now)));
    }

    /// As a message of the bench, whose sink knows it by its field.
    private static String content(int number) {
        return "From: <bench@sender.test>\r\nSubject: bench\r\nDate: Sat, 28 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1."
                + number + "@injector.test>\r\nX-Bench-Id: 1-" + number + "\r\n\r\n"
                + (("x".repeat(70) + "\r\n").repeat(12));
    }
}
