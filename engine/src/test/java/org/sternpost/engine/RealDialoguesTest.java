package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sternpost.engine.EveryDoor.PASSWORD;
import static org.sternpost.engine.EveryDoor.RECIPIENT;
import static org.sternpost.engine.EveryDoor.SENDER;
import static org.sternpost.engine.EveryDoor.USER;
import static org.sternpost.engine.EveryDoor.WRONG;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.EveryDoor.Door;
import org.sternpost.engine.real.MailClients;
import org.sternpost.engine.real.RelayingPostfix.Way;
import org.sternpost.engine.real.RelayingPostfix;
import org.sternpost.lab.real.RealSoftware;

/// What other clients than [RealClientsTest]'s say in their own words: Python's smtplib with DSN, BDAT and PROXY, and
/// Postfix (Cyrus SASL) that relays by each mechanism.
class RealDialoguesTest {

    @TempDir
    Path directory;
    private EveryDoor doors;
    private MailClients clients;

    @BeforeEach
    void start() throws Exception {
        MailClients.require();
        clients = new MailClients(Files.createDirectories(directory.resolve("clients")));
        doors = new EveryDoor(directory);
    }

    @AfterEach
    void stop() throws Exception { if (doors != null) doors.close(); }

    private List<String> python(int port, boolean tls, String proxied, String... dialogue) throws Exception {
        var said = clients.python(String.join("\n", dialogue), List.of("127.0.0.1:" + port, tls ? "tls" : "plain",
                doors.authority().toString(), proxied));
        assertEquals(0, said.status(), said.text());
        return said.text().lines().map(line -> line.replaceAll("queued as \\S+", "queued as ID")).toList();
    }

    private List<String> python(Door door, String... dialogue) throws Exception {
        return python(doors.port(door), door == Door.IMPLICIT, "-", dialogue);
    }

    @Test
    void aPasswordIsTakenWithinTlsAlone() throws Exception {
        String plain = Base64.getEncoder()
                .encodeToString(("\0" + USER + "\0" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        assertEquals(List.of(
                "8bitmime chunking dsn enhancedstatuscodes help pipelining size smtputf8 starttls |",
                "538 5.7.11 AUTH needs TLS: say STARTTLS first",
                "530 5.7.0 authentication is required: STARTTLS, then AUTH", "220 2.0.0 begin TLS",
                "8bitmime auth chunking dsn enhancedstatuscodes help pipelining requiretls size smtputf8 "
                        + "| SCRAM-SHA-256 PLAIN LOGIN",
                "535 5.7.8 the name or the password is wrong", "530 5.7.0 authentication is required",
                "504 5.5.4 this mechanism is not offered", "235 2.7.0 authenticated",
                "503 5.5.1 this session is authenticated already", "250 2.1.0 Ok", "250 2.1.5 Ok",
                "250 2.0.0 Ok: queued as ID"),
                python(Door.STARTTLS, "FEATURES", "AUTH PLAIN " + plain, "MAIL " + SENDER, "STARTTLS", "FEATURES",
                        "AUTH PLAIN " + Base64.getEncoder()
                                .encodeToString(("\0" + USER + "\0" + WRONG).getBytes(StandardCharsets.UTF_8)),
                        "MAIL " + SENDER, "AUTH CRAM-MD5", "LOGIN " + USER + " " + PASSWORD, "AUTH PLAIN " + plain,
                        "MAIL " + SENDER, "RCPT " + RECIPIENT, "DATA right"));
        doors.arrived(Map.of("right", "ESMTPSA"));
    }

    @Test
    void theThirdFailureEndsASession() throws Exception {
        String wrong = "AUTH PLAIN " + Base64.getEncoder()
                .encodeToString(("\0" + USER + "\0" + WRONG).getBytes(StandardCharsets.UTF_8));
        var said = python(Door.IMPLICIT, "FEATURES", wrong, wrong, wrong, "NOOP");
        assertEquals(List.of("535 5.7.8 the name or the password is wrong",
                "535 5.7.8 the name or the password is wrong", "535 5.7.8 the name or the password is wrong",
                "421 4.7.0 too many failures of authentication"), said.subList(1, said.size()));
    }

    @Test
    void deliveryStatusIsToldAsItWasAskedFor() throws Exception {
        assertEquals(List.of("250 2.1.0 Ok", "250 2.1.5 Ok", "250 2.0.0 Ok: queued as ID"),
                python(Door.NETWORK, "MAIL " + SENDER + " RET=HDRS ENVID=a+2Bb", "RCPT " + RECIPIENT
                        + " NOTIFY=SUCCESS,DELAY ORCPT=rfc822;first@origin.example", "DATA told"));
        doors.arrived(Map.of("told", "ESMTP"));
        String notice = doors.notice();
        for (String part : List.of("Original-Envelope-Id: a+b", "Original-Recipient: rfc822; first@origin.example",
                "Final-Recipient: rfc822; " + RECIPIENT, "Action: relayed"))
            assertTrue(notice.contains(part), part + " is missing in\n" + notice);
        assertEquals(List.of("250 2.1.0 Ok", "501 5.5.4 NOTIFY", "501 5.5.4 ORCPT", "250 2.0.0 Ok", "501 5.5.4 RET",
                "501 5.5.4 ENVID"),
                python(Door.NETWORK, "MAIL " + SENDER, "RCPT " + RECIPIENT + " NOTIFY=NEVER,SUCCESS",
                        "RCPT " + RECIPIENT + " ORCPT=nobody", "RSET", "MAIL " + SENDER + " RET=SOME",
                        "MAIL " + SENDER + " ENVID=a+b").stream()
                        .map(line -> line.replaceAll("(501 5.5.4 \\w+).*", "$1"))
                        .toList());
    }

    @Test
    void chunksMakeOneMessage() throws Exception {
        for (int size : new int[]{1, 7, 1_000})
            assertEquals(List.of("250 2.1.0 Ok", "250 2.1.5 Ok", "250 2.0.0 Ok: queued as ID",
                    "503 5.5.1 say MAIL first"),
                    python(Door.NETWORK, "MAIL " + SENDER + " BODY=8BITMIME", "RCPT " + RECIPIENT,
                            "BDAT " + size + " by " + size, "RCPT " + RECIPIENT));
        doors.arrived(Map.of("by 1", "ESMTP", "by 7", "ESMTP", "by 1000", "ESMTP"));
        for (var one : doors.lab().received(EveryDoor.DOMAIN)) {
            String text = Files.readString(one.message());
            assertTrue(text.endsWith("\r\n\r\n.\r\nhello\r\n"), text);
        }
    }

    @Test
    void behindAProxyEachFamilyOfAddressesIsKnown() throws Exception {
        assertEquals(List.of("250 2.1.0 Ok", "250 2.1.5 Ok", "250 2.0.0 Ok: queued as ID"),
                python(doors.port(Door.PROXY), false, "198.51.100.8", "MAIL " + SENDER, "RCPT " + RECIPIENT,
                        "DATA v4"));
        assertEquals(List.of("235 2.7.0 authenticated", "250 2.1.0 Ok", "250 2.1.5 Ok", "250 2.0.0 Ok: queued as ID"),
                python(doors.port(Door.PROXY_TLS), true, "2001:db8::8", "LOGIN " + USER + " " + PASSWORD,
                        "MAIL " + SENDER, "RCPT " + RECIPIENT, "DATA v6"));
        assertEquals(List.of("closed"), python(doors.port(Door.PROXY), false, "-", "EHLO client.example\r\n"));
        doors.arrived(Map.of("v4", "ESMTP", "v6", "ESMTPSA"));
        assertEquals(List.of("198.51.100.8"), doors.handedInBy("v4"));
        assertEquals(List.of("2001:db8:0:0:0:0:0:8 as " + USER), doors.handedInBy("v6"));
    }

    @Test
    void postfixRelaysByEachMechanismOverBothKindsOfTls() throws Exception {
        Optional<String> hindrance = RealSoftware.inCache().hindrance();
        if (hindrance.isPresent()) org.junit.jupiter.api.Assumptions.abort(hindrance.get());
        var ways = new LinkedHashMap<String, Way>();
        var arriving = new LinkedHashMap<String, String>();
        for (String mechanism : List.of("plain", "login", "scram-sha-256")) {
            String filter = "smtp_sasl_mechanism_filter=" + mechanism;
            ways.put(mechanism + "@lab.test", new Way(doors.port(Door.STARTTLS), USER, PASSWORD, List.of(filter)));
            ways.put(mechanism + ".tls@lab.test", new Way(doors.port(Door.IMPLICIT), USER, PASSWORD,
                    List.of(filter, "smtp_tls_wrappermode=yes")));
            ways.put(mechanism + ".wrong@lab.test", new Way(doors.port(Door.STARTTLS), USER, WRONG, List.of(filter)));
            arriving.put(mechanism + "@lab.test", "ESMTPSA");
            arriving.put(mechanism + ".tls@lab.test", "ESMTPSA");
        }
        ways.put("nobody@lab.test", new Way(doors.port(Door.STARTTLS), "", "", List.of()));
        ways.put("clear@lab.test", new Way(doors.port(Door.NETWORK), "", "", List.of("smtp_tls_security_level=none")));
        arriving.put("clear@lab.test", "ESMTP");
        try (var postfix = RelayingPostfix.start(directory.resolve("postfix"), doors.authority(), ways)) {
            for (String sender : ways.keySet())
                assertEquals(3, clients.python("MAIL " + sender + " RET=HDRS ENVID=pf+2B1\nRCPT " + RECIPIENT
                        + (sender.startsWith("clear") ? " NOTIFY=SUCCESS ORCPT=rfc822;first@origin.example" : "")
                        + "\nDATA " + sender,
                        List.of(postfix.address(), "plain",
                                doors.authority().toString(), "-"))
                        .text().lines().filter(line -> line.startsWith("250")).count());
            for (String sender : ways.keySet()) {
                String fate = postfix.fate(sender);
                String words = sender.contains(".wrong")
                        ? "535 5.7.8 the name or the password is wrong"
                        : sender.startsWith("nobody")
                                ? "530 5.7.0 authentication is required"
                                : "status=sent (250 2.0.0 Ok: queued as ";
                assertTrue(fate.contains(words), sender + " wanted " + words + "; found " + fate);
            }
        }
        doors.arrived(arriving);
        String notice = doors.notice();
        for (String part : List.of("Original-Envelope-Id: pf+1", "Original-Recipient: rfc822; first@origin.example",
                "Action: relayed"))
            assertTrue(notice.contains(part), part + " is missing in\n" + notice);
    }
}
