package org.sternpost.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.delivery.AttemptResult;
import org.sternpost.engine.delivery.AttemptResult.NextHop;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.dsn.DsnWriter;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.schedule.Scheduler.Limits;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SimTime;

/// A session whose mail waits for its turn looks for more and ends; the turn is there for the next one, and not after
/// half a minute (docs/transport-security.md#host-hangs).
class SessionTurnTest {

    private static final Duration LIFE = Duration.ofDays(1);
    private static final Limits LIMITS = new Limits(50, 10, List.of(Duration.ofMinutes(15)), Duration.ofHours(4));
    private static final DestinationKey KEY = new DestinationKey("Default", Domain.of("example.org"));

    private final SimTime time = new SimTime();

    @Test
    void aTurnThatComesAfterTheSessionHasLookedForMoreEndsThePause(@TempDir Path directory) throws Exception {
        try (var database = SqliteDatabase.open(directory,
                Stream.concat(Queue.SCHEMA.stream(), Connectors.SCHEMA.stream()).toList());
                var queue = Queue.recover(database, time)) {
            Doors.of(queue, LIFE, time).put("127.0.0.1",
                    new Envelope(ReversePath.of("sender@home.example"),
                            List.of(new Recipient(Address.of("b@example.org"), Set.of(), "")), MailParameters.NONE),
                    "Subject: x\r\n\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII));
            SessionQueue session = session(queue, new Connectors(database, time));
            ClaimedDelivery mail = session.next().orElseThrow();
            session.settle(mail, new AttemptResult(Map.of(), List.of(), List.of(), new NextHop.Busy(
                    new Outcome.Deferred("4.4.1", "others wait for its first answer", "mx.example.org",
                            Optional.empty()))));
            assertEquals(Optional.empty(), session.next(), "it is not its turn");
            queue.turns().comes(KEY);
            assertEquals(mail.message().id(), session.next().orElseThrow().message().id());
            session.end();
        }
    }

    private SessionQueue session(Queue queue, Connectors connectors) {
        var recorder = new AttemptRecorder(queue, new PolicyRecheck(_ -> false),
                new DsnWriter("relay.example", _ -> false, Doors.of(queue, LIFE, time).acceptance()::admit, time),
                List.of(), LIMITS, time);
        queue.destinations().sessionStarted(KEY);
        return new SessionQueue(KEY, queue, connectors, recorder, LIMITS, time, new Seat());
    }

    private static final class Seat implements SessionQueue.Seat {

        @Override
        public boolean isStopping() { return false; }

        @Override
        public boolean othersWait() { return false; }

        @Override
        public boolean answered() { return true; }

        @Override
        public boolean isCut() { return false; }

        @Override
        public void settled() {}

        @Override
        public void ends() {}

        @Override
        public void silent() {}
    }
}
