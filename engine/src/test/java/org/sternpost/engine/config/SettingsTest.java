package org.sternpost.engine.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.connector.DomainPattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.alert.AlertTerms;
import org.sternpost.engine.pickup.PickupTerms;
import org.sternpost.engine.smtp.server.SmtpServer.ServerLimits;

class SettingsTest {

    @TempDir
    Path home;

    @Test
    void everythingHasADefault() throws Exception {
        var settings = Settings.locate(Optional.empty(), Map.of("STERNPOST_HOME", home.toString()));
        assertEquals(home.resolve("data"), settings.dataDirectory());
        assertEquals(25, settings.delivery().smtpPort());
        assertEquals(List.of("127.0.0.0/8", "::1/128"), settings.submission().listeners().getFirst().allow());
        assertTrue(settings.tls().system());
    }

    @Test
    void reportsComeFromThePostmasterUnlessTheFileSaysOtherwise() throws Exception {
        var preset = load("hostName: relay.example.org").tlsRpt();
        assertEquals("postmaster@relay.example.org", preset.from().toString());
        assertEquals(preset.from(), preset.contact());
        assertEquals("relay.example.org", preset.organization());
        assertTrue(preset.send());
        var given = load("tlsRpt: { send: false, organization: Example, from: r@example.org, contact: c@example.org }")
                .tlsRpt();
        assertEquals("r@example.org c@example.org Example false", given.from() + " " + given.contact() + " "
                + given.organization() + " " + given.send());
    }

    @Test
    void flowsKnowPatternsOfSensitiveDomains() throws Exception {
        assertEquals(new Settings.Flows(List.of(), 20), load("hostName: relay.example.org").flows());
        assertEquals(
                new Settings.Flows(List.of(DomainPattern.of("bank.example"), DomainPattern.of("*.gov.example")), 5),
                load("flows: { sensitive: [bank.example, '*.gov.example'], minMessages: 5 }").flows());
        var refused = assertThrows(SettingsException.class, () -> load("flows: { sensitive: ['b*nk.example'] }"));
        assertTrue(
                refused.getMessage().contains("'flows.sensitive'") && refused.getMessage().contains("'b*nk.example'"),
                refused.getMessage());
    }

    @Test
    void alertsAreToldToNobodyUnlessTheFileSaysWhom() throws Exception {
        assertEquals(AlertTerms.NONE, load("hostName: relay.example.org").alerts());
        var told = load("hostName: relay.example.org\nalerts: { mailTo: [ops@example.org], webhook: "
                + "'https://hooks.example.org/T0K3N?x=1', maxDelayPercent: 5 }").alerts();
        assertEquals("postmaster@relay.example.org", told.mail().orElseThrow().from().toString());
        assertEquals("ops@example.org", told.mail().get().to().getFirst().toString());
        assertEquals("hooks.example.org", told.webhook().orElseThrow().getHost());
        assertEquals(5, told.maxDelayPercent());
    }

    /// What is wrong with it is said without it.
    @ParameterizedTest
    @ValueSource(strings = {"http://hooks.example.org/T0K3N", "https:///T0K3N", "https://me:T0K3N@hooks.example.org/",
            "https://hooks.example.org/T0K3N#x", "hooks.example.org/T0K3N", "https://hooks.example.org/T0K3N %",
            "https://hooks.example.org/T0K3N/\u00e9"})
    void aWebhookIsHttpsAndStandsInNoSentence(String address) {
        var refused = assertThrows(SettingsException.class, () -> load("alerts: { webhook: '" + address + "' }"));
        assertTrue(refused.getMessage().contains("'alerts.webhook' "), refused.getMessage());
        assertFalse(refused.getMessage().contains("T0K3N"), refused.getMessage());
    }

    @Test
    void readinessWantsSomeEvidenceUnlessTheFileSaysHowMuch() throws Exception {
        assertEquals(new Settings.Readiness(50, 1, 1), load("hostName: relay.example.org").readiness());
        assertEquals(new Settings.Readiness(7, 3, 0),
                load("readiness: { minMessages: 7, minDomains: 3, minDays: 0 }").readiness());
        var refused = assertThrows(SettingsException.class, () -> load("readiness: { minMessages: 0 }"));
        assertTrue(refused.getMessage().contains("'readiness.minMessages' is '0'"), refused.getMessage());
    }

    @Test
    void relativePathsStartAtTheFilesDirectory() throws Exception {
        var settings = load("""
                hostName: Relay.Example.org
                dataDirectory: mail
                dns: { servers: ["127.0.0.1:5300"], timeout: 5s, validation: local, trustAnchors: anchors }
                delivery: { smtpPort: 2500, sessionIdle: 20s, retryIntervals: [1s, 2m, 1h30m], messageExpiration: 2d }
                tls: { trustedCertificates: [ca.pem] }
                submission:
                  - address: "[::1]:2525"
                    allow: ["10.0.0.0/8"]
                    tls: { certificate: tls/chain.pem, key: /etc/key.pem }
                """);
        assertEquals("relay.example.org", settings.hostName());
        assertEquals(home.resolve("mail"), settings.dataDirectory());
        assertEquals(Duration.ofSeconds(5), settings.dns().timeout());
        assertEquals(home.resolve("anchors"), settings.dns().trustAnchors().orElseThrow());
        assertEquals(List.of(Duration.ofSeconds(1), Duration.ofMinutes(2), Duration.ofMinutes(90)),
                settings.delivery().retryIntervals());
        assertEquals(Duration.ofSeconds(20), settings.delivery().sessionIdle());
        assertEquals(List.of(home.resolve("ca.pem")), settings.tls().trustedCertificates());
        assertEquals(2525, settings.submission().listeners().getFirst().address().getPort());
        assertEquals(new Settings.ListenerTls(home.resolve("tls/chain.pem"), Path.of("/etc/key.pem"), false),
                settings.submission().listeners().getFirst().tls().orElseThrow());
    }

    @Test
    void aListenerSaysWhoMustProveWhoItIs() throws Exception {
        var listeners = load("""
                submission:
                  - address: "0.0.0.0:465"
                    auth: required
                    tls: { certificate: a.pem, key: b.pem, implicit: true }
                  - auth: offered
                    tls: { certificate: a.pem, key: b.pem }
                  - lenient: true
                """).submission().listeners();
        assertEquals(List.of("required [] true false", "offered [127.0.0.0/8, ::1/128] false false",
                "none [127.0.0.0/8, ::1/128] false true"),
                listeners.stream().map(one -> one.auth() + " " + one.allow() + " "
                        + one.tls().map(Settings.ListenerTls::implicit).orElse(false) + " " + one.lenient()).toList());
    }

    @Test
    void limitsOfSubmissionFollowFromWhatIsGiven() throws Exception {
        var limits = load("""
                submissionLimits: { maxSessions: 40, maxSessionsPerNetwork: 35, maxRefusedSessions: 3,
                    maxCommandTime: 1m, maxSessionTime: 1h, maxIdleTime: 7s, minDataRate: 50, maxMemory: 2000000,
                    maxRecipients: 200, maxErrors: 5 }
                """).submission().limits();
        assertEquals("{maxSessions=40, maxSessionsPerAddress=20, maxSessionsPerNetwork=35, maxRefusedSessions=3, "
                + "maxCommandTime=60s, maxSessionTime=3600s, maxIdleTime=7s, minDataRate=50, maxMemory=2000000, "
                + "maxRecipients=200, maxErrors=5}", limits.shown().toString());
        assertEquals(ServerLimits.DEFAULT, load("hostName: relay.example.org").submission().limits());
    }

    @Test
    void filesArePickedUpWhereADirectoryIsNamed() throws Exception {
        assertEquals(Optional.empty(), load("hostName: relay.example.org").pickup());
        assertEquals(Optional.empty(), load("pickup: { directory: null, maxRecipients: 5 }").pickup());
        assertEquals(new PickupTerms(home.resolve("drop"), 65_536, 100, 100, "relay.example.org", 50 << 20),
                load("{ hostName: relay.example.org, pickup: { directory: drop } }").pickup().orElseThrow());
        assertEquals(new PickupTerms(Path.of("/srv/drop"), 2_048, 7, 600, "relay.example.org", 5_000),
                load("""
                        hostName: relay.example.org
                        delivery: { maxMessageSize: 5000 }
                        pickup: { directory: /srv/drop, maxHeaderSize: 2048, maxRecipients: 7,
                            maxMessagesPerMinute: 600 }
                        """).pickup().orElseThrow());
    }

    /// The README has a row for each, with its default.
    @Test
    void limitsOfSubmissionAreInTheReadme() throws Exception {
        String readme = Files.readString(Path.of(System.getProperty("sternpost.root", "..")).resolve("README.md"));
        for (String key : ServerLimits.DEFAULT.shown().keySet())
            assertTrue(readme.contains("| `" + key + "` |"), key);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            submissionLimits: { maxSession: 5 } | line 1 | 'submissionLimits.maxSession' | did you mean 'maxSessions'?
            submissionLimits: { maxSessions: 0 } | line 1 | 'submissionLimits.maxSessions' is '0' | from 1 to 100000
            submissionLimits: { maxSessions: 5, maxSessionsPerAddress: 6 } | line 1 | is '6' | from 1 to 5
            submissionLimits: { maxRecipients: 99 } | line 1 | is '99' | from 100 to 100000
            submissionLimits: { maxCommandTime: 0s } | line 1 | is 0 s | from 1s to 86400s
            submissionLimits: { maxMemory: 1000 } | line 1 | is '1000' | from 1048576
            hostname: a.b | line 1 | unknown key 'hostname' | did you mean 'hostName'?
            dns: { validaton: local } | line 1 | unknown key 'dns.validaton' | did you mean 'validation'?
            delivery: { sessionIdle: 2m } | line 1 | 'delivery.sessionIdle' | from 1s to 1m
            delivery: { smtpPort: 70000 } | line 1 | 'delivery.smtpPort' is '70000' | 1 to 65535
            delivery: { messageExpiration: 5 } | line 1 | 'delivery.messageExpiration' | unit
            dns: { servers: [localhost] } | line 1 | 'dns.servers' has 'localhost' | address and a port
            dns: { timeout: 0s } | line 1 | 'dns.timeout' is 0 s | from 1s to 1m
            dns: { timeout: 61s } | line 1 | 'dns.timeout' is 61 s | from 1s to 1m
            dns: { timeout: 2 } | line 1 | 'dns.timeout' has '2' | unit
            dns: { validation: maybe } | line 1 | 'dns.validation' is 'maybe' | local or resolver
            dns: [a] | line 1 | 'dns' is no mapping | key: value
            store: jdbc:postgresql://h/d | line 1 | not supported | embedded
            hostName: a..b | line 1 | 'hostName' is no host name | relay.example.org
            hostName: relay | line 1 | is no fully qualified name | relay.example.org
            hostName: my_relay.example.org | line 1 | has an underscore | relay.example.org
            hostName: 192.0.2.1 | line 1 | is an address, not a name | relay.example.org
            hostName: '[192.0.2.1]' | line 1 | is an address, not a name | relay.example.org
            tlsRpt: { from: tls@localhost } | line 1 | is no fully qualified name | tls@example.org
            tlsRpt: { sendt: true } | line 1 | unknown key 'tlsRpt.sendt' | did you mean 'send'?
            tlsRpt: { send: maybe } | line 1 | 'tlsRpt.send' is 'maybe' | true or false
            tlsRpt: { from: nobody } | line 1 | 'tlsRpt.from' is no mailbox | tls-reports@example.org
            tlsRpt: { from: a@b.example, contact: a@c.example } | line 1 | another domain | b.example
            submission: [{ tls: { certificate: a } }] | line 1 | 'submission.tls' needs | key: b.pem
            submission: [{ tls: { cert: a, key: b } }] | line 1 | unknown key 'submission.tls.cert' | certificate
            submission: [{ auth: offered }] | line 1 | without a certificate | give it tls
            submission: [{ auth: Required }] | line 1 | 'submission.auth' is 'Required' | none, offered or required
            submission: [{ auth: required, allow: [a], tls: { certificate: a, key: b } }] | line 1 | allow | offered
            submission: [{ tls: { certificate: a, key: b, implicit: yes } }] | line 1 | is 'yes' | true or false
            pickup: { directory: data/pickup } | line 1 | 'pickup.directory' and the data directory | beside
            pickup: { directory: . } | line 1 | 'pickup.directory' and the data directory | beside
            pickup: { maxRecipient: 5 } | line 1 | unknown key 'pickup.maxRecipient' | did you mean 'maxRecipients'?
            pickup: { maxRecipients: 0 } | line 1 | 'pickup.maxRecipients' is '0' | from 1 to 100000
            pickup: { maxHeaderSize: 1000 } | line 1 | 'pickup.maxHeaderSize' is '1000' | from 1024 to 262144
            pickup: { maxMessagesPerMinute: 0 } | line 1 | 'pickup.maxMessagesPerMinute' is '0' | from 1 to 100000
            pickup: drop | line 1 | 'pickup' is no mapping | key: value
            pickupDirectory: drop | line 1 | has a section of its own | pickup: { directory: path }
            submission: [{ lenient: 1 }] | line 1 | 'submission.lenient' is '1' | true or false
            tls: &a { trustedCertificates: *a } | line 1 | no list | [a, b]
            """)
    void badSettingsNamePlaceReasonAndRemedy(String text, String place, String reason, String remedy) {
        var refused = assertThrows(SettingsException.class, () -> load(text));
        assertTrue(refused.getMessage().contains(place), refused.getMessage());
        assertTrue(refused.getMessage().contains(reason), refused.getMessage());
        assertTrue(refused.hint().contains(remedy), refused.hint());
    }

    @Test
    void brokenYamlAndDoubleKeysAreRefused() {
        assertThrows(SettingsException.class, () -> load("dns: {"));
        assertThrows(SettingsException.class, () -> load("hostName: a.b\nhostName: c.d\n"));
        assertThrows(SettingsException.class, () -> load("!!java.net.URL [http://127.0.0.1/]"));
        assertThrows(SettingsException.class, () -> Settings.load(home.resolve("missing.yaml")));
    }

    private Settings load(String text) throws SettingsException, IOException {
        Path file = home.resolve("sternpost.yaml");
        Files.writeString(file, text);
        return Settings.load(file);
    }
}
