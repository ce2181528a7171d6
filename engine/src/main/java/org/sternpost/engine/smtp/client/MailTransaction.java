package org.sternpost.engine.smtp.client;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.smtp.client.BrokenSessionException.Fault;
import org.sternpost.engine.smtp.client.OutgoingContent.ContentUnreadableException;
import org.sternpost.engine.smtp.client.SmtpClient.Timeouts;
import org.sternpost.engine.smtp.client.SmtpSession.Answer;
import org.sternpost.engine.smtp.client.SmtpSession.Stage;

/// One message for some recipients, in as few round trips as the host allows:
///
/// | the host has | flights, each behind the replies to the one before |
/// |---|---|
/// | neither | MAIL; RCPT; ...; DATA; content |
/// | CHUNKING | MAIL; RCPT; ...; BDAT with the content |
/// | PIPELINING | MAIL, RCPT, ..., DATA; content |
/// | both | MAIL, RCPT, ..., BDAT with the content |
/// | both, and the message is large | MAIL, RCPT, ...; BDAT with the content |
final class MailTransaction {

    private static final int CLOSING = 421; // RFC 5321 §3.8
    private static final Duration LAST_WORDS = Duration.ofSeconds(2); // of a host that takes no more octets

    private final Dialogue dialogue;
    private final Timeouts timeouts;
    private final Way way;
    private final List<String> envelope;
    private final OutgoingContent content;
    private @Nullable Reply mail;
    private final List<Reply> recipients = new ArrayList<>();

    /// What a host is trusted to keep of what it announced, and what is to be remembered where it does not.
    ///
    /// @param reset a transaction is open that nobody wants
    record Way(boolean pipelining, boolean chunking, boolean reset, Runnable pipeliningFails, Runnable chunkingFails) {}

    /// @param envelope MAIL, and a RCPT for each recipient
    MailTransaction(Dialogue dialogue, Timeouts timeouts, Way way, List<String> envelope, OutgoingContent content) {
        this.dialogue = dialogue;
        this.timeouts = timeouts;
        this.way = way;
        this.envelope = envelope;
        this.content = content;
    }

    /// An answer for each recipient, in their order.
    List<Answer> run() throws IOException {
        begin();
        try {
            if (!way.pipelining()) return oneByOne();
            if (!way.chunking()) return withData();
            return content.small() ? inOneFlight() : beforeChunk();
        } catch (ContentUnreadableException ours) {
            dialogue.cut();
            throw ours;
        }
    }

    private void begin() throws BrokenSessionException {
        try {
            dialogue.calm(Stage.Mail);
        } catch (BrokenSessionException broken) {
            // Who took nobody may have read the octets of the chunk before as commands, and answered each.
            if (broken.fault() == Fault.Unasked && way.reset() && way.chunking()) way.chunkingFails().run();
            throw broken;
        }
    }

    private List<Answer> oneByOne() throws IOException {
        if (way.reset()) {
            Reply reset = ask(Stage.Hello, "RSET");
            if (closes(reset)) return answers(new Answer.Said(Stage.Mail, reset));
        }
        Reply said = ask(Stage.Mail, envelope.getFirst());
        mail = said;
        if (!said.accepts()) return answers(new Answer.Said(Stage.Mail, said));
        for (String command : envelope.subList(1, envelope.size())) {
            Reply reply = ask(Stage.Recipient, command);
            // RFC 5321 §3.8: after 421 no more replies come.
            if (closes(reply)) return answers(new Answer.Said(Stage.Recipient, reply));
            recipients.add(reply);
        }
        if (!anyTaken()) return refused();
        dialogue.calm(Stage.Recipient);
        if (way.chunking()) return answers(chunk());
        Reply data = ask(Stage.Data, "DATA");
        return answers(data.code() == Dialogue.CONTENT_WANTED ? data() : new Answer.Said(Stage.Data, data));
    }

    /// RFC 2920 §3.1: DATA is the last of its group.
    private List<Answer> withData() throws IOException {
        dialogue.say(group("DATA"), timeouts.command());
        Reply data;
        try {
            var closing = envelope(timeouts.command());
            if (closing.isPresent()) return answers(closing.get());
            data = dialogue.read(Stage.Data, timeouts.command());
        } catch (BrokenSessionException broken) {
            return brokenGroup(broken);
        }
        if (data.code() != Dialogue.CONTENT_WANTED) return answers(new Answer.Said(Stage.Data, data));
        // What comes now belongs to no command, so nobody knows which reply was whose.
        dialogue.calm(Stage.Data);
        if (anyTaken()) return answers(data());
        // RFC 2920 §3.1: a host may open the content although it took nobody; a lone dot ends it, and means nothing.
        dialogue.say(List.of("."), timeouts.command());
        dialogue.read(Stage.Content, timeouts.content());
        return refused();
    }

    /// A message that is too large to be sent for nothing follows when somebody was taken.
    private List<Answer> beforeChunk() throws IOException {
        dialogue.say(group(), timeouts.command());
        try {
            var closing = envelope(timeouts.command());
            if (closing.isPresent()) return answers(closing.get());
        } catch (BrokenSessionException broken) {
            return brokenGroup(broken);
        }
        dialogue.calm(Stage.Recipient);
        return anyTaken() ? answers(chunk()) : refused();
    }

    private List<Answer> inOneFlight() throws IOException {
        try {
            dialogue.say(Stage.Mail, group(bdat()), content::writeChunk, timeouts.transfer());
        } catch (BrokenSessionException untaken) {
            return lastWords(untaken);
        }
        Reply taken;
        try {
            // RFC 2920 §3.2: a host may hold replies back while there is more to read, so each has the time of all.
            var closing = envelope(timeouts.content());
            if (closing.isPresent()) return answers(closing.get());
            taken = dialogue.read(Stage.Content, timeouts.content());
            oneMeaning(taken);
        } catch (BrokenSessionException broken) {
            return lostFlight(broken);
        }
        return answers(ofChunk(taken));
    }

    /// A reply too many, wherever it stood, moves those behind it by one, and the last is not the last. Where all that
    /// came say the same it does not matter which was too many; elsewhere nobody knows whose the refusal was.
    private void oneMeaning(Reply taken) throws BrokenSessionException {
        if (!saidMore()) return;
        for (int more = 0; more <= envelope.size() && saidMore(); more++)
            if (dialogue.read(Stage.Content, LAST_WORDS).accepts() != taken.accepts())
                throw new BrokenSessionException(Stage.Content, Fault.Unasked,
                        "the host sent more replies than it was asked for, and they contradict each other");
        // It may have read the octets of a chunk that it refused as commands, and answered each.
        if (!taken.accepts()) way.chunkingFails().run();
        dialogue.cut();
    }

    private boolean saidMore() {
        try {
            return dialogue.hasMore(Stage.Content);
        } catch (BrokenSessionException left) {
            return false; // A host may close behind its last reply.
        }
    }

    /// The host has the whole message, so it may have taken it, unless what it said, or did not say, tells otherwise.
    private List<Answer> lostFlight(BrokenSessionException broken) throws BrokenSessionException {
        dialogue.cut();
        boolean late = isLate(broken);
        // Who never answered is asked step by step the next time, which tells at which of them it hangs.
        if (late && mail != null && !allAnswered()) way.pipeliningFails().run();
        else if (late && mail == null || broken.fault() == Fault.Protocol && allAnswered()) way.chunkingFails().run();
        if (isMailRefused() || allAnswered() && !anyTaken()) return refused();
        // Whoever closes before the first reply has not begun with the flight: hosts end sessions that waited, and take
        // no mail without a word.
        if (mail == null && !late && broken.fault() == Fault.Connection) throw broken;
        return answers(new Answer.Lost(broken.at(Stage.Content)));
    }

    /// The host took no more octets, so the message never was whole. What it said before tells more than how it left.
    private List<Answer> lastWords(BrokenSessionException untaken) throws BrokenSessionException {
        try {
            envelope(LAST_WORDS);
        } catch (BrokenSessionException silent) {
            untaken.addSuppressed(silent);
        }
        dialogue.cut();
        if (isMailRefused()) return refused();
        throw untaken;
    }

    /// Nothing of the message was sent. What the host said to MAIL stands, whatever became of the rest.
    private List<Answer> brokenGroup(BrokenSessionException broken) throws BrokenSessionException {
        dialogue.cut();
        if (isMailRefused()) return refused();
        if (mail == null || !isLate(broken)) throw broken;
        // A host from which no further reply comes has lost the commands.
        way.pipeliningFails().run();
        throw new BrokenSessionException(Stage.Recipient, Fault.Pipeline,
                "the host answered only some of the commands that were sent together");
    }

    /// Nothing came in time, and not because we did not run.
    private static boolean isLate(BrokenSessionException broken) {
        return broken.fault() == Fault.Connection && broken.getCause() instanceof SocketTimeoutException;
    }

    private Answer data() throws IOException {
        dialogue.say(Stage.Data, List.of(), content::writeData, timeouts.transfer());
        return contentReply();
    }

    private Answer chunk() throws IOException {
        dialogue.say(Stage.Data, List.of(bdat()), content::writeChunk, timeouts.transfer());
        return switch (contentReply()) {
            case Answer.Said(_, var reply) -> ofChunk(reply);
            case Answer other -> {
                if (other instanceof Answer.Lost(var why) && why.fault() == Fault.Protocol) way.chunkingFails().run();
                yield other;
            }
        };
    }

    private Answer contentReply() {
        try {
            return new Answer.Said(Stage.Content, dialogue.read(Stage.Content, timeouts.content()));
        } catch (BrokenSessionException broken) {
            return new Answer.Lost(broken);
        }
    }

    private Answer ofChunk(Reply reply) throws BrokenSessionException {
        // RFC 5321 §4.2.2: 500 to 504 speak of the command. RFC 3030 §2: who does not know BDAT gets DATA.
        if (reply.code() >= 500 && reply.code() <= 504 && anyTaken()) {
            dialogue.cut(); // It may read the message as commands.
            way.chunkingFails().run();
            throw new BrokenSessionException(Stage.Data, Fault.Chunking,
                    "the host announces CHUNKING and answers BDAT with '" + reply + "'");
        }
        return new Answer.Said(Stage.Content, reply);
    }

    /// RFC 3030 §2: the whole message is one chunk, and so the last.
    private String bdat() { return "BDAT " + content.octets() + " LAST"; }

    private List<String> group(String... last) {
        var commands = new ArrayList<String>(envelope.size() + 2);
        // RFC 2920 §3.1: RSET may stand anywhere in a group.
        if (way.reset()) commands.add("RSET");
        commands.addAll(envelope);
        commands.addAll(List.of(last));
        return commands;
    }

    /// Reads the replies to an envelope that was sent as a group; the answer of a host that closes ends it.
    private Optional<Answer> envelope(Duration patience) throws BrokenSessionException {
        if (way.reset()) {
            Reply reset = dialogue.read(Stage.Hello, patience);
            if (closes(reset)) return Optional.of(new Answer.Said(Stage.Mail, reset));
        }
        Reply said = dialogue.read(Stage.Mail, patience);
        mail = said;
        // RFC 5321 §3.8: after 421 the session is over, whatever a host still says to the commands of the same group.
        if (closes(said)) return Optional.of(new Answer.Said(Stage.Mail, said));
        while (!allAnswered()) {
            Reply reply = dialogue.read(Stage.Recipient, patience);
            if (closes(reply)) return Optional.of(new Answer.Said(Stage.Recipient, reply));
            recipients.add(reply);
        }
        return Optional.empty();
    }

    private Reply ask(Stage stage, String command) throws BrokenSessionException {
        return dialogue.ask(stage, command, timeouts.command());
    }

    private boolean allAnswered() { return recipients.size() == envelope.size() - 1; }

    private boolean isMailRefused() {
        Reply said = mail;
        return said != null && !said.accepts();
    }

    private boolean anyTaken() {
        if (isMailRefused()) return false;
        for (Reply reply : recipients)
            if (reply.accepts()) return true;
        return false;
    }

    /// What each was told of itself; nobody was taken.
    private List<Answer> refused() {
        Reply said = mail;
        if (said == null) throw new IllegalStateException("MAIL has no reply yet");
        return answers(new Answer.Said(Stage.Mail, said));
    }

    /// @param others answer of those who were not refused
    private List<Answer> answers(Answer others) {
        Reply said = mail;
        var answers = new ArrayList<Answer>(envelope.size() - 1);
        for (int i = 0; i < envelope.size() - 1; i++)
            if (said != null && !said.accepts()) answers.add(new Answer.Said(Stage.Mail, said));
            else if (i < recipients.size() && !recipients.get(i).accepts())
                answers.add(new Answer.Said(Stage.Recipient, recipients.get(i)));
            else
                answers.add(others);
        return answers;
    }

    private static boolean closes(Reply reply) { return reply.code() == CLOSING; }
}
