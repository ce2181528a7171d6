package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.Management.UserEdit;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.credential.Password;
import org.sternpost.engine.credential.ScramKeys;
import org.sternpost.engine.mail.TraceQuery;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.engine.tls.Certificates;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabSettings;

/// A whole engine whose clients must prove who they are, and clients that are not ours: Python's smtplib, with its own
/// PLAIN and LOGIN and a SCRAM-SHA-256 written from the RFC, and curl.
class SubmissionDoorsTest {

    private static final String ALLOWED = "allow: [\"127.0.0.0/8\"]";
    private static final String TLS = "tls: { certificate: chain.pem, key: key.pem";
    private static final String PASSWORD = "correct horse";

    @TempDir
    Path directory;
    private final Certificates ca = new Certificates(new SystemTime().instant());
    private Lab lab;
    private LabEngine engine;

    @BeforeEach
    void start() throws Exception {
        var shown = ca.good("localhost");
        Path home = Files.createDirectories(directory.resolve("engine"));
        Files.writeString(home.resolve("chain.pem"), shown.chainPem());
        Files.writeString(home.resolve("key.pem"), shown.keyPem());
        lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")));
        engine = LabEngine.on(lab, home, settings -> settings.replace(ALLOWED, TLS + " }\n    auth: required\n"
                + "  - address: \"127.0.0.1:0\"\n    " + TLS + ", implicit: true }\n    auth: required\n"
                + "  - address: \"127.0.0.1:0\"\n    allow: [198.51.100.0/24]\n    proxies: [127.0.0.0/8]"));
        engine.setMode("Default", TlsValidation.Disabled);
        users().create("shop", ScramKeys.of(Password.of(PASSWORD)), true, "the web shop").commit().apply("tester");
    }

    @AfterEach
    void stop() throws Exception {
        engine.close();
        lab.close();
    }

    private Management.SubmissionUserPort users() { return engine.management().submissionUsers(); }

    private int port(boolean implicit) { return port(implicit ? 1 : 0); }

    private int port(int listener) { return engine.engine().listeners().get(listener).getPort(); }

    /// What a program of others says, both streams.
    private static String run(String... command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException missing) {
            return abort(command[0] + " is not here");
        }
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said.strip();
    }

    private String python(boolean implicit, String mechanism, String user, String password) throws Exception {
        return python(port(implicit), implicit ? "tls" : "starttls", mechanism, user, password);
    }

    private String python(int port, String kind, String mechanism, String user, String password) throws Exception {
        Path script = directory.resolve("submit.py");
        try (var text = SubmissionDoorsTest.class.getResourceAsStream("/smtp/submit.py")) {
            Files.write(script, text.readAllBytes());
        }
        return run("python3", script.toString(), Integer.toString(port), kind, mechanism, user, password);
    }

    @Test
    void pythonSubmitsByEachMechanismOverBothKindsOfTls() throws Exception {
        int sent = 0;
        for (boolean implicit : List.of(false, true))
            for (String mechanism : List.of("PLAIN", "LOGIN", "SCRAM-SHA-256")) {
                assertEquals("sent", python(implicit, mechanism, "shop", PASSWORD), mechanism + " " + implicit);
                sent++;
            }
        assertTrue(lab.awaitCount("dane-ok.test", sent, Patience.AMPLE), "it did not arrive");
        var trace = engine.management().traces().search(TraceQuery.newest(10)).toList();
        assertEquals(List.of("127.0.0.1 as shop"), trace.stream().map(row -> row.fromIp()).distinct().toList());
        assertTrue(users().all("shop").getFirst().lastSeen() != null);
        assertEquals(0, engine.management().engine().status().authenticationFailures());
    }

    @Test
    void pythonIsRefusedWithAWrongPasswordAndWithNone() throws Exception {
        for (String mechanism : List.of("PLAIN", "LOGIN", "SCRAM-SHA-256"))
            assertEquals("535 5.7.8 the name or the password is wrong",
                    python(false, mechanism, "shop", "wrong horse"), mechanism);
        assertEquals("535 5.7.8 the name or the password is wrong", python(true, "PLAIN", "nobody", PASSWORD));
        assertEquals("530 5.7.0 authentication is required", python(true, "none", "", ""));
        assertEquals(4, engine.management().engine().status().authenticationFailures());
        assertEquals(0, lab.count("dane-ok.test"));
    }

    @Test
    void pythonBehindAProxyIsKnownByItsOwnAddress() throws Exception {
        assertEquals("sent", python(port(2), "proxy", "none", "", ""));
        assertTrue(lab.awaitCount("dane-ok.test", 1, Patience.AMPLE), "it did not arrive");
        assertEquals("198.51.100.7",
                engine.management().traces().search(TraceQuery.newest(1)).findFirst().orElseThrow().fromIp());
    }

    @Test
    void curlSubmitsOverImplicitTls() throws Exception {
        Path mail = Files.writeString(directory.resolve("mail"), "Subject: x\r\n\r\nhello\r\n");
        var command = new ArrayList<>(List.of("curl", "-sS", "--insecure",
                "--max-time", "60", "--mail-from", "admin@lab.test", "--mail-rcpt", "user@dane-ok.test", "-T",
                mail.toString(), "smtps://127.0.0.1:" + port(true), "--user"));
        command.add("shop:" + PASSWORD);
        assertEquals("", run(command.toArray(String[]::new)));
        assertTrue(lab.awaitCount("dane-ok.test", 1, Patience.AMPLE), "it did not arrive");
        command.set(command.size() - 1, "shop:wrong horse");
        assertTrue(run(command.toArray(String[]::new)).startsWith("curl: (67)"), "curl's word for a wrong password");
    }

    @Test
    void ofAPasswordNothingIsSeenAndItsChangeIsAudited() throws Exception {
        users().change("SHOP", new UserEdit(ScramKeys.of(Password.of("another horse")), false, "")).commit()
                .apply("tester");
        users().remove("shop").commit().apply("tester");
        assertEquals(List.of(), users().all(null));
        var audit = new ArrayList<String>();
        Path database;
        try (var files = Files.walk(directory.resolve("engine"))) {
            database = files.filter(file -> file.toString().endsWith(".db")).findFirst().orElseThrow();
        }
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                var row = connection.createStatement().executeQuery("SELECT operation || ' ' || target || ' ' || path "
                        + "|| ' ' || before_value || ' ' || after_value FROM audit WHERE target LIKE "
                        + "'SubmissionUser%' ORDER BY at, operation")) {
            while (row.next())
                audit.add(row.getString(1).replace('\n', ','));
        }
        assertEquals(List.of("New-SubmissionUser SubmissionUser shop password,comment , (set),the web shop",
                "Remove-SubmissionUser SubmissionUser shop password (set) ",
                "Set-SubmissionUser SubmissionUser shop password,enabled,comment (set),True,the web shop "
                        + "(new),False,"),
                audit.stream().sorted().toList());
    }

    @Test
    void whatCannotBeIsRefusedInWords() throws Exception {
        var keys = ScramKeys.of(Password.of(PASSWORD));
        assertEquals("there is a submission user 'shop' already", assertThrows(ManagementException.class,
                () -> users().create("Shop", keys, true, "")).getMessage());
        assertTrue(assertThrows(ManagementException.class, () -> users().create("a b", keys, true, "")).getMessage()
                .contains("has other characters"));
        assertEquals("did you mean 'shop'?",
                assertThrows(ManagementException.class, () -> users().remove("shpo")).hint());
    }
}
