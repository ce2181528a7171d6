package org.sternpost.engine.intake;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.ConnectorRouting;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.message.Header;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.queue.QueuedMessage.MessageRow;
import org.sternpost.engine.queue.QueuedMessage.NewMessage;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.queue.QueuedMessage;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.smtp.server.SmtpServer.MessageSink;
import org.sternpost.engine.store.Content;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.time.Time;

/// Takes responsibility for messages: checks, rules, routes, then the queue. The package page has the steps.
public final class Acceptance implements MessageSink {

    /// Who hands in our notifications.
    public static final String NOTIFICATION = "notification";

    private static final System.Logger LOG = System.getLogger(Acceptance.class.getName());

    private final Queue queue;
    private final ConnectorRouting routing;
    private final List<Rule> rules;
    private final Duration expiration;
    private final Time time;

    /// @param rules      in the order in which they are asked
    /// @param expiration of mail, unless its connector says otherwise
    public Acceptance(Queue queue, ConnectorRouting routing, List<Rule> rules, Duration expiration, Time time) {
        this.queue = queue;
        this.routing = routing;
        this.rules = List.copyOf(rules);
        this.expiration = expiration;
        this.time = time;
    }

    /// The routes of all recipients, or why there are none.
    private sealed interface Routed {
        record To(List<QueuedRecipient.Route> routes) implements Routed {}

        record Refused(String rule, Reply reply) implements Routed {}
    }

    /// A message of SMTP, whose id is in its `Received` field already.
    @Override
    public Answer take(QueueId id, String client, Envelope envelope, Header header, Content content) {
        try {
            return insert(id, client, envelope, header, content, Optional.empty());
        } catch (Content.UnreadableException theirs) {
            // Whoever brings it knows, and tells.
            LOG.log(Level.DEBUG, "event=not-read id={0} why={1}", id, theirs.getMessage());
            return new Answer.Refused(Reply.of(451, "4.3.0 the message could not be read; try again later"));
        } catch (IOException broken) {
            LOG.log(Level.WARNING, "event=not-kept id={0} why={1}", id, broken.getMessage());
            return new Answer.Refused(Reply.of(452, "4.3.1 the message could not be kept; try again later"));
        }
    }

    /// A message that this gateway composes for somebody; durable when it returns `Accepted`.
    ///
    /// @param client    who asks for it
    /// @param content   the whole message with CRLF line ends
    /// @param alongside work of the same transaction
    public Answer accept(String client, Envelope envelope, byte[] content,
            Function<QueueId, Database.Work<? extends @Nullable Object>> alongside) throws IOException {
        QueueId id = QueueId.fresh(time.instant(), time.random());
        return insert(id, client, envelope, Header.of(content), Content.of(content),
                Optional.of(alongside.apply(id)));
    }

    /// A notification of ours, which enters the queue in the transaction that settles what it tells of. It is never
    /// refused: nobody would be told of its loss (RFC 5321 §6.1).
    public NewMessage admit(Envelope envelope, byte[] content) {
        Header header = Header.of(content);
        var message = new Rule.Message(header, envelope.sender(), NOTIFICATION, content.length);
        var routes = switch (routed(message, envelope)) {
            case Routed.To(var found) -> found;
            case Routed.Refused(var rule, var reply) -> {
                LOG.log(Level.WARNING, "event=rule-passed-over rule=\"{0}\" reply=\"{1}\" why=\"a notification is not "
                        + "refused\"", rule, reply);
                yield envelope.recipients().stream().map(to -> byAddress(to, content.length)).toList();
            }
        };
        return message(QueueId.fresh(time.instant(), time.random()), NOTIFICATION, envelope, header,
                Content.of(content), routes);
    }

    private Answer insert(QueueId id, String client, Envelope envelope, Header header, Content content,
            Optional<Database.Work<? extends @Nullable Object>> alongside) throws IOException {
        if (queue.isFull(content.size()))
            return new Answer.Refused(Reply.of(452, "4.3.1 the queue is full; try again later"));
        var asked = new Rule.Message(header, envelope.sender(), client, content.size());
        return switch (routed(asked, envelope)) {
            case Routed.Refused(var rule, var reply) -> {
                LOG.log(Level.INFO, "event=refused-by-rule id={0} from={1} client={2} rule=\"{3}\" reply=\"{4}\"", id,
                        envelope.sender(), client, rule, reply);
                yield new Answer.Refused(reply);
            }
            case Routed.To(var routes) -> {
                NewMessage message = message(id, client, envelope, header, content, routes);
                if (alongside.isPresent()) queue.insert(message, alongside.get());
                else
                    queue.insert(message);
                LOG.log(Level.INFO, "event=received id={0} from={1} client={2} recipients={3} octets={4}", id,
                        envelope.sender(), client, envelope.recipients().size(), Long.toString(content.size()));
                yield new Answer.Accepted(id);
            }
        };
    }

    private NewMessage message(QueueId id, String client, Envelope envelope, Header header, Content content,
            List<QueuedRecipient.Route> routes) {
        Instant now = time.instant();
        var message = new QueuedMessage(id, now, now.plus(expiration), envelope.sender(),
                envelope.parameters().tagged(tag(envelope, header)),
                new QueuedMessage.About(client, header.messageId(), header.subject(), content.size()));
        var recipients = new ArrayList<QueuedRecipient>();
        for (int i = 0; i < routes.size(); i++)
            recipients.add(new QueuedRecipient(i, envelope.recipients().get(i), routes.get(i),
                    QueuedRecipient.State.Waiting, 0, now));
        return new NewMessage(new MessageRow(message, recipients), content);
    }

    /// How a message is tagged on receipt.
    private static RequireTlsTag tag(Envelope envelope, Header header) {
        return switch (envelope.parameters().requireTls()) {
            // RFC 8689 §4.1: with REQUIRETLS in the envelope the header field is ignored.
            case Required -> RequireTlsTag.Required;
            case Notice -> RequireTlsTag.Notice;
            case None, NotRequired -> header.tlsNotRequired() ? RequireTlsTag.NotRequired : RequireTlsTag.None;
        };
    }

    private Routed routed(Rule.Message message, Envelope envelope) {
        var routes = new ArrayList<QueuedRecipient.Route>();
        for (Recipient recipient : envelope.recipients()) {
            Optional<QueuedRecipient.Route> chosen = Optional.empty();
            for (Rule rule : rules) {
                if (chosen.isPresent()) break;
                switch (rule.decide(message, recipient)) {
                    case Rule.Decision.Pass() -> {
                    }
                    case Rule.Decision.Refuse(var reply) -> {
                        return new Routed.Refused(rule.name(), reply);
                    }
                    case Rule.Decision.Route(var connector) -> {
                        Optional<Reply> unfit = unfit(connector, recipient, message.size());
                        if (unfit.isPresent()) return new Routed.Refused(rule.name(), unfit.get());
                        chosen = Optional.of(new QueuedRecipient.Route(connector, rule.name()));
                    }
                }
            }
            routes.add(chosen.orElseGet(() -> byAddress(recipient, message.size())));
        }
        return new Routed.To(routes);
    }

    /// What a rule chooses must be there to be used, or the mail would go a way that the rule does not want.
    private Optional<Reply> unfit(String connector, Recipient recipient, long size) {
        Optional<OutboundConnector> found = routing.chosen(connector, recipient.address().domain())
                .filter(one -> one.general().enabled());
        if (found.isEmpty())
            return Optional
                    .of(Reply.of(451, "4.3.5 a rule of this gateway names a connector that is gone or disabled"));
        long most = found.get().limits().maxMessageSize();
        return most > 0 && size > most
                ? Optional.of(Reply.of(552, "5.3.4 the message has " + size + " octets, its route takes " + most))
                : Optional.empty();
    }

    private QueuedRecipient.Route byAddress(Recipient recipient, long size) {
        return QueuedRecipient.Route.of(routing.choose(recipient.address(), size).id());
    }

    /// A transport rule: asked of each recipient of each message before a route is chosen.
    public interface Rule {

        /// Stored with whatever it chooses, for those who wonder later.
        String name();

        /// What this rule says of a message for one of its recipients.
        Decision decide(Message message, Recipient recipient);

        /// A message as rules see it.
        ///
        /// @param client who hands it in: an address, or `Send-MailMessage by name`
        /// @param size   octets of its content
        record Message(Header header, ReversePath sender, String client, long size) {}

        /// What may come of it.
        sealed interface Decision {

            /// Nothing: the next rule is asked, and after the last one the address decides.
            record Pass() implements Decision {}

            /// This connector, by its identity; later rules are not asked.
            record Route(String connector) implements Decision {}

            /// The whole message is refused with this reply, since DATA has one reply for all recipients
            /// (RFC 5321 §4.1.1.4). A notification of ours goes on without the rule: nobody would be told of its loss
            /// (RFC 5321 §6.1).
            record Refuse(Reply reply) implements Decision {}
        }
    }
}
