package org.sternpost.engine.smtp.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.sternpost.engine.net.ConnectionDeadline;
import org.sternpost.engine.net.ConnectionDeadline.DeadlineInput;
import org.sternpost.engine.net.StalledException;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.smtp.client.OutgoingContent.ContentUnreadableException;
import org.sternpost.engine.smtp.client.SmtpSession.Stage;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.time.TimeLimit;

/// What is said to a host and what it answers, in clear or within TLS: flights of commands out, replies in, each within
/// its time.
final class Dialogue {

    private static final System.Logger LOG = System.getLogger(Dialogue.class.getName());
    private static final String UNFINISHED = "the host did not finish its reply";
    private static final String UNTAKEN = "the host took no command";
    private static final Octets NOTHING = _ -> {};
    static final Duration TIRED = Duration.ofSeconds(10); // no host gives up sooner one who says nothing
    static final int CONTENT_WANTED = 354; // RFC 5321 §4.2.3

    private final Socket socket;
    private final Socket plain;
    private final Time time;
    private final DeadlineInput input;
    private final ReplyReader replies;
    private final FlightBuffer out;
    private Instant heard; // when the host said something last, or began
    private Duration stalledBefore;

    /// @param plain below TLS, or the same: closing it never waits
    Dialogue(Socket socket, Socket plain, Time time) throws IOException {
        this.socket = socket;
        this.plain = plain;
        this.time = time;
        this.input = new DeadlineInput(socket, plain, time, UNFINISHED);
        this.replies = new ReplyReader(input);
        this.out = new FlightBuffer(socket.getOutputStream());
        this.heard = time.steady();
        this.stalledBefore = time.stalled();
    }

    Socket socket() { return socket; }

    /// True if octets have come that belong to no reply asked for.
    boolean hasMore(Stage stage) throws BrokenSessionException {
        try {
            return replies.hasMore();
        } catch (IOException broken) {
            throw new BrokenSessionException(stage, broken);
        }
    }

    /// True if the host has neither said more nor closed; waits for it a moment.
    boolean isQuiet() {
        try {
            return !replies.hasMore() && input.isQuiet();
        } catch (IOException gone) {
            return false;
        }
    }

    /// One command and its reply.
    Reply ask(Stage stage, String command, Duration patience) throws BrokenSessionException {
        calm(stage);
        say(List.of(command), patience);
        return read(stage, patience);
    }

    /// A reply that is there before it was asked for would be taken for that of the next command, and so on for ever.
    void calm(Stage stage) throws BrokenSessionException {
        if (hasMore(stage))
            throw new BrokenSessionException(stage, BrokenSessionException.Fault.Unasked,
                    "the host sent a reply to nothing that it was asked");
    }

    /// Says commands together; the host must take them within its patience.
    void say(List<String> commands, Duration patience) throws BrokenSessionException {
        try {
            say(Stage.Mail, commands, NOTHING, patience);
        } catch (ContentUnreadableException none) {
            throw new IllegalStateException("commands alone have no content", none);
        }
    }

    /// Octets of a message.
    @FunctionalInterface
    interface Octets {
        void writeTo(OutputStream out) throws IOException;
    }

    /// Says commands and what belongs behind the last of them, as one flight: it leaves when it is whole, or when a
    /// record of TLS is full.
    ///
    /// @param behind   octets of a message
    /// @param patience for the host to take all of it
    void say(Stage stage, List<String> commands, Octets behind, Duration patience)
            throws BrokenSessionException, ContentUnreadableException {
        // A blocked write knows no timeout of its own; closing the socket ends it.
        var limit = ConnectionDeadline.over(plain, time, TimeLimit.of(time, patience));
        try (limit) {
            for (String command : commands)
                put(command);
            behind.writeTo(out);
            out.flush();
        } catch (ContentUnreadableException ours) {
            throw ours;
        } catch (IOException broken) {
            throw new BrokenSessionException(stage, limit.expired() ? limit.late(UNTAKEN, patience) : owned(broken));
        }
        if (limit.expired()) throw new BrokenSessionException(stage, limit.late(UNTAKEN, patience));
    }

    /// Ends it at once; within TLS without a farewell.
    void cut() { SmtpSession.shut(plain); }

    private void put(String command) throws IOException {
        // A line end inside a command would be another command: what brought it here is a defect of ours.
        for (int i = 0; i < command.length(); i++)
            if (command.charAt(i) < 0x20 || command.charAt(i) == 0x7f)
                throw new IllegalArgumentException("a command has control characters");
        LOG.log(Level.DEBUG, "C: {0}", command);
        out.write(command.getBytes(StandardCharsets.UTF_8));
        out.write('\r');
        out.write('\n');
    }

    Reply read(Stage stage, Duration patience) throws BrokenSessionException {
        input.begin(patience);
        Reply reply;
        try {
            reply = replies.read(stage);
        } catch (BrokenSessionException broken) {
            if (!(broken.getCause() instanceof IOException cause) || owned(cause) == cause) throw broken;
            throw new BrokenSessionException(stage, owned(cause));
        }
        heard = time.steady();
        stalledBefore = time.stalled();
        LOG.log(Level.DEBUG, "S: {0}", reply);
        if (!belongs(stage, reply))
            throw new BrokenSessionException(stage, "the host said '" + reply + "' where no such reply belongs");
        return reply;
    }

    /// A host that hangs up because we said nothing, as this process did not run, is not to be blamed for it
    /// (docs/transport-security.md#own-stall).
    private IOException owned(IOException broken) {
        Duration stalled = time.stalled().minus(stalledBefore);
        Duration waited = Duration.between(heard, time.steady());
        boolean left = broken instanceof EOFException || broken instanceof SocketException;
        boolean ours = left && stalled.compareTo(TIRED) >= 0
                && stalled.multipliedBy(2).compareTo(waited) >= 0;
        return ours ? StalledException.hungUp(stalled, waited) : broken;
    }

    /// RFC 5321 §4.3.2: 3yz answers DATA and nothing else, and 2yz everything else.
    private static boolean belongs(Stage stage, Reply reply) {
        return switch (reply.severity()) {
            case Completion -> stage != Stage.Data;
            case Intermediate -> stage == Stage.Data && reply.code() == CONTENT_WANTED;
            case Transient, Permanent -> true;
        };
    }

    /// Gathers a flight, so that it leaves in full records of TLS, and in one write where it fits into one. A session
    /// that waits for its host keeps no more than commands need.
    private static final class FlightBuffer extends OutputStream {

        private static final int RECORD_OCTETS = 16 << 10; // RFC 8446 §5.1
        private static final int FIRST_OCTETS = 1 << 10;

        private final OutputStream out;
        private final byte[] first = new byte[FIRST_OCTETS];
        private byte[] gathered = first;
        private int length;

        FlightBuffer(OutputStream out) { this.out = out; }

        @Override
        public void write(int octet) throws IOException {
            room(1);
            gathered[length++] = (byte) octet;
        }

        @Override
        public void write(byte[] from, int offset, int count) throws IOException {
            for (int at = offset, left = count; left > 0;) {
                int here = Math.min(left, room(left));
                System.arraycopy(from, at, gathered, length, here);
                length += here;
                at += here;
                left -= here;
            }
        }

        @Override
        public void flush() throws IOException {
            send();
            out.flush();
            gathered = first;
        }

        /// @param wanted octets that are to come next
        private int room(int wanted) throws IOException {
            if (length == RECORD_OCTETS) send();
            if (wanted > gathered.length - length && gathered.length < RECORD_OCTETS)
                gathered = Arrays.copyOf(gathered,
                        (int) Math.min(RECORD_OCTETS, Math.max(2L * gathered.length, (long) length + wanted)));
            return gathered.length - length;
        }

        private void send() throws IOException {
            out.write(gathered, 0, length);
            length = 0;
        }
    }
}
