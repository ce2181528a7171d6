package org.sternpost.engine.smtp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.credential.Authenticator;
import org.sternpost.engine.credential.Password;
import org.sternpost.engine.credential.ScramKeys;
import org.sternpost.engine.credential.SubmissionUser;
import org.sternpost.engine.credential.SubmissionUsers;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.message.Header;
import org.sternpost.engine.smtp.server.Admission.Network;
import org.sternpost.engine.smtp.server.SmtpServer.ListenerConfig;
import org.sternpost.engine.smtp.server.SmtpServer.MessageSink;
import org.sternpost.engine.smtp.server.SmtpServer.ServerLimits;
import org.sternpost.engine.store.Content;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Certificates;
import org.sternpost.engine.tls.ServerIdentity;

/// AUTH as a submitting client meets it, over real sockets (RFC 4954).
class AuthenticationTest {

    private static final String RIGHT = "\0shop\0correct horse";
    private static final String WRONG = "\0shop\0wrong horse";

    @TempDir
    Path directory;
    private final SimTime time = new SimTime();
    private final Certificates ca = new Certificates(time.instant());
    private final List<String> clients = new CopyOnWriteArrayList<>();
    private final List<String> kept = new CopyOnWriteArrayList<>();
    private Database database;
    private SubmissionUsers users;
    private Authenticator authenticator;
    private ServerIdentity identity;
    private SmtpServer server;

    @BeforeEach
    void start() throws Exception {
        database = SqliteDatabase.open(directory.resolve("data"), SubmissionUsers.SCHEMA);
        users = new SubmissionUsers(database);
        authenticator = new Authenticator(users, time);
        put("shop", "correct horse");
        var shown = ca.good("relay.example");
        identity = ServerIdentity.of(Files.writeString(directory.resolve("chain.pem"), shown.chainPem()),
                Files.writeString(directory.resolve("key.pem"), shown.keyPem()));
        server = started(true, false, "192.0.2.0/24");
    }

    private SmtpServer started(boolean required, boolean tlsFirst, String allowed) throws IOException {
        var terms = new ListenerTerms(new ListenerTerms.Auth.Offered(authenticator, required), tlsFirst, false,
                List.of());
        return SmtpServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new ListenerConfig(Domain.of("relay.example"), List.of(Network.of(allowed)),
                        new Admission(ServerLimits.DEFAULT), this::take, directory, Optional.of(identity), terms,
                        time));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        database.close();
    }

    private void put(String name, String password) throws Exception {
        users.change(SQLException.class, now -> {
            now.put(new SubmissionUser(name, ScramKeys.of(Password.of(password)), true, "", "", time.instant(),
                    time.instant()));
            return true;
        });
    }

    private MessageSink.Answer take(QueueId id, String client, Envelope envelope, Header header, Content content) {
        try (var octets = content.open()) {
            kept.add(new String(octets.readAllBytes(), StandardCharsets.UTF_8));
            clients.add(client);
            return new MessageSink.Answer.Accepted(id);
        } catch (IOException broken) {
            throw new java.io.UncheckedIOException(broken);
        }
    }

    private TlsClient secured() throws IOException { return TlsClient.secured(server.address(), ca.trusting()); }

    private static String plain(String text) { return "AUTH PLAIN " + TlsClient.encoded(text); }

    private static void assertSaid(String reply, String said) { assertTrue(said.startsWith(reply), said); }

    @Test
    void authIsAnnouncedWithinTlsAlone() throws Exception {
        try (var client = new TlsClient(server.address(), ca.trusting())) {
            client.reply();
            String clear = client.say("EHLO c.example");
            assertTrue(clear.contains("STARTTLS") && !clear.contains("AUTH"), clear);
            assertSaid("538 5.7.11", client.say(plain(RIGHT)));
            assertSaid("538 5.7.11", client.say("AUTH LOGIN"));
            assertSaid("530 5.7.0", client.say("MAIL FROM:<a@x.example>"));
            client.say("STARTTLS");
            client.shakeHands();
            String secure = client.say("EHLO c.example");
            assertTrue(secure.contains("AUTH SCRAM-SHA-256 PLAIN LOGIN\n"), secure);
            assertSaid("530 5.7.0", client.say("MAIL FROM:<a@x.example>"));
            assertSaid("503 5.5.1", client.say("RCPT TO:<a@x.example>"));
        }
        assertEquals(0, authenticator.failures(), "what came in clear was looked at");
    }

    @Test
    void whoeverHasProvenItselfRelaysAndIsNamedInTheTraceAndNotInTheMessage() throws Exception {
        try (var client = secured()) {
            assertSaid("235 2.7.0", client.say(plain(RIGHT)));
            assertSaid("250", client.say("MAIL FROM:<a@x.example> AUTH=<> SIZE=10"));
            client.say("RCPT TO:<b@y.example>");
            client.say("DATA");
            assertSaid("250", client.say("A: b\r\n\r\nx\r\n."));
            assertSaid("250", client.say("MAIL FROM:<a@x.example> AUTH=a+3Db@x.example SMTPUTF8"));
            client.say("RCPT TO:<b@y.example>");
            client.say("DATA");
            assertSaid("250", client.say("A: b\r\n\r\nx\r\n."));
        }
        assertEquals("127.0.0.1 as shop", clients.getFirst());
        assertTrue(kept.getFirst().contains(" with ESMTPSA id "), kept.getFirst());
        assertTrue(kept.getLast().contains(" with UTF8SMTPSA id "), kept.getLast());
        assertTrue(!kept.getFirst().contains("shop"), kept.getFirst());
    }

    @Test
    void loginAsksTwoQuestionsAndPlainOneThatIsEmpty() throws Exception {
        try (var client = secured()) {
            assertEquals("334 " + TlsClient.encoded("Username:") + "\n", client.say("auth login"));
            assertEquals("334 " + TlsClient.encoded("Password:") + "\n", client.answer("SHOP"));
            assertSaid("235", client.answer("correct horse"));
        }
        try (var client = secured()) {
            assertEquals("334 " + TlsClient.encoded("Password:") + "\n",
                    client.say("AUTH LOGIN " + TlsClient.encoded("shop")));
            assertSaid("535 5.7.8", client.answer("wrong horse"));
            assertEquals("334 \n", client.say("AUTH PLAIN"));
            assertSaid("235", client.answer(RIGHT));
        }
    }

    @Test
    void scramProvesBothSidesAndEndsWithAnEmptyAnswer() throws Exception {
        try (var client = secured()) {
            String first = client.say("AUTH SCRAM-SHA-256 " + TlsClient.encoded("n,,n=shop,r=abc"));
            assertSaid("334 ", first);
            var challenge = new String(java.util.Base64.getDecoder().decode(first.substring(4).strip()),
                    StandardCharsets.UTF_8);
            assertTrue(challenge.startsWith("r=abc") && challenge.endsWith(",i=16384"), challenge);
            assertSaid("535 5.7.8", client.answer("c=biws," + challenge.substring(0, challenge.indexOf(',')) + ",p="
                    + TlsClient.encoded("x".repeat(32))));
            assertEquals("334 \n", client.say("AUTH SCRAM-SHA-256"));
            assertSaid("501 5.5.2", client.answer("p=tls-unique,,n=shop,r=abc"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            AUTH                                  | 501 5.5.4
            AUTH CRAM-MD5                         | 504 5.5.4
            AUTH SCRAM-SHA-256-PLUS               | 504 5.5.4
            AUTH PLAIN !!!!                       | 501 5.5.2
            AUTH PLAIN AHNob3AA=                  | 501 5.5.2
            AUTH PLAIN AHNob3A                    | 501 5.5.2
            AUTH PLAIN AHNob3A= x                 | 501 5.5.2
            AUTH PLAIN =                          | 501 5.5.2
            AUTH LOGIN =                          | 334
            AUTH PLAIN AHNob3AAd3JvbmcgaG9yc2U=   | 535 5.7.8
            AUTH PLAIN YWRtaW4Ac2hvcABjb3JyZWN0IGhvcnNl | 535 5.7.8
            MAIL FROM:<a@x.example> AUTH=<>       | 530 5.7.0
            """)
    void commandGetsItsReply(String command, String reply) throws Exception {
        try (var client = secured()) {
            assertSaid(reply, client.say(command));
        }
    }

    @Test
    void anExchangeEndsByItsCancelByGarbageAndByALineTooLong() throws Exception {
        try (var client = secured()) {
            client.say("AUTH LOGIN");
            assertSaid("501 5.7.0", client.say("*"));
            client.say("AUTH LOGIN");
            assertSaid("501 5.5.2", client.say("not base64!"));
            client.say("AUTH LOGIN");
            client.say(TlsClient.encoded("shop"));
            assertSaid("501 5.5.2", client.say(""));
            client.say("AUTH PLAIN");
            assertSaid("500 5.5.6", client.say("A".repeat(20_000)));
            assertSaid("500 5.5.2", client.say("AUTH PLAIN " + "A".repeat(20_000)));
            client.say("AUTH PLAIN");
            // An answer as long as may be is read, whatever is in it.
            assertSaid("535", client.answer("\0shop\0" + "x".repeat(9_000)));
            assertSaid("235", client.say(plain(RIGHT)));
        }
        assertEquals(1, authenticator.failures());
    }

    @Test
    void authComesOnceAfterEhloAndOutsideATransaction() throws Exception {
        server.close();
        server = started(false, false, "127.0.0.0/8");
        try (var client = new TlsClient(server.address(), ca.trusting())) {
            client.reply();
            client.say("EHLO c.example");
            client.say("STARTTLS");
            client.shakeHands();
            assertSaid("503 5.5.1", client.say(plain(RIGHT)));
            client.say("HELO c.example");
            assertSaid("503 5.5.1", client.say(plain(RIGHT)));
            client.say("EHLO c.example");
            assertSaid("250", client.say("MAIL FROM:<a@x.example>"));
            assertSaid("503 5.5.1", client.say(plain(RIGHT)));
            client.say("RSET");
            assertSaid("235", client.say(plain(RIGHT)));
            assertSaid("503 5.5.1", client.say(plain(RIGHT)));
            assertSaid("503 5.5.1", client.say("AUTH LOGIN"));
            client.say("EHLO c.example");
            assertSaid("503 5.5.1", client.say(plain(RIGHT)));
        }
    }

    /// RFC 5321 §7.8: what comes behind a bare line end may be somebody else's.
    @Test
    void aBareLineEndWithinAnExchangeEndsTheSession() throws Exception {
        try (var client = secured()) {
            client.say("AUTH LOGIN");
            client.write("c2hvcA==\nMAIL FROM:<a@x.example>\r\n");
            assertSaid("501", client.reply());
            assertEquals("", client.reply());
        }
    }

    @Test
    void aSessionEndsAfterThreeFailuresAndAClientWaitsAfterFive() throws Exception {
        try (var client = secured()) {
            assertSaid("535", client.say(plain(WRONG)));
            assertSaid("535", client.say(plain("\0nobody\0wrong horse")));
            assertSaid("535", client.say(plain(WRONG)));
            assertSaid("421 4.7.0", client.reply());
            assertEquals("", client.reply());
        }
        try (var client = secured()) {
            client.say(plain(WRONG));
            client.say(plain(WRONG));
            assertSaid("454 4.7.0", client.say(plain(RIGHT)));
        }
        assertEquals(5, authenticator.failures());
        time.advance(Duration.ofSeconds(2));
        try (var client = secured()) {
            assertSaid("235", client.say(plain(RIGHT)));
        }
    }

    @Test
    void aUserThatIsRemovedHandsInNoFurtherMessage() throws Exception {
        try (var client = secured()) {
            client.say(plain(RIGHT));
            assertSaid("250", client.say("MAIL FROM:<a@x.example>"));
            client.say("RSET");
            users.change(SQLException.class, now -> {
                now.remove("shop");
                return true;
            });
            assertSaid("530 5.7.0", client.say("MAIL FROM:<a@x.example>"));
        }
    }

    @Test
    void aNetworkThatIsAllowedNeedsNoneWhereAuthIsOffered() throws Exception {
        server.close();
        server = started(false, false, "127.0.0.0/8");
        try (var client = secured()) {
            assertSaid("250", client.say("MAIL FROM:<a@x.example>"));
        }
        server.close();
        server = started(false, false, "192.0.2.0/24");
        try (var client = secured()) {
            assertSaid("530 5.7.0", client.say("MAIL FROM:<a@x.example>"));
            client.say(plain(RIGHT));
            assertSaid("250", client.say("MAIL FROM:<a@x.example>"));
        }
    }

    /// RFC 8314 §3.3, as on port 465.
    @Test
    void aListenerMayBeginWithTheHandshake() throws Exception {
        server.close();
        server = started(true, true, "192.0.2.0/24");
        try (var client = new TlsClient(server.address(), ca.trusting())) {
            client.shakeHands();
            assertSaid("220 ", client.reply());
            String said = client.say("EHLO c.example");
            assertTrue(said.contains("REQUIRETLS") && said.contains("AUTH ") && !said.contains("STARTTLS"), said);
            assertSaid("503 5.5.1", client.say("STARTTLS"));
            assertSaid("235", client.say(plain(RIGHT)));
            assertSaid("250", client.say("MAIL FROM:<a@x.example>"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"EHLO c.example\r\n", "GET / HTTP/1.1\r\n\r\n", "\0", "\u0016\u0003\u0001"})
    void whoSpeaksInClearThereHearsNothingAndKeepsNobodyOut(String clear) throws Exception {
        server.close();
        server = started(true, true, "192.0.2.0/24");
        try (var client = new TlsClient(server.address(), ca.trusting());
                var other = new TlsClient(server.address(), ca.trusting())) {
            client.write(clear);
            client.socket().shutdownOutput();
            String heard = new String(client.socket().getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertTrue(!heard.contains("220") && !heard.contains("250"), heard);
            other.shakeHands();
            assertSaid("220 ", other.reply());
        } catch (java.net.SocketException reset) {
            assertTrue(reset.getMessage().contains("reset"), reset.getMessage());
        }
    }

    @Test
    void noListenerWithoutACertificateOffersAuth() {
        var terms = new ListenerTerms(new ListenerTerms.Auth.Offered(authenticator, true), false, false, List.of());
        assertThrows(IllegalArgumentException.class, () -> new ListenerConfig(Domain.of("relay.example"), List.of(),
                new Admission(ServerLimits.DEFAULT), this::take, directory, Optional.empty(), terms, time));
    }
}
