package org.sternpost.engine.intake;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.sternpost.engine.connector.ConnectorRouting;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.DomainPattern;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.message.Header;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.queue.QueuedMessage.MessageRow;
import org.sternpost.engine.queue.QueuedMessage.NewMessage;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.queue.QueuedMessage;
import org.sternpost.engine.smtp.server.SmtpServer.MessageSink;
import org.sternpost.engine.store.Content;
import org.sternpost.engine.time.Time;

/// The door of a queue under test: all mail goes to one connector, and none of it is refused.
public record Doors(Acceptance acceptance, Time time) {

    /// To the connector `Default`.
    public static Doors of(Queue queue, Duration life, Time time) { return of(queue, new Only("Default"), life, time); }

    public static Doors of(Queue queue, ConnectorRouting routing, Duration life, Time time) {
        return new Doors(new Acceptance(queue, routing, List.of(), life, time), time);
    }

    /// As a session of SMTP does.
    public QueueId put(String client, Envelope envelope, byte[] content) throws IOException {
        return assertInstanceOf(MessageSink.Answer.Accepted.class,
                acceptance.take(QueueId.fresh(time.instant(), time.random()), client, envelope, Header.of(content),
                        Content.of(content)))
                .id();
    }

    /// A notification that is looked at and enters no queue.
    public static NewMessage notice(Envelope envelope, byte[] content) {
        var message = new QueuedMessage(QueueId.fresh(Instant.EPOCH, new Random(1)), Instant.EPOCH, Instant.EPOCH,
                envelope.sender(), envelope.parameters(), new QueuedMessage.About("", "", "", content.length));
        var recipients = envelope.recipients().stream().map(to -> new QueuedRecipient(0, to,
                QueuedRecipient.Route.of("Default"), QueuedRecipient.State.Waiting, 0, Instant.EPOCH)).toList();
        return new NewMessage(new MessageRow(message, recipients), Content.of(content));
    }

    public static byte[] octets(NewMessage message) {
        try (var in = message.content().open()) {
            return in.readAllBytes();
        } catch (IOException impossible) {
            throw new java.io.UncheckedIOException(impossible);
        }
    }

    /// One connector for everybody.
    public record Only(String name) implements ConnectorRouting {

        @Override
        public Optional<OutboundConnector> find(String wanted) { return Optional.of(connector()); }

        @Override
        public Optional<OutboundConnector> withId(String id) { return Optional.of(connector()); }

        @Override
        public OutboundConnector choose(Address recipient, long size) { return connector(); }

        @Override
        public Optional<OutboundConnector> chosen(String id, Domain domain) { return Optional.of(connector()); }

        private OutboundConnector connector() {
            return Connectors.fresh(name, List.of(new DomainPattern.All()), Instant.EPOCH);
        }
    }
}
