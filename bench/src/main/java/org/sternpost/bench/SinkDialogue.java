package org.sternpost.bench;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a mail host of the [Sink] hears and answers: SMTP with PIPELINING, CHUNKING, 8BITMIME, SMTPUTF8, SIZE,
/// STARTTLS.
final class SinkDialogue {

    private static final int LINE_OCTETS_MAX = 4096;
    private static final String OFFERS = "250-sink.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n"
            + "250-CHUNKING\r\n250-ENHANCEDSTATUSCODES\r\n";
    private static final String LAST_OFFER = "250 SIZE 52428800\r\n";

    private final Sink sink;
    private final boolean withholds;
    private final List<Taken> unanswered = new ArrayList<>();
    private final MessageId id = new MessageId();
    private final ByteArrayOutputStream replies = new ByteArrayOutputStream(256);
    private final byte[] line = new byte[LINE_OCTETS_MAX];
    private int lineOctets;
    private State state = State.COMMANDS;
    /// Where in the end of a message we are: at the start of a line, behind a dot there, behind its CR.
    private End end = End.LINE_START;
    private long chunkOctets;
    private boolean lastChunk;
    private boolean inMessage;
    private boolean mailed;
    private boolean sender;
    private int recipients;
    private boolean secured;
    private boolean startsTls;
    private boolean over;

    private enum State { COMMANDS, DATA, CHUNK }

    private enum End { WITHIN, LINE_START, DOT, DOT_CR }

    /// A message whose 250 has not left yet.
    private record Taken(Tally tally, int round, int number) {}

    /// @param withholds its replies to messages do not leave at once
    SinkDialogue(Sink sink, boolean withholds) {
        this.sink = sink;
        this.withholds = withholds;
    }

    /// True from the first MAIL on.
    boolean mailed() { return mailed; }

    /// All that was said has left.
    void left() {
        unanswered.forEach(one -> one.tally().answered(one.round(), one.number()));
        unanswered.clear();
    }

    /// The client has said QUIT or something hopeless; the connection ends behind the replies.
    boolean over() { return over; }

    /// True once, behind the reply to STARTTLS.
    boolean startsTls() {
        boolean starts = startsTls;
        startsTls = false;
        return starts;
    }

    /// The handshake is over: all is forgotten that was said before it (RFC 3207 §4.2).
    void secured() {
        secured = true;
        forget();
    }

    byte[] takeReplies() {
        byte[] all = replies.toByteArray();
        replies.reset();
        return all;
    }

    void read(ByteBuffer octets) {
        while (octets.hasRemaining() && !over && !startsTls) {
            switch (state) {
                case COMMANDS -> readCommand(octets);
                case DATA -> readData(octets);
                case CHUNK -> readChunk(octets);
            }
        }
    }

    private void readCommand(ByteBuffer octets) {
        while (octets.hasRemaining()) {
            byte octet = octets.get();
            if (octet == '\n') {
                int length = lineOctets > 0 && line[lineOctets - 1] == '\r' ? lineOctets - 1 : lineOctets;
                lineOctets = 0;
                command(new String(line, 0, length, StandardCharsets.ISO_8859_1));
                return;
            }
            if (lineOctets == LINE_OCTETS_MAX) {
                say("500 5.5.2 The line is too long\r\n");
                over = true;
                return;
            }
            line[lineOctets++] = octet;
        }
    }

    private void command(String command) {
        int blank = command.indexOf(' ');
        String verb = (blank < 0 ? command : command.substring(0, blank)).toUpperCase(Locale.ROOT);
        switch (verb) {
            case "EHLO" -> {
                forget();
                say(OFFERS + (secured ? "" : "250-STARTTLS\r\n") + LAST_OFFER);
            }
            case "HELO" -> {
                forget();
                say("250 sink.test\r\n");
            }
            case "MAIL" -> {
                forget();
                sender = true;
                mailed = true;
                say("250 2.1.0 Sender taken\r\n");
            }
            case "RCPT" -> {
                if (sender) recipients++;
                say(sender ? "250 2.1.5 Recipient taken\r\n" : "503 5.5.1 MAIL comes first\r\n");
            }
            case "DATA" -> {
                if (recipients == 0) {
                    say("503 5.5.1 RCPT comes first\r\n");
                } else {
                    id.restart();
                    end = End.LINE_START;
                    state = State.DATA;
                    say("354 Go on\r\n");
                }
            }
            case "BDAT" -> chunk(command.substring(blank + 1).strip().split(" +"));
            case "STARTTLS" -> {
                if (secured) {
                    say("503 5.5.1 TLS is active\r\n");
                } else {
                    say("220 2.0.0 Go ahead\r\n");
                    startsTls = true;
                }
            }
            case "RSET" -> {
                forget();
                say("250 2.0.0 Forgotten\r\n");
            }
            case "NOOP" -> say("250 2.0.0 Here\r\n");
            case "QUIT" -> {
                say("221 2.0.0 Bye\r\n");
                over = true;
            }
            default -> say("502 5.5.1 Not known here\r\n");
        }
    }

    private void chunk(String[] words) {
        try {
            chunkOctets = Long.parseLong(words[0]);
        } catch (NumberFormatException nonsense) {
            say("501 5.5.4 BDAT wants a size\r\n");
            over = true; // Nobody knows how much follows.
            return;
        }
        lastChunk = words.length > 1 && words[1].equalsIgnoreCase("LAST");
        if (!inMessage) id.restart();
        inMessage = true;
        state = State.CHUNK;
        if (chunkOctets == 0) endOfChunk();
    }

    private void readChunk(ByteBuffer octets) {
        int here = (int) Math.min(chunkOctets, octets.remaining());
        int until = octets.position() + here;
        while (octets.position() < until && !id.over())
            id.octet(octets.get());
        octets.position(until);
        chunkOctets -= here;
        if (chunkOctets == 0) endOfChunk();
    }

    private void endOfChunk() {
        state = State.COMMANDS;
        if (recipients == 0) say("503 5.5.1 RCPT comes first\r\n");
        else if (lastChunk) taken();
        else
            say("250 2.0.0 Chunk taken\r\n");
    }

    private void readData(ByteBuffer octets) {
        while (octets.hasRemaining()) {
            if (end == End.WITHIN && id.over()) skipLine(octets);
            if (!octets.hasRemaining()) return;
            byte octet = octets.get();
            if (!id.over()) id.octet(octet);
            switch (end) {
                case WITHIN -> end = octet == '\n' ? End.LINE_START : End.WITHIN;
                case LINE_START -> end = octet == '.' ? End.DOT : octet == '\n' ? End.LINE_START : End.WITHIN;
                case DOT -> end = octet == '\r' ? End.DOT_CR : octet == '\n' ? End.LINE_START : End.WITHIN;
                case DOT_CR -> {
                    if (octet == '\n') {
                        state = State.COMMANDS;
                        taken();
                        return;
                    }
                    end = End.WITHIN;
                }
            }
        }
    }

    /// Nothing within a line is of interest any more; stops at its LF.
    private static void skipLine(ByteBuffer octets) {
        byte[] all = octets.array();
        int at = octets.arrayOffset() + octets.position();
        int from = at;
        for (int limit = at + octets.remaining(); at < limit && all[at] != '\n';)
            at++;
        octets.position(octets.position() + at - from);
    }

    private void taken() {
        sink.counters().messages.increment();
        if (!secured) sink.counters().plainMessages.increment();
        int round = id.found() ? id.round() : -1;
        Tally tally = sink.tally(round);
        tally.arrived(round, id.number());
        if (withholds) unanswered.add(new Taken(tally, round, id.number()));
        else
            tally.answered(round, id.number());
        forget();
        say("250 2.0.0 Taken\r\n");
    }

    private void forget() {
        sender = false;
        recipients = 0;
        inMessage = false;
    }

    private void say(String reply) { replies.writeBytes(reply.getBytes(StandardCharsets.US_ASCII)); }
}
