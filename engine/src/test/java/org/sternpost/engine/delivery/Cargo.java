package org.sternpost.engine.delivery;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.SampleConnector;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.delivery.DeliveryAgent.DestinationQueue;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.BodyType;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.mail.Envelope.Ret;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.queue.Claims;
import org.sternpost.engine.queue.QueuedMessage.MessageContent;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.queue.QueuedMessage;
import org.sternpost.engine.smtp.client.SmtpClient.Timeouts;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Handshake;
import org.sternpost.engine.tls.Prover;
import org.sternpost.engine.tls.TrustAnchors;
import org.sternpost.engine.trust.Judge;

/// Mail for tests of delivery, and one destination that carries it.
final class Cargo {

    private static final byte[] OCTETS = "Subject: x\r\n\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII);

    static final Delivery.Reuse REUSE = new Delivery.Reuse(Duration.ofSeconds(5), 1_000,
            new Delivery.Reuse.Most(100, 100, 100));

    private final SimTime time;

    Cargo(SimTime time) { this.time = time; }

    static OutboundConnector connector(SimTime time, String name, TlsValidation mode, TlsSettings floor,
            long revision) {
        return SampleConnector.of(name, mode, floor, revision);
    }

    /// To `b@domain`.
    ClaimedDelivery mail(OutboundConnector connector, String domain, boolean old) {
        return mail(connector, domain, old, Ret.None);
    }

    ClaimedDelivery mail(OutboundConnector connector, String domain, boolean old, Ret wish) {
        return mail(connector, domain, old, wish, OCTETS);
    }

    /// The same with a content of the test's own.
    ClaimedDelivery mail(OutboundConnector connector, String domain, boolean old, Ret wish, byte[] content) {
        var body = new MessageContent() {
            @Override
            public long size() { return content.length; }

            @Override
            public InputStream open() { return new ByteArrayInputStream(content); }
        };
        var message = new QueuedMessage(QueueId.fresh(time.instant(), time.random()), time.instant(),
                time.instant().plus(Duration.ofDays(1)), ReversePath.of("a@example.com"),
                new MailParameters(BodyType.SevenBit, false, wish, "", RequireTlsTag.None),
                new QueuedMessage.About("127.0.0.1", "<1@x>", "x", content.length));
        var recipient = new QueuedRecipient(0, new Recipient(Address.of("b@" + domain), Set.of(), ""),
                QueuedRecipient.Route.of(connector.name()), QueuedRecipient.State.Active, 0, time.instant());
        return Claims.of(message, body, connector, connector.tls().tlsValidation(), Domain.of(domain),
                List.of(recipient), old);
    }

    /// Carries all of it over one destination, and so over sessions that are kept between messages.
    List<AttemptResult> carry(Judge judge, TrustAnchors anchors, ClaimedDelivery... mail) throws Exception {
        try (var delivery = delivery(judge, anchors)) {
            return carry(delivery, mail);
        }
    }

    Delivery delivery(Judge judge, TrustAnchors anchors) { return delivery(judge, anchors, REUSE); }

    Delivery delivery(Judge judge, TrustAnchors anchors, Delivery.Reuse reuse) {
        return new Delivery(judge, new Handshake(new Prover(anchors, time)), "me.example", Timeouts.of(Patience.UNMET),
                reuse, time, _ -> {});
    }

    /// The same by one that lives on, with what it remembers.
    static List<AttemptResult> carry(Delivery delivery, ClaimedDelivery... mail) throws Exception {
        var settled = new ArrayList<AttemptResult>();
        var waiting = new ArrayDeque<>(List.of(mail));
        delivery.serve(new DestinationQueue() {
            @Override
            public Optional<ClaimedDelivery> next() { return Optional.ofNullable(waiting.poll()); }

            @Override
            public boolean answered() { return true; }

            @Override
            public void settle(ClaimedDelivery mail, AttemptResult attempt) { settled.add(attempt.alone(mail)); }
        });
        return settled;
    }
}
