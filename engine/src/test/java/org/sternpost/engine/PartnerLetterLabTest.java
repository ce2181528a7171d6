package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.MtaStsMode;
import org.sternpost.engine.connector.SampleConnector;
import org.sternpost.engine.connector.SmtpDaneMode;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.view.PartnerNoticeView;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.Patience;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabSettings;

/// Letters of what the practice internet's broken domains showed: each says what to change, and its command shows the
/// fault, judged by OpenSSL.
class PartnerLetterLabTest {

    /// What the letter asks for, of each kind of fault.
    private static final Map<String, List<String>> WANTED = new TreeMap<>(Map.ofEntries(
            Map.entry("dane-mismatch.test", List.of("_25._tcp.mx.dane-mismatch.test. IN TLSA 3 1 1 ",
                    "-dane_tlsa_domain mx.dane-mismatch.test",
                    "1. Look whether the key that mx.dane-mismatch.test shows is yours")),
            Map.entry("dane-ta-expired.test", List.of("show certificates that are all in date",
                    "from the authority that your TLSA records name",
                    "-dane_tlsa_rrdata '2 0 1 ")),
            Map.entry("dane-servfail-tlsa.test", List.of("the DNS does not answer")),
            Map.entry("sts-enforce-cert-expired.test", List.of("Let mx.sts-enforce-cert-expired.test show "
                    + "certificates that are all in date", "Its own ended ", "notafter", "from a public authority")),
            Map.entry("sts-enforce-cert-name.test", List.of("DNS:mx.sts-enforce-cert-name.test", "subjectAltName")),
            Map.entry("sts-enforce-cert-selfsigned.test", List.of("public authority", "verif")),
            Map.entry("dane-no-starttls.test", List.of("Turn on STARTTLS at mx.dane-no-starttls.test",
                    "openssl s_client -starttls smtp")),
            Map.entry("sts-enforce-mx-mismatch.test", List.of("mx: mx.sts-enforce-mx-mismatch.test",
                    "_mta-sts.sts-enforce-mx-mismatch.test", "mx.elsewhere.test")),
            Map.entry("sts-policy-missing.test", List.of("version: STSv1", "mx: mx.sts-policy-missing.test",
                    "https://mta-sts.sts-policy-missing.test/.well-known/mta-sts.txt")),
            Map.entry("sts-policy-bad-cert.test", List.of("mta-sts.sts-policy-bad-cert.test", "curl -iv https://")),
            Map.entry("dane-bogus-tlsa.test",
                    List.of("Sign the zone that holds this name anew", "Leave these as they are",
                            "delv _25._tcp.mx.dane-bogus-tlsa.test TLSA"))));

    private static final Pattern HOST_AT = Pattern.compile("Mail host\\s+\\S+ at\\s+(127[0-9.]*:[0-9]+)");

    @TempDir
    Path directory;

    @Test
    void eachLetterSaysWhatToChangeAndItsCommandShowsTheFault() throws Exception {
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")));
                LabEngine engine = LabEngine.on(lab, directory.resolve("engine"))) {
            Management management = engine.management();
            engine.setMode("Default", TlsValidation.Opportunistic);
            // Of a policy that was never had nothing is missing, unless one is asked for.
            management.connectors().create("strict", fresh -> SampleConnector.serving(fresh, "sts-policy-missing.test",
                    "sts-policy-bad-cert.test").withTls(fresh.tls().withModes(SmtpDaneMode.None, MtaStsMode.Mandatory))
                    .withMode(TlsValidation.Opportunistic)).commit().apply("test");
            engine.send(List.copyOf(WANTED.keySet()));
            engine.send(List.of("dane-ok.test"));
            for (String domain : WANTED.keySet())
                engine.awaitAttempt(domain, 1, Patience.AMPLE);
            engine.awaitAttempt("dane-ok.test", 1, Patience.AMPLE);
            for (var one : WANTED.entrySet()) {
                PartnerNoticeView letter = letter(management, one.getKey());
                String text = text(letter).replaceAll("\\s+", " ");
                for (String wanted : one.getValue())
                    assertTrue(text.contains(wanted), one.getKey() + " lacks '" + wanted + "':\n" + text(letter));
                assertTrue(text.contains("we deliver to " + one.getKey() + " all the same"), text);
                wellFormed(letter);
            }
            judgedByOpenSsl(text(letter(management, "dane-mismatch.test")));
            assertEquals(WANTED.size() + 1, management.partners().all(null).size());
            assertTrue(management.partners().all(null).stream().allMatch(one -> one.mendedAt() == null));
            var nothing = assertThrows(ManagementException.class, () -> letter(management, "dane-ok.test"));
            assertTrue(String.valueOf(nothing.getMessage()).contains("nothing failed validation"));
        }
    }

    private static PartnerNoticeView letter(Management management, String domain) throws ManagementException {
        return management.partners().write(Domain.of(domain), null, Instant.EPOCH, "mail-ops@example.com").commit()
                .apply("test").getFirst();
    }

    private static String text(PartnerNoticeView letter) { return String.join("\n", letter.text()) + "\n"; }

    /// The command that the letter gives, at the lab's address instead of the public one: it fails with the records
    /// that are there, and passes with the one that the letter asks for.
    private static void judgedByOpenSsl(String letter) throws Exception {
        var at = HOST_AT.matcher(letter);
        assertTrue(at.find(), letter);
        String command = letter.lines().filter(line -> line.contains("openssl s_client")).findFirst().orElseThrow()
                .strip().replace("-connect mx.dane-mismatch.test:25", "-connect " + at.group(1));
        String shows = said(command);
        assertTrue(shows.contains("Verification error: no matching DANE TLSA records"), shows);
        String after = letter.lines().filter(line -> line.contains("openssl s_client")).skip(1).findFirst()
                .orElseThrow()
                .strip().replace("-connect mx.dane-mismatch.test:25", "-connect " + at.group(1));
        String mended = said(after);
        assertTrue(mended.contains("Verification: OK"), mended);
    }

    private static String said(String command) throws Exception {
        Process process = new ProcessBuilder("sh", "-c", command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        return said;
    }

    /// Read by Python's parser: every element is closed, and the text of both forms is the same.
    private void wellFormed(PartnerNoticeView letter) throws Exception {
        Path html = Files.writeString(directory.resolve("letter.html"), String.join("\n", letter.html()) + "\n");
        Process python = new ProcessBuilder("python3", "-c", """
                import sys, html.parser
                class P(html.parser.HTMLParser):
                    def __init__(s): super().__init__(); s.open = []; s.text = []
                    def handle_starttag(s, t, a):
                        assert not any(k in ('src', 'href', 'onload') for k, _ in a), a
                        if t not in ('meta', 'br'): s.open.append(t)
                    def handle_endtag(s, t): assert s.open.pop() == t, t
                    def handle_data(s, d):
                        if 'style' not in s.open and 'title' not in s.open: s.text.append(d)
                p = P(); p.feed(open(sys.argv[1], encoding='utf-8').read()); p.close()
                assert p.open == [], p.open
                sys.stdout.write(''.join(''.join(p.text).split()))
                """, html.toString()).redirectErrorStream(true).start();
        String text = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, python.waitFor(), text);
        String plain = (letter.subject() + text(letter).replaceAll("(?m)^-+$", "")).replaceAll("\\s", "");
        assertEquals(plain, text);
    }
}
