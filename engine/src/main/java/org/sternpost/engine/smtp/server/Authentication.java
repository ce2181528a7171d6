package org.sternpost.engine.smtp.server;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.credential.SaslExchange.Mechanism;
import org.sternpost.engine.credential.SaslExchange.Step;
import org.sternpost.engine.credential.SaslExchange;
import org.sternpost.engine.credential.SubmissionUser;
import org.sternpost.engine.mail.Xtext;
import org.sternpost.engine.smtp.Command.MalformedCommandException;
import org.sternpost.engine.smtp.Command;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.smtp.SmtpInput;
import org.sternpost.engine.smtp.server.SmtpServer.ListenerConfig;

/// AUTH in one session (RFC 4954): who the client has proven to be, and how it does.
final class Authentication {

    /// RFC 4954 §4: of a line of an exchange, and so of the command that begins one.
    static final int LINE_OCTETS_MAX = 12_288;

    static final Reply REQUIRED = Reply.of(530, "5.7.0 authentication is required");
    static final Reply REQUIRED_IN_TLS = Reply.of(530, "5.7.0 authentication is required: STARTTLS, then AUTH");

    private static final int FAILURES_MAX = 3; // of one session
    private static final int STEPS_MAX = 8; // more than any mechanism has
    private static final System.Logger LOG = System.getLogger(Authentication.class.getName());

    private final ListenerConfig config;
    private final SmtpConnection connection;
    private final InetAddress client;
    private @Nullable SubmissionUser user;
    private int failures;

    Authentication(ListenerConfig config, SmtpConnection connection, InetAddress client) {
        this.config = config;
        this.connection = connection;
        this.client = client;
    }

    /// As EHLO announces it; within TLS alone, so that no client sends a password in clear.
    Optional<String> announced() {
        if (config.terms().auth() instanceof ListenerTerms.Auth.NotOffered || !connection.secure())
            return Optional.empty();
        return Optional.of("AUTH " + Arrays.stream(Mechanism.values()).map(Mechanism::word)
                .collect(Collectors.joining(" ")));
    }

    boolean isOffered() { return config.terms().auth() instanceof ListenerTerms.Auth.Offered; }

    /// True once it has failed so often that the session ends.
    boolean isOver() { return failures >= FAILURES_MAX; }

    /// By what a message is handed in; empty text without a proof.
    String name() {
        SubmissionUser proven = user;
        return proven == null ? "" : proven.name();
    }

    /// Parameters of MAIL without `AUTH=`, which says who wrote a message before it came here. Nobody whom we serve may
    /// say that for another, so it is read and means nothing (RFC 4954 §5).
    Map<String, String> withoutSender(Map<String, String> parameters) throws MalformedCommandException {
        String sender = parameters.get("AUTH");
        if (sender == null || !isOffered()) return parameters;
        if (sender.isEmpty() || !Xtext.is(sender))
            throw new MalformedCommandException(501, "5.5.4 AUTH is an address as xtext, or <>");
        var rest = new LinkedHashMap<>(parameters);
        rest.remove("AUTH");
        return rest;
    }

    /// Why this client may not begin a message now, if so.
    Optional<Reply> refusal() {
        if (!(config.terms().auth() instanceof ListenerTerms.Auth.Offered(var authenticator, var required)))
            return Optional.empty();
        SubmissionUser proven = user;
        if (proven == null)
            return required || !config.mayRelay(client)
                    ? Optional.of(connection.secure() ? REQUIRED : REQUIRED_IN_TLS)
                    : Optional.empty();
        // A session lasts for hours; who was taken away meanwhile relays no more.
        return authenticator.holds(proven)
                ? Optional.empty()
                : Optional.of(Reply.of(530, "5.7.0 this user was changed or removed; connect again"));
    }

    /// Runs an exchange to its end.
    ///
    /// @param ready false where EHLO is missing, or a message is under way
    Reply obey(Command command, boolean ready) throws IOException {
        if (!(config.terms().auth() instanceof ListenerTerms.Auth.Offered(var authenticator, _)))
            return Reply.of(502, "5.5.1 AUTH is not offered");
        if (!connection.secure()) {
            if (command.argument().indexOf(' ') > 0)
                LOG.log(System.Logger.Level.WARNING, "event=password-in-clear client={0} why=\"the client sent AUTH "
                        + "with a response before TLS\" remedy=\"set it to require TLS, and change that password\"",
                        client.getHostAddress());
            return Reply.of(538, "5.7.11 AUTH needs TLS: say STARTTLS first"); // RFC 4954 §6
        }
        if (user != null) return Reply.of(503, "5.5.1 this session is authenticated already"); // RFC 4954 §4
        if (!ready) return Reply.of(503, "5.5.1 AUTH comes after EHLO and outside a transaction");
        int space = command.argument().indexOf(' ');
        String word = space < 0 ? command.argument() : command.argument().substring(0, space);
        if (word.isEmpty()) return Reply.of(501, "5.5.4 AUTH needs a mechanism");
        Optional<Mechanism> mechanism = Arrays.stream(Mechanism.values())
                .filter(one -> one.word().equals(word.toUpperCase(Locale.ROOT))).findFirst();
        if (mechanism.isEmpty()) return Reply.of(504, "5.5.4 this mechanism is not offered");
        SaslExchange exchange = authenticator.begin(mechanism.get(), network());
        Optional<byte[]> initial = Optional.empty();
        if (space >= 0) {
            String text = command.argument().substring(space + 1);
            // RFC 4954 §4: "=" is an initial response that is empty.
            initial = text.equals("=") ? Optional.of(new byte[0]) : decoded(text);
            if (initial.isEmpty()) return notBase64();
        }
        return conduct(exchange, initial);
    }

    private Reply conduct(SaslExchange exchange, Optional<byte[]> initial) throws IOException {
        Step step = initial.isPresent() ? exchange.next(initial.get()) : exchange.begin();
        for (int i = 0; step instanceof Step.Challenge(var challenge); i++) {
            if (i == STEPS_MAX) return Reply.of(501, "5.5.2 the exchange does not end");
            connection.say(Reply.of(334, Base64.getEncoder().encodeToString(challenge)));
            connection.flush();
            connection.beginCommand();
            String line;
            switch (connection.in().line(LINE_OCTETS_MAX)) {
                case SmtpInput.Line.Text(var octets) -> line = new String(octets, StandardCharsets.ISO_8859_1);
                case SmtpInput.Line.TooLong _ -> {
                    return Reply.of(500, "5.5.6 the line is too long"); // RFC 4954 §6
                }
                case SmtpInput.Line.BareEnd _ -> {
                    return notBase64();
                }
                case SmtpInput.Line.End _ -> throw new IOException("the client left within AUTH");
            }
            if (line.equals("*")) return Reply.of(501, "5.7.0 authentication was cancelled"); // RFC 4954 §4
            Optional<byte[]> response = decoded(line);
            if (response.isEmpty()) return notBase64();
            step = exchange.next(response.get());
        }
        return switch (step) {
            case Step.Proven(var who) -> {
                user = who;
                LOG.log(System.Logger.Level.DEBUG, "event=authenticated client={0} user=\"{1}\"",
                        client.getHostAddress(), who.name());
                yield Reply.of(235, "2.7.0 authenticated");
            }
            case Step.Refused() -> {
                failures++;
                yield Reply.of(535, "5.7.8 the name or the password is wrong");
            }
            case Step.Later(var pause) -> {
                failures++;
                yield Reply.of(454, "4.7.0 too many failed before; try again in " + (pause.toSeconds() + 1) + " s");
            }
            case Step.Malformed(var why) -> Reply.of(501, "5.5.2 " + why);
            case Step.Challenge _ -> throw new IllegalStateException("a challenge ends no exchange");
        };
    }

    /// RFC 4954 §4: base64 with its padding, and nothing else.
    private static Optional<byte[]> decoded(String text) {
        try {
            return text.length() % 4 == 0 ? Optional.of(Base64.getDecoder().decode(text)) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static Reply notBase64() { return Reply.of(501, "5.5.2 the response is no base64"); }

    /// Whoever has one address of an IPv6 subnet has all of them.
    private String network() { return Admission.Network.ofOneClient(client).toString(); }
}
