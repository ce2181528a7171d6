package org.sternpost.lab.mx;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLSocket;

/// One session of one host, from greeting to the end.
final class MxSession {
    private static final int MESSAGE_OCTETS_MAX = 52_428_800;
    private static final int RECIPIENTS_MAX = 1000; // RFC 5321 §4.5.3.1.8 asks for 100 at least.
    private static final int FEW_RECIPIENTS = 10;
    private static final String OK = "250 2.0.0 OK";

    private final MxHost host;
    private final Mailbox mailbox;
    private final Greylist greylist;
    private final Socket plain;
    private final Visit visit;
    private final boolean welcome;
    private Socket socket;
    private SmtpWire wire;
    private Optional<String> tls = Optional.empty();
    private Optional<String> sender = Optional.empty();
    private String parameters = "";
    private int messages;
    private final List<String> recipients = new ArrayList<>();
    private final ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    private boolean chunkLost;

    /// @param welcome false for a session more than the host wants at once
    MxSession(MxHost host, Mailbox mailbox, Greylist greylist, Socket plain, Visit visit, boolean welcome)
            throws IOException {
        this.host = host;
        this.mailbox = mailbox;
        this.greylist = greylist;
        this.plain = plain;
        this.visit = visit;
        this.welcome = welcome;
        socket = plain;
        wire = new SmtpWire(plain);
    }

    void run() throws IOException {
        if (greet()) {
            for (var line = wire.line(); line.isPresent() && serve(line.get()); line = wire.line()) {
                continue;
            }
        }
        wire.flush();
        socket.close(); // Within TLS this says so to the peer (RFC 8446 §6.1).
    }

    private boolean greet() {
        if (!welcome) {
            wire.reply("421 4.7.0 Too many sessions from you");
            return false;
        }
        switch (host.fault()) {
            case HANGS -> {
                return true;
            }
            case GREETS_WITH_TWO_CODES -> {
                wire.reply("220-" + host.name() + " ESMTP Sternpost lab");
                wire.reply("521 5.7.1 Your address is blocked");
            }
            default -> wire.reply("220 " + host.name() + " ESMTP Sternpost lab");
        }
        return true;
    }

    /// False when the session is over.
    private boolean serve(String line) throws IOException {
        if (host.fault() == MxFault.HANGS) {
            return true;
        }
        var space = line.indexOf(' ');
        var verb = (space < 0 ? line : line.substring(0, space)).toUpperCase(Locale.ROOT);
        var argument = space < 0 ? "" : line.substring(space + 1).strip();
        visit.heard(verb);
        if (verb.equals("MAIL") || verb.equals("RCPT")) {
            visit.addressed(line);
        }
        if (host.fault() == MxFault.LOSES_PIPELINED) {
            wire.dropBufferedInput();
        }
        return switch (verb) {
            case "EHLO" -> ehlo();
            case "HELO" -> say("250 " + host.name());
            case "STARTTLS" -> starttls();
            case "MAIL" -> mail(argument);
            case "RCPT" -> rcpt(argument);
            case "DATA" -> data();
            case "BDAT" -> bdat(argument);
            case "RSET" -> rset();
            case "NOOP" -> say(OK);
            case "VRFY" -> say("252 2.1.5 Cannot verify, will try");
            case "QUIT" -> {
                wire.reply("221 2.0.0 Bye");
                yield false;
            }
            default -> say("500 5.5.2 Command unknown");
        };
    }

    private boolean say(String reply) {
        wire.reply(reply);
        return true;
    }

    private boolean ehlo() {
        forget();
        var lines = new ArrayList<>(
                List.of(host.name(), "PIPELINING", "SIZE " + MESSAGE_OCTETS_MAX));
        if (host.fault() != MxFault.SEVEN_BIT) {
            lines.addAll(List.of("8BITMIME", "SMTPUTF8"));
        }
        if (host.fault() != MxFault.LOSES_PIPELINED) {
            lines.add("CHUNKING");
        }
        if (host.fault() == MxFault.KNOWS_DSN) {
            lines.add("DSN");
        }
        if (tls.isEmpty() && host.fault() != MxFault.NO_STARTTLS) {
            lines.add("STARTTLS");
        }
        if (offersRequireTls()) {
            lines.add("REQUIRETLS");
        }
        lines.forEach(line -> wire.reply("250-" + line));
        return say("250 ENHANCEDSTATUSCODES");
    }

    /// RFC 8689 §2: announced only within TLS.
    private boolean offersRequireTls() { return tls.isPresent() && host.offersRequireTls(); }

    private boolean starttls() throws IOException {
        if (tls.isPresent() || host.fault() == MxFault.NO_STARTTLS) {
            return say("503 5.5.1 No STARTTLS here");
        }
        if (host.fault() == MxFault.STARTTLS_REFUSED) {
            return say("554 5.7.3 Unable to initialize security subsystem");
        }
        if (host.fault() == MxFault.STARTTLS_CLOSES) {
            wire.reply("421 4.3.2 Too busy for TLS");
            return false;
        }
        // RFC 3207 §4 ends the plain dialogue with this command; more of it is an injection.
        if (wire.hasBufferedInput()) {
            wire.reply("421 4.7.0 Commands after STARTTLS");
            return false;
        }
        wire.reply("220 2.0.0 Ready to start TLS");
        if (host.fault() == MxFault.STARTTLS_INJECTED) {
            wire.reply("250 2.0.0 Said by somebody on the way");
        }
        wire.flush();
        if (host.fault() == MxFault.STARTTLS_BROKEN) {
            return false;
        }
        var secure = ServerHandshake.over(plain, host);
        tls = Optional.of(secure.getSession().getProtocol());
        visit.secured(askedFor(secure));
        socket = secure;
        wire = new SmtpWire(secure);
        forget();
        return true;
    }

    private static Optional<String> askedFor(SSLSocket secure) {
        return secure.getSession() instanceof ExtendedSSLSession session
                ? session.getRequestedServerNames().stream().filter(SNIHostName.class::isInstance)
                        .map(name -> ((SNIHostName) name).getAsciiName()).findFirst()
                : Optional.empty();
    }

    private boolean mail(String argument) {
        var path = path("FROM:", argument);
        if (path.isEmpty()) {
            return say("501 5.5.4 MAIL FROM:<address>");
        }
        if (sender.isPresent()) {
            return say("503 5.5.1 Sender already given");
        }
        var said = argument.substring(argument.indexOf(path.get() + ">") + path.get().length() + 1).strip();
        // RFC 5321 §4.1.1.11: a parameter of an extension that was not announced.
        if (!offersRequireTls() && List.of(said.toUpperCase(Locale.ROOT).split(" +")).contains("REQUIRETLS")) {
            return say("555 5.5.4 REQUIRETLS is not known here");
        }
        if (host.fault() == MxFault.SEVEN_BIT && said.toUpperCase(Locale.ROOT).contains("BODY=")) {
            return say("555 5.5.4 BODY is not known here");
        }
        if (messages > 0 && host.fault() == MxFault.CLOSES_AT_MAIL) {
            return close();
        }
        sender = path;
        parameters = said;
        return say("250 2.1.0 Sender OK");
    }

    private boolean rcpt(String argument) {
        var path = path("TO:", argument);
        if (path.isEmpty()) {
            return say("501 5.5.4 RCPT TO:<address>");
        }
        if (sender.isEmpty()) {
            return say("503 5.5.1 MAIL first");
        }
        if (!Mailbox.domainOf(path.get()).map(host.domains()::contains).orElse(false)) {
            return say("550 5.7.1 Not a domain of this host");
        }
        if (recipients.size() == RECIPIENTS_MAX) {
            return say("452 4.5.3 Too many recipients");
        }
        boolean many = recipients.size() >= FEW_RECIPIENTS;
        return switch (host.fault()) {
            case TEN_RECIPIENTS_THEN_552 -> many ? say("552 5.5.3 Too many recipients") : accept(path.get());
            case TEN_RECIPIENTS_THEN_452 -> many ? say("452 4.5.3 Too many recipients") : accept(path.get());
            case CLOSES_AT_RCPT -> messages > 0 ? close() : accept(path.get());
            case TEMPFAIL_ALWAYS -> say("451 4.3.0 Try again later, and later again");
            case USER_UNKNOWN -> say("550 5.1.1 No such user");
            case TEMPFAIL_FIRST -> greylist.isFirst(host.name(), sender.get(), path.get())
                    ? say("451 4.7.1 Greylisted, try again later")
                    : accept(path.get());
            default -> accept(path.get());
        };
    }

    private boolean close() {
        wire.reply("421 4.3.2 Enough for one session");
        return false;
    }

    private boolean accept(String recipient) {
        recipients.add(recipient);
        return say("250 2.1.5 Recipient OK");
    }

    private boolean data() throws IOException {
        if (recipients.isEmpty()) {
            return say("503 5.5.1 RCPT first");
        }
        wire.reply("354 Send it, end with a lone dot");
        wire.flush();
        return taken(wire.message(MESSAGE_OCTETS_MAX));
    }

    private boolean bdat(String argument) throws IOException {
        var words = argument.split(" +");
        if (!words[0].matches("\\d{1,18}")) {
            wire.reply("501 5.5.4 BDAT octets [LAST]");
            return false; // Nobody knows how much follows.
        }
        // RFC 3030 §2: whatever the reply, the octets are read.
        var chunk = wire.chunk(Long.parseLong(words[0]), MESSAGE_OCTETS_MAX);
        if (host.fault() == MxFault.REFUSES_BDAT) {
            return say("502 5.5.1 BDAT is not known here");
        }
        if (recipients.isEmpty()) {
            return say("503 5.5.1 RCPT first");
        }
        chunk.ifPresent(chunks::writeBytes);
        chunkLost |= chunk.isEmpty() || chunks.size() > MESSAGE_OCTETS_MAX;
        boolean last = words.length > 1 && words[1].equalsIgnoreCase("LAST");
        if (!last) {
            return chunkLost ? say("552 5.3.4 Message too large") : say("250 2.0.0 Chunk kept");
        }
        return taken(chunkLost ? Optional.empty() : Optional.of(chunks.toByteArray()));
    }

    /// Answers the end of a message; one that is empty was too large.
    private boolean taken(Optional<byte[]> message) throws IOException {
        if (host.fault() == MxFault.DROPS_AFTER_DATA) {
            return false;
        }
        if (host.fault() == MxFault.ASKS_FOR_MORE) {
            forget();
            return say("354 Go on");
        }
        if (message.isEmpty()) {
            forget();
            return say("552 5.3.4 Message too large");
        }
        var letter = new Mailbox.Letter(sender.orElse(""), parameters, List.copyOf(recipients));
        mailbox.keep(host.name(), tls, letter, message.get());
        visit.kept(letter.recipients());
        forget();
        messages++;
        say("250 2.0.0 Kept");
        if (host.fault() == MxFault.ANSWERS_TWICE) {
            say("250 2.1.5 Kept, as was said");
        }
        return host.fault() != MxFault.CLOSES_SILENTLY;
    }

    private boolean rset() {
        forget();
        return say(OK);
    }

    private void forget() {
        sender = Optional.empty();
        recipients.clear();
        chunks.reset();
        chunkLost = false;
    }

    /// The address between the angle brackets; a quoted local part may hold `>` itself.
    private static Optional<String> path(String keyword, String argument) {
        if (!argument.regionMatches(true, 0, keyword, 0, keyword.length())) {
            return Optional.empty();
        }
        var rest = argument.substring(keyword.length()).strip();
        if (!rest.startsWith("<")) {
            return Optional.empty();
        }
        var quoted = false;
        for (int at = 1; at < rest.length(); at++) {
            var letter = rest.charAt(at);
            if (letter == '\\') {
                at++;
            } else if (letter == '"') {
                quoted = !quoted;
            } else if (letter == '>' && !quoted) {
                return Optional.of(rest.substring(1, at));
            }
        }
        return Optional.empty();
    }
}
