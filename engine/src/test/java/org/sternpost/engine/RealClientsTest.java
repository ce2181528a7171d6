package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sternpost.engine.EveryDoor.PASSWORD;
import static org.sternpost.engine.EveryDoor.RECIPIENT;
import static org.sternpost.engine.EveryDoor.SENDER;
import static org.sternpost.engine.EveryDoor.USER;
import static org.sternpost.engine.EveryDoor.WRONG;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.EveryDoor.Door;
import org.sternpost.engine.real.MailClients.Said;
import org.sternpost.engine.real.MailClients;

/// Programs of others hand mail in by every listener: swaks (OpenSSL), msmtp (GnuTLS, GNU SASL), curl and Python. What
/// they hand in arrives; what is refused they say in our words.
class RealClientsTest {

    private static final String WRONG_WORDS = "535 5.7.8 the name or the password is wrong";
    private static final String UNPROVEN = "530 5.7.0 authentication is required";
    private static final String UNPROVEN_CLEAR = "530 5.7.0 authentication is required: STARTTLS, then AUTH";

    @TempDir
    Path directory;
    private final Map<String, String> sent = new HashMap<>();
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

    private String port(Door door) { return Integer.toString(doors.port(door)); }

    private static List<String> all(List<String> some, String... more) {
        var all = new ArrayList<>(some);
        all.addAll(List.of(more));
        return all;
    }

    private static void says(int status, String words, Said said) {
        assertTrue(said.status() == status && said.text().contains(words),
                "wanted " + status + " " + words + "; found " + said.status() + " " + said.text());
    }

    private Said swaks(Door door, String subject, String... more) throws Exception {
        return clients.swaks(all(List.of("--server", "127.0.0.1", "--port", port(door), "--ehlo", "client.example",
                "--from", SENDER, "--to", RECIPIENT, "--header", "Subject: " + subject, "--timeout", "60s",
                "--tls-verify", "--tls-ca-path", doors.authority().toString()), more));
    }

    private static String[] auth(String mechanism, String password) {
        return new String[]{"--auth", mechanism, "--auth-user", USER, "--auth-password", password};
    }

    private static String[] with(String option, String... more) {
        return all(List.of(option), more).toArray(String[]::new);
    }

    @Test
    void swaksHandsInByEachMechanismOverBothKindsOfTls() throws Exception {
        for (String mechanism : List.of("PLAIN", "LOGIN")) {
            for (var way : Map.of(Door.STARTTLS, "--tls", Door.IMPLICIT, "--tls-on-connect").entrySet()) {
                String subject = "swaks " + mechanism + " " + way.getKey();
                says(0, "250 2.0.0 Ok: queued as ",
                        swaks(way.getKey(), subject, with(way.getValue(), auth(mechanism, PASSWORD))));
                sent.put(subject, "ESMTPSA");
            }
            says(28, WRONG_WORDS, swaks(Door.STARTTLS, "no", with("--tls", auth(mechanism, WRONG))));
        }
        doors.arrived(sent);
        assertEquals(List.of("127.0.0.1 as " + USER), doors.handedInBy("swaks LOGIN IMPLICIT"));
        assertEquals(2, doors.engine().management().engine().status().authenticationFailures());
    }

    @Test
    void swaksHandsInWithoutAPasswordWhereItsNetworkMayAndNowhereElse() throws Exception {
        says(0, "queued as", swaks(Door.NETWORK, "clear"));
        sent.put("clear", "ESMTP");
        says(0, "queued as", swaks(Door.NETWORK, "encrypted", "--tls"));
        sent.put("encrypted", "ESMTPS");
        says(23, UNPROVEN_CLEAR, swaks(Door.STARTTLS, "no"));
        says(23, UNPROVEN, swaks(Door.IMPLICIT, "no", "--tls-on-connect"));
        // Nobody is asked for a password in clear, so swaks sends none.
        says(28, "Host did not advertise authentication", swaks(Door.STARTTLS, "no", auth("PLAIN", PASSWORD)));
        says(29, "Host did not advertise STARTTLS", swaks(Door.LENIENT, "no", "--tls"));
        doors.arrived(sent);
    }

    private static String[] proxied(String version, String source, String... more) {
        return all(List.of("--proxy-version", version, "--proxy-family", version.equals("1") ? "TCP4" : "AF_INET",
                "--proxy-source", source, "--proxy-source-port", "4242", "--proxy-dest", "127.0.0.1",
                "--proxy-dest-port", "25"), more).toArray(String[]::new);
    }

    @Test
    void swaksBehindAProxyIsServedByItsOwnAddress() throws Exception {
        String[] more = {"--proxy-protocol", "STREAM", "--proxy-command", "PROXY"};
        says(0, "queued as", swaks(Door.PROXY, "proxied", proxied("2", "198.51.100.9", more)));
        sent.put("proxied", "ESMTP");
        says(0, "queued as", swaks(Door.PROXY_TLS, "proxied tls",
                proxied("2", "203.0.113.9", all(all(List.of(more), "--tls-on-connect"), auth("PLAIN", PASSWORD))
                        .toArray(String[]::new))));
        sent.put("proxied tls", "ESMTPSA");
        says(21, "554 5.7.1 203.0.113.9 may not relay here",
                swaks(Door.PROXY, "no", proxied("2", "203.0.113.9", more)));
        says(6, "Remote host closed connection unexpectedly", swaks(Door.PROXY, "no", proxied("1", "198.51.100.9")));
        doors.arrived(sent);
        assertEquals(List.of("198.51.100.9"), doors.handedInBy("proxied"));
        assertEquals(List.of("203.0.113.9 as " + USER), doors.handedInBy("proxied tls"));
    }

    @Test
    void oldDevicesAreBorneWithWhereAListenerIsLenient() throws Exception {
        String[] odd = {"--ehlo", "scan ner!"};
        says(22, "501 5.5.4 EHLO needs a domain name or an address in brackets", swaks(Door.NETWORK, "no", odd));
        says(0, "queued as", swaks(Door.LENIENT, "odd", odd));
        sent.put("odd", "ESMTP");
        doors.arrived(sent);
        var said = clients.python("EHLO\nMAIL FROM:" + SENDER + "\nRCPT TO:" + RECIPIENT + "\nRSET",
                List.of("127.0.0.1:" + port(Door.LENIENT), "plain", doors.authority().toString(), "-"));
        assertEquals("250 2.0.0 Ok", said.text().lines().toList().getLast(), said.text());
    }

    private Said msmtp(Door door, String subject, String... more) throws Exception {
        return clients.msmtp("From: " + SENDER + "\nTo: " + RECIPIENT + "\nSubject: " + subject + "\n\n.\nhello\n",
                all(all(List.of("--host=localhost", "--port=" + port(door), "--domain=client.example", "-f", SENDER,
                        "--timeout=60", "--tls-trust-file=" + doors.authority()), more), "--", RECIPIENT));
    }

    private String[] as(String mechanism, String password, String... more) throws Exception {
        Path file = Files.writeString(directory.resolve("password"), password + "\n");
        return all(List.of("--auth=" + mechanism, "--user=" + USER, "--passwordeval=cat " + file), more)
                .toArray(String[]::new);
    }

    @Test
    void msmtpHandsInByEachMechanismOverBothKindsOfTls() throws Exception {
        for (String mechanism : List.of("plain", "login", "scram-sha-256")) {
            for (var way : Map.of(Door.STARTTLS, "on", Door.IMPLICIT, "off").entrySet()) {
                String subject = "msmtp " + mechanism + " " + way.getKey();
                says(0, "", msmtp(way.getKey(), subject, as(mechanism, PASSWORD, "--tls=on",
                        "--tls-starttls=" + way.getValue())));
                sent.put(subject, "ESMTPSA");
            }
            says(77, WRONG_WORDS, msmtp(Door.STARTTLS, "no", as(mechanism, WRONG, "--tls=on")));
        }
        doors.arrived(sent);
        assertEquals(3, doors.engine().management().engine().status().authenticationFailures());
    }

    @Test
    void msmtpChoosesTheStrongestAndIsToldWhatItMayNot() throws Exception {
        says(0, "", msmtp(Door.IMPLICIT, "chosen", as("on", PASSWORD, "--tls=on", "--tls-starttls=off")));
        sent.put("chosen", "ESMTPSA");
        says(0, "", msmtp(Door.NETWORK, "clear", "--tls=off"));
        sent.put("clear", "ESMTP");
        says(65, UNPROVEN, msmtp(Door.STARTTLS, "no", "--tls=on", "--auth=off"));
        says(65, UNPROVEN_CLEAR, msmtp(Door.STARTTLS, "no", "--tls=off", "--auth=off"));
        var unoffered = msmtp(Door.STARTTLS, "no", as("plain", PASSWORD, "--tls=off"));
        assertTrue(unoffered.status() != 0 && unoffered.text().contains("does not support authentication"),
                unoffered.toString());
        doors.arrived(sent);
    }

    @Test
    void msmtpHearsThatItsMailWasRelayed() throws Exception {
        says(0, "", msmtp(Door.NETWORK, "dsn", "--tls=off", "--dsn-notify=success,failure", "--dsn-return=headers"));
        sent.put("dsn", "ESMTP");
        doors.arrived(sent);
        String notice = doors.notice();
        for (String part : List.of("Action: relayed", "Final-Recipient: rfc822; " + RECIPIENT, "Status: 2."))
            assertTrue(notice.contains(part), part + " is missing in\n" + notice);
    }

    private Said curl(Door door, String subject, String... more) throws Exception {
        Path mail = Files.writeString(directory.resolve("mail"), "Subject: " + subject + "\r\n\r\n.\r\nhello\r\n");
        String scheme = door == Door.IMPLICIT ? "smtps" : "smtp";
        return clients.curl(all(List.of("--silent", "--show-error", "--verbose", "--max-time", "60", "--cacert",
                doors.authority().toString(), "--mail-from", SENDER, "--mail-rcpt", RECIPIENT, "--upload-file",
                mail.toString(), scheme + "://localhost:" + port(door) + "/client.example"), more));
    }

    private static String[] user(String mechanism, String password, String... more) {
        return all(List.of("--user", USER + ":" + password, "--login-options", "AUTH=" + mechanism), more)
                .toArray(String[]::new);
    }

    @Test
    void curlHandsInByEachMechanismOverBothKindsOfTls() throws Exception {
        for (String mechanism : List.of("PLAIN", "LOGIN")) {
            for (Door door : List.of(Door.STARTTLS, Door.IMPLICIT)) {
                String subject = "curl " + mechanism + " " + door;
                says(0, "queued as", curl(door, subject, user(mechanism, PASSWORD, "--ssl-reqd")));
                sent.put(subject, "ESMTPSA");
            }
            says(67, WRONG_WORDS, curl(Door.IMPLICIT, "no", user(mechanism, WRONG)));
        }
        says(0, "queued as", curl(Door.NETWORK, "curl clear"));
        sent.put("curl clear", "ESMTP");
        says(55, UNPROVEN, curl(Door.IMPLICIT, "no"));
        says(55, UNPROVEN_CLEAR, curl(Door.STARTTLS, "no"));
        says(64, "", curl(Door.LENIENT, "no", "--ssl-reqd"));
        doors.arrived(sent);
    }
}
