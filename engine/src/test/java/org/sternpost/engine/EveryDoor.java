package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.credential.Password;
import org.sternpost.engine.credential.ScramKeys;
import org.sternpost.engine.mail.TraceQuery;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.engine.tls.Certificates;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabDomains;
import org.sternpost.lab.LabSettings;

/// An engine on a practice internet that takes mail by each kind of listener there is.
final class EveryDoor implements AutoCloseable {

    /// A kind of listener.
    enum Door {
        /// STARTTLS, then a password.
        STARTTLS("auth: required"),
        /// TLS at once, then a password.
        IMPLICIT("auth: required"),
        /// No password from a network that may relay, and STARTTLS who likes.
        NETWORK("allow: [127.0.0.0/8]"),
        /// In clear from a proxy, whose clients' network may relay.
        PROXY("allow: [198.51.100.0/24]\n    proxies: [127.0.0.0/8]"),
        /// TLS at once behind a proxy, then a password.
        PROXY_TLS("auth: required\n    proxies: [127.0.0.0/8]"),
        /// For old devices.
        LENIENT("allow: [127.0.0.0/8]\n    lenient: true");

        private final String terms;

        Door(String terms) { this.terms = terms; }

        private String text() {
            String tls = switch (this) {
                case STARTTLS, NETWORK -> "    tls: { certificate: chain.pem, key: key.pem }\n";
                case IMPLICIT, PROXY_TLS -> "    tls: { certificate: chain.pem, key: key.pem, implicit: true }\n";
                case PROXY, LENIENT -> "";
            };
            return "  - address: \"127.0.0.1:0\"\n" + tls + "    " + terms + "\n";
        }
    }

    static final String USER = "shop";
    static final String PASSWORD = "correct horse";
    static final String WRONG = "wrong horse";
    static final String DOMAIN = "dane-ok.test";
    static final String SENDER = "admin@" + LabDomains.HOME;
    static final String RECIPIENT = "user@" + DOMAIN;

    private static final Pattern LISTENER = Pattern.compile("  - address: \"127.0.0.1:0\"\n.*\n");
    private static final Pattern WITH = Pattern.compile("with (\\S+) id");

    private final Certificates ca = new Certificates(new SystemTime().instant());
    private final Path directory;
    private final Lab lab;
    private final LabEngine engine;

    EveryDoor(Path directory) throws Exception {
        this.directory = directory;
        Path home = Files.createDirectories(directory.resolve("engine"));
        show(ca.good("localhost"));
        Files.writeString(authority(), "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(ca.root().getEncoded())
                + "\n-----END CERTIFICATE-----\n");
        lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")));
        engine = LabEngine.on(lab, home, EveryDoor::withEveryListener);
        engine.setMode("Default", TlsValidation.Disabled);
        engine.management().submissionUsers().create(USER, ScramKeys.of(Password.of(PASSWORD)), true, "").commit()
                .apply("tester");
    }

    private static String withEveryListener(String settings) {
        var text = new StringBuilder();
        for (Door door : Door.values())
            text.append(door.text());
        var one = LISTENER.matcher(settings);
        assertTrue(one.find(), settings);
        return one.replaceFirst(text.toString());
    }

    Certificates ca() { return ca; }

    /// A PEM file of the authority of our certificate.
    Path authority() { return directory.resolve("authority.pem"); }

    /// From now on listeners have this certificate in their files.
    void show(Certificates.Identity identity) throws IOException {
        Files.writeString(directory.resolve("engine/chain.pem"), identity.chainPem());
        Files.writeString(directory.resolve("engine/key.pem"), identity.keyPem());
    }

    int port(Door door) { return engine.engine().listeners().get(door.ordinal()).getPort(); }

    LabEngine engine() { return engine; }

    Lab lab() { return lab; }

    /// Waits for mail and compares all that has arrived: subjects, each with the protocol it came to us by (RFC 3848).
    void arrived(Map<String, String> expected) throws Exception {
        lab.awaitCount(DOMAIN, expected.size(), Patience.AMPLE);
        var found = new TreeMap<String, String>();
        for (var one : lab.received(DOMAIN)) {
            String text = Files.readString(one.message(), StandardCharsets.UTF_8);
            var with = WITH.matcher(text);
            assertTrue(with.find(), text);
            // Our own field is the last that was put in front but for the host's.
            found.put(field(text, "Subject"), with.group(1));
        }
        assertEquals(new TreeMap<>(expected), found);
    }

    /// Waits for a notification and answers its text.
    String notice() throws Exception {
        assertTrue(lab.awaitCount(LabDomains.HOME, 1, Patience.AMPLE), "no notification arrived");
        return Files.readString(lab.received(LabDomains.HOME).getFirst().message(), StandardCharsets.UTF_8);
    }

    /// Who handed in the mail with a subject, as the trace has it.
    List<String> handedInBy(String subject) throws Exception {
        try (var rows = engine.management().traces().search(TraceQuery.newest(100))) {
            return rows.filter(row -> row.subject().equals(subject)).map(row -> row.fromIp()).toList();
        }
    }

    private static String field(String text, String name) {
        return text.lines().filter(line -> line.startsWith(name + ": ")).findFirst().orElse(name + ": ?")
                .substring(name.length() + 2);
    }

    @Override
    public void close() throws IOException {
        engine.close();
        lab.close();
    }
}
