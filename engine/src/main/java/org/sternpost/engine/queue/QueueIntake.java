package org.sternpost.engine.queue;

import java.io.IOException;
import java.util.ArrayList;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.smtp.server.MessageSink;
import org.sternpost.engine.smtp.server.Letter;
import org.sternpost.engine.store.Content;

/// Puts what sessions accept into the queue.
public final class QueueIntake implements MessageSink {

    private static final byte[] NOTHING = {};
    private static final System.Logger LOG = System.getLogger(QueueIntake.class.getName());

    private final Queue queue;

    public QueueIntake(Queue queue) { this.queue = queue; }

    @Override
    public Answer take(Letter letter, Content content) {
        try {
            if (queue.isFull()) return new Answer.Refused(Reply.of(452, "4.3.1 the queue is full; try again later"));
            queue.accept(letter.id(), envelope(letter), letter.header(), content);
            LOG.log(System.Logger.Level.INFO, "event=received id={0} from={1} client={2} recipients={3} octets={4}",
                    letter.id(), letter.sender(), letter.client(), letter.recipients().size(),
                    Long.toString(content.size()));
            return new Answer.Accepted(letter.id());
        } catch (IOException broken) {
            LOG.log(System.Logger.Level.WARNING, "event=not-kept id={0} why={1}", letter.id(), broken.getMessage());
            return new Answer.Refused(Reply.of(452, "4.3.1 the message could not be kept; try again later"));
        }
    }

    private static Submission envelope(Letter letter) {
        var recipients = new ArrayList<Submission.Recipient>();
        for (Letter.Recipient to : letter.recipients())
            recipients.add(new Submission.Recipient(to.address(), to.asked().notifyOn(), to.asked().original()));
        var asked = letter.asked();
        return new Submission(letter.sender(), recipients, letter.client(), asked.smtpUtf8(), asked.eightBit(),
                asked.envelopeId(), asked.ret(), asked.requireTls(), NOTHING);
    }
}
