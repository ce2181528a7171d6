package org.sternpost.engine.smtp.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Characters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.smtp.Command.MailCommand;
import org.sternpost.engine.smtp.Command.MalformedCommandException;
import org.sternpost.engine.smtp.Command.RcptCommand;
import org.sternpost.engine.smtp.Command;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.smtp.SmtpInput;
import org.sternpost.engine.smtp.server.SmtpServer.ListenerConfig;

/// The dialogue with one client, on the thread that calls [#run].
final class Session {

    private static final int COMMAND_OCTETS_MAX = 4_096; // RFC 5321 §4.5.3.1.4 says 512, extensions add (RFC 3461 §5)
    private static final int COMMANDS_MAX = 100_000; // messages included
    private static final int TLS_OCTETS = 64 << 10; // records of both directions, keys, the handshake
    private static final Reply CLOSING = Reply.of(421, "4.3.2 the service is shutting down; try again later");
    private static final Reply IN_CHUNKS = Reply.of(503, "5.5.1 the message comes by BDAT; RSET ends it");
    private static final Reply NO_RECIPIENTS = Reply.of(554, "5.5.1 no valid recipients");
    private static final System.Logger LOG = System.getLogger(Session.class.getName());

    private final SmtpConnection connection;
    private final ListenerConfig config;
    private final InetAddress client;
    private final Admission.Place place;
    private final Authentication authentication;
    private String helo = "";
    private boolean extended;
    private boolean securing;
    private volatile @Nullable Transaction transaction;
    private int commands;
    private int errors;
    private volatile boolean ended;
    private boolean cutShort;
    private boolean acceptanceUnsaid; // among the replies that wait for company
    private volatile boolean waiting;
    private volatile boolean draining;

    /// @param client whom the socket leads to, or for whom a proxy has opened it
    Session(Socket socket, InetAddress client, ListenerConfig config, Admission.Place place) throws IOException {
        var times = config.limits().times();
        this.connection = new SmtpConnection(socket, times.command(), times.session(), config.time());
        this.place = place;
        this.config = config;
        this.client = client;
        this.authentication = new Authentication(config, connection, client);
        place.hold(connection);
    }

    /// Serves the client until it leaves or is asked to.
    void run() {
        try (place; connection) {
            try {
                if (config.terms().tlsFirst()) secureAtOnce();
                connection.say(Reply.of(220, config.hostName() + " ESMTP Sternpost"));
                while (!ended)
                    next();
                connection.flush();
                if (cutShort) connection.linger();
            } catch (SocketTimeoutException late) {
                connection.sayLast(Reply.of(421, connection.over()
                        ? "4.4.2 a session lasts " + config.limits().times().session().toSeconds() + " s at most"
                        : "4.4.2 " + late.getMessage()));
                connection.linger();
            } finally {
                endTransaction();
            }
        } catch (IOException gone) {
            LOG.log(System.Logger.Level.DEBUG, "event=session-lost client={0} why={1}", client.getHostAddress(),
                    gone.getMessage());
        }
    }

    /// Asks the session to end: at once if it waits for a command outside a transaction, else after its message.
    void drain() {
        draining = true;
        connection.betweenReplies(() -> {
            if (waiting && transaction == null) end();
        });
    }

    /// Ends the session in the midst of whatever it does.
    void abort() {
        connection.betweenReplies(() -> {
            if (waiting) connection.sayLast(CLOSING);
        });
        connection.cut();
    }

    private void next() throws IOException {
        connection.beginCommand();
        if (!connection.in().holdsLine()) {
            connection.flush();
            connection.beginCommand();
        }
        waiting = true; // Before the look at `draining`, so that one of both sides sees the other.
        if (draining && transaction == null) {
            last(CLOSING);
            return;
        }
        SmtpInput.Line line = connection.in()
                .line(authentication.isOffered() ? Authentication.LINE_OCTETS_MAX : COMMAND_OCTETS_MAX);
        connection.beforeFarewell(() -> waiting = false);
        if (line instanceof SmtpInput.Line.End) {
            ended = true;
            return;
        }
        Reply reply = answer(line);
        if (reply.severity() == Reply.Severity.Permanent) errors++;
        connection.say(reply);
        // RFC 5321 §2.3.8, §7.8: whoever lets lines end otherwise may carry somebody else's mail behind that end.
        if (connection.in().sawBareEnd()) cutShort();
        if (securing) secure();
        if (authentication.isOver()) last(Reply.of(421, "4.7.0 too many failures of authentication"));
        else if (errors > config.limits().errorsMax()) last(Reply.of(421, "4.7.0 too many errors"));
        else if (++commands > COMMANDS_MAX) last(Reply.of(421, "4.7.0 too many commands"));
    }

    private Reply answer(SmtpInput.Line line) throws IOException {
        return switch (line) {
            case SmtpInput.Line.Text(var octets) -> answer(octets);
            case SmtpInput.Line.TooLong(var beginning) ->
                misread(beginning, Reply.of(500, "5.5.2 the command line is too long"));
            case SmtpInput.Line.BareEnd _ ->
                Reply.of(500, "5.5.2 a command ends in CRLF and has no other CR or LF; the connection is closed");
            case SmtpInput.Line.End _ -> throw new IOException("the client left");
        };
    }

    private Reply answer(byte[] line) throws IOException {
        try {
            return obey(Command.of(line));
        } catch (MalformedCommandException bad) {
            return misread(line, bad.reply());
        }
    }

    /// RFC 3030 §2: what follows BDAT is message, and where its line cannot be read nobody knows how much of it. It
    /// must not be taken for commands (RFC 5321 §7.8), so nothing more of this client is read.
    private Reply misread(byte[] line, Reply reply) {
        if (Command.mayAnnounceChunk(line)) cutShort();
        return reply;
    }

    private Reply obey(Command command) throws IOException, MalformedCommandException {
        return switch (command.verb()) {
            case "EHLO", "HELO" -> hello(command);
            case "MAIL" -> mail(command);
            case "RCPT" -> rcpt(command);
            case "DATA" -> data(command);
            case "BDAT" -> chunk(command);
            case "RSET" -> reset();
            case "NOOP" -> Reply.of(250, "2.0.0 Ok");
            case "VRFY" -> Reply.of(252, "2.5.2 send mail and see"); // RFC 5321 §3.5.3
            case "HELP" -> Reply.of(214, "2.0.0 HELO EHLO STARTTLS AUTH MAIL RCPT DATA BDAT RSET NOOP VRFY HELP QUIT");
            case "QUIT" -> quit();
            case "STARTTLS" -> startTls(command);
            case "AUTH" -> authenticate(command);
            case "EXPN", "ETRN", "TURN" ->
                Reply.of(502, "5.5.1 " + command.verb() + " is not offered");
            default -> unknown(command);
        };
    }

    private Reply hello(Command command) throws MalformedCommandException {
        String name = ClientName.of(command.argument(), config.terms().lenient())
                .orElseThrow(() -> new MalformedCommandException(501,
                        "5.5.4 " + command.verb() + " needs a domain name or an address in brackets"));
        helo = name;
        endTransaction(); // RFC 5321 §4.1.4: as RSET
        extended = command.verb().equals("EHLO");
        if (!extended) return Reply.of(250, config.hostName().ascii());
        var lines = new ArrayList<>(List.of(config.hostName() + " greets " + name, "PIPELINING",
                "SIZE " + config.limits().messageOctetsMax(), "8BITMIME", "CHUNKING", "SMTPUTF8", "DSN",
                "ENHANCEDSTATUSCODES", "HELP"));
        switch (tls()) {
            // RFC 8689 §2: a promise that can be kept within TLS alone. RFC 3207 §4.2: no STARTTLS a second time.
            case On -> lines.add(MailCommand.REQUIRETLS);
            case Offered -> lines.add("STARTTLS");
            case None -> {
            }
        }
        authentication.announced().ifPresent(lines::add);
        return new Reply(250, lines);
    }

    private Reply authenticate(Command command) throws IOException {
        Reply reply = authentication.obey(command, extended && !helo.isEmpty() && transaction == null);
        if (!authentication.name().isEmpty()) place.prove();
        return reply;
    }

    /// How a session stands with TLS.
    private enum Tls {
        /// The listener has no certificate.
        None,
        /// In clear, and STARTTLS is announced.
        Offered,
        /// Within TLS.
        On
    }

    private Tls tls() {
        if (connection.secure()) return Tls.On;
        return config.identity().isPresent() ? Tls.Offered : Tls.None;
    }

    private Reply startTls(Command command) throws IOException, MalformedCommandException {
        switch (tls()) {
            case None -> {
                return Reply.of(502, "5.5.1 STARTTLS is not offered");
            }
            case On -> {
                return Reply.of(503, "5.5.1 TLS is on already");
            }
            case Offered -> {
            }
        }
        if (!command.argument().isEmpty())
            throw new MalformedCommandException(501, "5.5.4 STARTTLS takes no argument");
        // RFC 3207 §4, CVE-2011-0411: what came in clear behind the command may be an attacker's, so nobody reads it.
        if (connection.in().hasMore()) {
            cutShort();
            return Reply.of(554, "5.5.0 commands came in clear behind STARTTLS; the connection is closed");
        }
        // RFC 3207 §4
        if (!place.share().take(TLS_OCTETS)) return Reply.of(454, "4.7.0 no memory for TLS now; try again later");
        securing = true;
        return Reply.of(220, "2.0.0 begin TLS");
    }

    /// RFC 8314 §3.3: nothing is said before the handshake, also not that there is no memory for it.
    private void secureAtOnce() throws IOException {
        if (!place.share().take(TLS_OCTETS)) throw new IOException("no memory for TLS");
        secure();
    }

    private void secure() throws IOException {
        securing = false;
        connection.secure(config.identity().orElseThrow());
        // RFC 3207 §4.2: nothing that was said in clear is remembered.
        helo = "";
        extended = false;
        endTransaction();
    }

    private void endTransaction() {
        Transaction open = transaction;
        if (open != null) open.close();
        transaction = null;
    }

    private void cutShort() {
        cutShort = true;
        ended = true;
    }

    private Reply mail(Command command) throws MalformedCommandException {
        if (helo.isEmpty()) return Reply.of(503, "5.5.1 say EHLO first");
        if (transaction != null) return Reply.of(503, "5.5.1 a transaction is under way; RSET ends it");
        Optional<Reply> unproven = authentication.refusal();
        if (unproven.isPresent()) return unproven.get();
        if (connection.nearlyOver()) {
            cutShort();
            return Reply.of(421, "4.3.2 this session has lasted long; connect again");
        }
        var path = command.path("FROM:", config.terms().lenient());
        var asked = asked(path);
        // RFC 1870 §6.1: the size declared is enough to refuse.
        if (asked.size().orElse(0) > config.limits().messageOctetsMax())
            return Transaction.tooLarge(config.limits());
        ReversePath sender;
        try {
            sender = ReversePath.of(path.path());
        } catch (IllegalArgumentException bad) {
            throw new MalformedCommandException(501, "5.1.7 " + bad.getMessage());
        }
        if (sender instanceof ReversePath.Mailbox(var address) && needsUtf8(address, path.path())
                && !asked.parameters().smtpUtf8())
            return Reply.of(550, "5.6.7 the sender's address needs SMTPUTF8"); // RFC 6531 §3.5
        var begun = new Transaction(config, client, helo, extended, connection.secure(),
                authentication.name(), sender, asked.parameters());
        var full = begun.refusal();
        if (full.isPresent()) return full.get();
        transaction = begun;
        return Reply.of(250, "2.1.0 Ok");
    }

    private MailCommand asked(Command.Path path) throws MalformedCommandException {
        if (path.parameters().containsKey(MailCommand.REQUIRETLS)) switch (tls()) {
            // RFC 8689 §2, §4.3: the session itself must be TLS, loopback or not; RFC 3207 §4 has the reply.
            case Offered -> throw new MalformedCommandException(530, "5.7.10 REQUIRETLS needs STARTTLS first");
            case None -> throw new MalformedCommandException(555, "5.5.4 parameter REQUIRETLS is not known here");
            case On -> {
            }
        }
        return MailCommand.of(authentication.withoutSender(path.parameters()));
    }

    private Reply rcpt(Command command) throws MalformedCommandException {
        Transaction open = transaction;
        if (open == null) return Reply.of(503, "5.5.1 say MAIL first");
        if (open.inChunks()) return IN_CHUNKS;
        var path = command.path("TO:", config.terms().lenient());
        Recipient recipient;
        try {
            recipient = RcptCommand.of(Address.of(path.path()), path.parameters(), open.smtpUtf8());
        } catch (IllegalArgumentException bad) {
            throw new MalformedCommandException(501, "5.1.3 " + bad.getMessage());
        }
        if (needsUtf8(recipient.address(), path.path()) && !open.smtpUtf8())
            return Reply.of(553, "5.6.7 the recipient's address needs SMTPUTF8"); // RFC 6531 §3.5
        return open.add(recipient);
    }

    private Reply data(Command command) throws IOException, MalformedCommandException {
        if (!command.argument().isEmpty()) throw new MalformedCommandException(501, "5.5.4 DATA takes no argument");
        Transaction open = transaction;
        if (open == null) return Reply.of(503, "5.5.1 say MAIL first");
        if (open.inChunks()) return IN_CHUNKS; // RFC 3030 §2: one message comes by DATA or by BDAT
        if (!open.hasRecipients()) return NO_RECIPIENTS; // RFC 5321 §3.3
        connection.say(Reply.of(354, "end with a dot on a line of its own"));
        connection.flush();
        connection.beginData(config.limits().times().dataOctetsPerSecond());
        try {
            Reply reply = open.receive(connection.in());
            acceptanceUnsaid = reply.accepts();
            return reply;
        } finally {
            endTransaction();
        }
    }

    /// A chunk of a message, which is read whole whatever becomes of it. RFC 3030 §2: with one that fails, the message
    /// has failed; what a pipelining client has sent behind it finds no transaction.
    private Reply chunk(Command command) throws IOException, MalformedCommandException {
        Command.Chunk chunk = command.chunk();
        // Nobody waits for an acceptance until the next message is on the disk too.
        if (acceptanceUnsaid || !connection.in().holds(chunk.octets())) connection.flush();
        acceptanceUnsaid = false;
        connection.beginData(config.limits().times().dataOctetsPerSecond());
        Transaction open = transaction;
        if (open == null || !open.hasRecipients()) {
            connection.in().chunk(chunk.octets(), SmtpInput.Arriving.unwanted());
            endTransaction();
            return open == null ? Reply.of(503, "5.5.1 say MAIL first") : NO_RECIPIENTS;
        }
        boolean goesOn = false;
        try {
            Reply reply = open.receive(connection.in(), chunk);
            goesOn = reply.accepts() && !chunk.last();
            acceptanceUnsaid = reply.accepts() && chunk.last();
            return reply;
        } finally {
            if (!goesOn) endTransaction();
        }
    }

    private Reply reset() {
        endTransaction();
        return Reply.of(250, "2.0.0 Ok");
    }

    private Reply quit() {
        ended = true;
        return Reply.of(221, "2.0.0 " + config.hostName() + " closes the connection");
    }

    private Reply unknown(Command command) throws MalformedCommandException {
        if (UnknownVerb.isOfOtherProtocol(command.verb())) cutShort();
        throw UnknownVerb.refusal(command.verb());
    }

    private static boolean needsUtf8(Address address, String asSent) {
        return address.needsUtf8() || !Characters.areAscii(asSent);
    }

    private void last(Reply reply) throws IOException {
        cutShort();
        connection.say(reply);
    }

    private void end() {
        ended = true;
        connection.sayLast(CLOSING);
        connection.cut();
    }
}
