package org.sternpost.engine.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.smtp.client.SmtpClient;
import org.sternpost.engine.smtp.client.SmtpClient.Timeouts;
import org.sternpost.engine.smtp.client.SmtpSession;
import org.sternpost.engine.smtp.client.SmtpSession.Answer;
import org.sternpost.engine.store.Content;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.lab.real.RealSoftware;
import org.sternpost.lab.real.ServerProcess;

/// Postfix and Exim take our flights, by BDAT and by DATA, and keep what was sent, octet by octet.
class RealTransactionsTest {

    private static final String HEAD = """
            Date: Sat, 28 Nov 2026 10:00:00 +0000
            From: <a@example.com>
            To: <b@example.org>
            Subject: flights
            """;

    /// Bodies that a host may spoil: dots, ends of data in odd places, eight bits, none at all, and one beyond the
    /// bound.
    private static final List<String> BODIES = List.of("hello\n", ".\n", "..\n.\n\n.a\n", "a\n.\nQUIT\nRSET\n",
            "BDAT 5 LAST\nhello\n", "gr\u00fcn\n", "", ("x".repeat(900) + "\n").repeat(100),
            ("." + "y".repeat(70) + "\n").repeat(900));

    @TempDir
    Path directory;

    @BeforeEach
    void hasTheServers() throws Exception {
        Optional<String> hindrance = RealInternet.hindrance();
        if (hindrance.isEmpty()) return;
        if ("required".equals(System.getenv("STERNPOST_REAL_SERVERS")))
            fail("real servers are required: " + hindrance.get());
        abort(hindrance.get());
    }

    @Test
    void whatIsSentInFlightsIsKeptOctetByOctet() throws Exception {
        // The receivers' own accounts must get at their folders below.
        for (Path above : List.of(directory, directory.toAbsolutePath().getParent()))
            Files.setPosixFilePermissions(above, PosixFilePermissions.fromString("rwx--x--x"));
        var net = RealNet.free();
        var software = RealSoftware.inCache();
        var postfix = hosts(net, 201);
        try (var receiver = RealPostfix.start(software, Files.createDirectory(directory.resolve("postfix")), postfix)) {
            all(receiver, postfix);
        }
        var exim = hosts(net, 202);
        try (var receiver = RealExim.start(software, Files.createDirectory(directory.resolve("exim")), exim)) {
            all(receiver, exim);
        }
    }

    private List<Receiver.Listener> hosts(RealNet net, int receiver) {
        return List.of(
                new Receiver.Listener(net.at(net.mailHost(receiver, 1), net.smtpPort()), RealHost.Offer.CLEAR,
                        directory, true),
                new Receiver.Listener(net.at(net.mailHost(receiver, 2), net.smtpPort()), RealHost.Offer.CLEAR,
                        directory, false));
    }

    private void all(Receiver receiver, List<Receiver.Listener> hosts) throws Exception {
        for (var host : hosts)
            try (var session = new SmtpClient(Timeouts.of(Patience.AMPLE), new SystemTime()).connect(host.address(),
                    Optional.empty())) {
                assertTrue(session.banner().accepts());
                assertTrue(session.hello("client.example.com", false).accepts());
                String place = receiver.name() + " " + session.keywords();
                assertTrue(session.offers("PIPELINING"), place);
                assertEquals(host.chunking(), session.offers("CHUNKING"), place);
                for (int i = 0; i < BODIES.size(); i++)
                    one(receiver, session, (host.chunking() ? "bdat " : "data ") + i, BODIES.get(i));
                session.quit();
            }
    }

    private static void one(Receiver receiver, SmtpSession session, String name, String body) throws Exception {
        String message = Receiver.FIELD + ": " + name + "\nMessage-ID: <" + name.replace(' ', '.') + "@example.com>\n"
                + HEAD + "\n" + body;
        var envelope = new Envelope(ReversePath.of("a@example.com"),
                List.of(Recipient.of(Address.of("b@example.org"))), MailParameters.NONE);
        var answer = session.send(envelope,
                Content.of(message.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8))).getFirst();
        assertTrue(answer instanceof Answer.Said said && said.delivered(),
                receiver.name() + " " + name + ": " + answer);
        ServerProcess.until(Patience.AMPLE, () -> receiver.find(name).isPresent());
        String kept = receiver.find(name).orElseThrow().text();
        assertEquals(message, kept.substring(kept.indexOf(Receiver.FIELD + ": ")), receiver.name() + " " + name);
    }
}
