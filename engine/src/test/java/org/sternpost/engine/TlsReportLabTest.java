package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.Management.DkimAlgorithm;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.Management.TlsRptQuery;
import org.sternpost.engine.control.view.DkimKeyView;
import org.sternpost.engine.dkim.DkimVerifier;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tlsrpt.ReportReader;
import org.sternpost.engine.tlsrpt.ReportReader.Reading;
import org.sternpost.engine.tlsrpt.ReportRules;
import org.sternpost.engine.tlsrpt.TlsRptReport;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabDomains;
import org.sternpost.lab.LabHost;
import org.sternpost.lab.LabSettings;
import org.sternpost.lab.mx.MxFault;
import org.sternpost.lab.mx.Received;
import org.sternpost.lab.mx.Visit;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/// A day of mail in the practice internet, and the reports of it: their counts are those that the lab's hosts kept,
/// their documents keep the rules of RFC 8460, and they arrive by signed mail and by HTTPS.
class TlsReportLabTest {

    private static final Duration ROUND = Patience.AMPLE;
    private static final String REPORTS = "tlsrpt@" + LabDomains.HOME;
    private static final int OPPORTUNISTIC_MESSAGES = 3;
    /// Attempts in `Enabled` that the engine makes without calling a host.
    private static final int ENABLED_ATTEMPTS = 1;

    /// What each policy of a domain comes to; `ok`, or the result type of all its sessions.
    private static final Map<String, List<String>> SHOWS = shows("""
            dane-ok.test                     | tlsa ok
            dane-mismatch.test               | tlsa validation-failure
            dane-ta-expired.test             | tlsa certificate-expired
            dane-ta-name-mismatch.test       | tlsa certificate-host-mismatch
            dane-no-starttls.test            | tlsa starttls-not-supported
            dane-starttls-refused.test       | tlsa starttls-not-supported
            dane-bogus-tlsa.test             | tlsa dnssec-invalid
            dane-and-sts-ok.test             | sts ok, tlsa ok
            dane-fail-sts-ok.test            | sts ok, tlsa validation-failure
            sts-enforce-ok.test              | sts ok
            sts-enforce-cert-expired.test    | sts certificate-expired
            sts-enforce-cert-name.test       | sts certificate-host-mismatch
            sts-enforce-cert-selfsigned.test | sts certificate-not-trusted
            sts-enforce-no-starttls.test     | sts starttls-not-supported
            sts-enforce-mx-mismatch.test     | sts validation-failure
            sts-testing-mx-mismatch.test     | sts validation-failure
            sts-policy-missing.test          | sts sts-policy-fetch-error
            sts-policy-invalid.test          | sts sts-policy-invalid
            sts-policy-bad-cert.test         | sts sts-webpki-invalid
            plain.test                       | no-policy-found ok
            plain-selfsigned.test            | no-policy-found ok
            plain-no-tls.test                | no-policy-found starttls-not-supported
            plain-starttls-broken.test       | no-policy-found validation-failure
            """);

    @TempDir
    Path directory;

    private final SimTime time = new SimTime(notJustBeforeMidnight(Instant.now()), 1);
    private final LocalDate day = LocalDate.ofInstant(time.instant(), ZoneOffset.UTC);

    /// The counts of a report end with its day, and the clock goes on by a moment while mail is sent.
    private static Instant notJustBeforeMidnight(Instant now) {
        Instant later = now.plus(Duration.ofMinutes(1));
        return later.truncatedTo(ChronoUnit.DAYS).isAfter(now) ? later : now;
    }

    @Test
    void reportsOfALabDayCountWhatTheLabSawAndArriveByMailAndHttps() throws Exception {
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")));
                LabEngine engine = LabEngine.on(lab, directory.resolve("engine"), text -> text, time)) {
            ask(lab);
            DkimKeyView key = key(lab, engine);
            sendADayOfMail(lab, engine);
            var seen = new TreeMap<>(sessions(lab));
            assertEquals("Counting", state(engine, "plain.test"));
            Instant midnight = day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
            time.advance(Duration.between(time.instant(), midnight.plus(Duration.ofMinutes(1))));
            assertEquals("Due", state(engine, "plain.test"));
            time.advance(Duration.ofHours(5));
            List<Received> mails = awaitReports(lab);
            var wrong = new ArrayList<String>();
            var byMail = new TreeMap<String, String>();
            for (Received mail : mails)
                byMail.put(checked(mail, key, lab, wrong), document(mail));
            var byHttps = new TreeMap<String, String>();
            lab.reports().forEach(posted -> byHttps.put(posted.path().replaceFirst("/v1/", ""),
                    unpacked(posted.body())));
            assertEquals(SHOWS.size() + 1, mails.size());
            assertEquals(SHOWS.size(), lab.reports().size());
            SHOWS.forEach((domain, policies) -> compare(domain, policies, seen.getOrDefault(domain, 0L),
                    byMail.getOrDefault(domain, ""), byHttps.getOrDefault(domain, ""), wrong));
            // The owner of a mail host asks for himself: he is told of his host's records alone.
            assertEquals(List.of("tlsa " + seen.get("dane-ok.test") + " 0"),
                    results(byMail.getOrDefault("mx.dane-ok.test", "")));
            assertEquals(List.of(), wrong);
            thatReportsThemselvesAreNotCounted(lab, engine);
            assertEquals("Sent", state(engine, "plain.test"));
            assertEquals(SHOWS.size() + 1, reports(lab).size(), "a report was sent twice");
            thatAnOperatorSendsOneOnceMore(lab, engine);
        }
    }

    /// Everybody asks for reports, by mail and by HTTPS.
    private static void ask(Lab lab) {
        for (String domain : SHOWS.keySet())
            lab.publish("_smtp._tls." + domain, "v=TLSRPTv1; rua=https://" + LabDomains.COLLECTOR + ":"
                    + lab.httpsPort() + "/v1/" + domain + ", mailto:" + REPORTS);
        lab.publish("_smtp._tls.mx.dane-ok.test", "v=TLSRPTv1; rua=mailto:" + REPORTS);
    }

    /// Makes a key as an operator would, and publishes what is printed.
    private static DkimKeyView key(Lab lab, LabEngine engine) throws Exception {
        var made = engine.management().tlsReports().createKey(new Domain(LabDomains.HOME), "s1", DkimAlgorithm.RSA)
                .commit()
                .apply("test").getFirst();
        assertEquals(false, made.published());
        lab.publish(made.dnsName(), made.dnsText());
        return made;
    }

    private void sendADayOfMail(Lab lab, LabEngine engine) throws Exception {
        List<String> domains = List.copyOf(SHOWS.keySet());
        engine.setMode("Default", TlsValidation.Disabled);
        send(engine, domains, 1);
        // Mail of a mode that looks nothing up is not reported, so what the hosts saw of it is not compared.
        retry(engine);
        lab.reset();
        engine.setMode("Default", TlsValidation.Opportunistic);
        send(engine, domains, OPPORTUNISTIC_MESSAGES);
        engine.setMode("Default", TlsValidation.Enabled);
        // The clock stands still from here on: a route judged again without mail is a visit that is not reported.
        send(engine, domains, 1);
    }

    private static void send(LabEngine engine, List<String> domains, int messages) throws Exception {
        int before = engine.settlements();
        for (int i = 0; i < messages; i++)
            engine.send(domains);
        engine.awaitSettlements(before + messages * domains.size(), ROUND);
    }

    /// Lets the interval pass after which the engine tries once more what waits.
    private void retry(LabEngine engine) throws Exception {
        int before = engine.settlements();
        int waiting = engine.deferred();
        time.advance(Duration.ofSeconds(2));
        engine.awaitSettlements(before + waiting, ROUND);
    }

    /// What the lab's hosts kept themselves: connections that came as far as TLS, or could not.
    private static Map<String, Long> sessions(Lab lab) {
        var seen = new LinkedHashMap<String, Long>();
        for (String domain : SHOWS.keySet()) {
            long sum = 0;
            for (LabHost host : LabDomains.find(domain).orElseThrow().hosts())
                sum += lab.visits(host.name()).stream().filter(visit -> host.fault() == MxFault.NO_STARTTLS
                        || visit.commands().contains("STARTTLS")).count();
            seen.put(domain, sum);
        }
        // A handshake that breaks is tried once more with other settings, unless the host has hung up before it began;
        // its owner is told of one session for each attempt.
        seen.put("plain-starttls-broken.test", (long) OPPORTUNISTIC_MESSAGES + ENABLED_ATTEMPTS);
        // The strict mode does not even call these hosts.
        for (String domain : List.of("dane-bogus-tlsa.test", "sts-enforce-mx-mismatch.test"))
            seen.merge(domain, (long) ENABLED_ATTEMPTS, Long::sum);
        return seen;
    }

    private static List<Received> awaitReports(Lab lab) throws Exception {
        long end = System.nanoTime() + ROUND.toNanos();
        while (reports(lab).size() < SHOWS.size() + 1 || lab.reports().size() < SHOWS.size()) {
            assertTrue(System.nanoTime() < end, reports(lab).size() + " reports by mail, " + lab.reports().size()
                    + " by HTTPS");
            lab.awaitCount(LabDomains.HOME, lab.count(LabDomains.HOME) + 1, Duration.ofMillis(200));
        }
        return reports(lab);
    }

    private static List<Received> reports(Lab lab) {
        return lab.received(LabDomains.HOME).stream().filter(mail -> mail.recipient().equals(REPORTS)).toList();
    }

    /// Checks a mail as its reader would; the domain it is about.
    private static String checked(Received mail, DkimKeyView key, Lab lab, List<String> wrong) throws Exception {
        byte[] octets = Files.readAllBytes(mail.message());
        String text = new String(octets, StandardCharsets.ISO_8859_1);
        String header = text.substring(0, text.indexOf("\r\n\r\n")).replaceAll("\r\n[ \t]+", " ");
        String domain = field(header, "TLS-Report-Domain");
        String submitter = "relay." + LabDomains.HOME;
        Map<String, String> expected = Map.of("TLS-Report-Submitter", submitter, "TLS-Required", "No", "From",
                "postmaster@" + submitter, "To", REPORTS);
        expected.forEach((name, value) -> {
            if (!field(header, name).equals(value)) wrong.add(domain + ": " + name + ": " + field(header, name));
        });
        if (!header.contains("multipart/report; report-type=\"tlsrpt\"")) wrong.add(domain + ": Content-Type");
        if (!mail.sender().replaceAll("[<>]", "").isEmpty()) wrong.add(domain + ": from " + mail.sender());
        String verdict = DkimVerifier.verify(octets, txt(lab, key.dnsName()));
        if (!verdict.equals("pass")) wrong.add(domain + ": DKIM: " + verdict);
        return domain;
    }

    private static String field(String header, String name) {
        return header.lines().filter(line -> line.startsWith(name + ": ")).findFirst().orElse(name + ": missing")
                .substring(name.length() + 2);
    }

    private static String document(Received mail) throws IOException {
        String text = Files.readString(mail.message(), StandardCharsets.ISO_8859_1);
        int begin = text.indexOf("\r\n\r\n", text.indexOf("Content-Type: application/tlsrpt+gzip"));
        return unpacked(Base64.getMimeDecoder().decode(text.substring(begin, text.indexOf("\r\n--", begin))));
    }

    private static String unpacked(byte[] gzip) {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new java.io.UncheckedIOException(broken);
        }
    }

    /// The key as anybody finds it: asked of the lab's name server by another resolver than the engine's.
    private static String txt(Lab lab, String owner) throws Exception {
        var question = Record.newRecord(Name.fromString(owner + "."), Type.TXT, DClass.IN);
        Message answer = new SimpleResolver(lab.dnsServer()).send(Message.newQuery(question));
        return String.join("", answer.getSection(Section.ANSWER).stream().filter(TXTRecord.class::isInstance)
                .map(TXTRecord.class::cast).flatMap(record -> record.getStrings().stream()).toList());
    }

    private void compare(String domain, List<String> policies, long sessions, String mailed, String posted,
            List<String> wrong) {
        if (sessions == 0) wrong.add(domain + ": the lab saw nothing");
        if (!mailed.equals(posted)) wrong.add(domain + ": the document by mail is another than that by HTTPS");
        ReportRules.breaches(mailed).forEach(breach -> wrong.add(domain + ": " + breach));
        if (!(ReportReader.read(mailed.getBytes(StandardCharsets.UTF_8)) instanceof Reading.Read(var report))) {
            wrong.add(domain + ": it is not read: " + mailed);
            return;
        }
        assertEquals(day.atStartOfDay(ZoneOffset.UTC).toInstant(), report.start());
        List<String> expected = policies.stream().map(policy -> policy.endsWith(" ok")
                ? policy.replace(" ok", " " + sessions + " 0")
                : policy.replaceFirst(" .*", " 0 " + sessions) + policy.replaceFirst("\\S+", "") + " " + sessions)
                .toList();
        if (!results(mailed).equals(expected)) wrong.add(domain + ": " + results(mailed) + ", the lab: " + expected);
    }

    /// `type successes failures`, then each result type with its sessions.
    private static List<String> results(String document) {
        if (!(ReportReader.read(document.getBytes(StandardCharsets.UTF_8)) instanceof Reading.Read(var report)))
            return List.of("unreadable: " + document);
        var lines = new TreeMap<String, List<Long>>();
        var details = new TreeMap<String, Map<String, Long>>();
        for (TlsRptReport.PolicyResult one : report.policies()) {
            String type = one.policy().type().token();
            lines.merge(type, List.of(one.successes(), one.failures()),
                    (a, b) -> List.of(a.get(0) + b.get(0), a.get(1) + b.get(1)));
            one.failureDetails().forEach(detail -> details.computeIfAbsent(type, _ -> new TreeMap<>())
                    .merge(detail.resultType().token(), detail.failedSessions(), Long::sum));
        }
        return lines.entrySet().stream().map(line -> line.getKey() + " " + line.getValue().get(0) + " "
                + line.getValue().get(1) + String.join("", details.getOrDefault(line.getKey(), Map.of()).entrySet()
                        .stream().map(detail -> " " + detail.getKey() + " " + detail.getValue()).toList()))
                .toList();
    }

    /// The next day the mail that was returned is counted for the lab's home, the reports are not (RFC 8460 §3).
    private void thatReportsThemselvesAreNotCounted(Lab lab, LabEngine engine) throws Exception {
        long end = System.nanoTime() + ROUND.toNanos();
        while (engine.management().engine().status().queuedMessages() > 0) {
            assertTrue(System.nanoTime() < end, "mail is left in the queue");
            // What was being tried when the day ended found its time to be over, and is tried once more.
            time.advance(Duration.ofSeconds(10));
            lab.awaitCount(LabDomains.HOME, lab.count(LabDomains.HOME) + 1, Duration.ofMillis(200));
        }
        List<Visit> visits = lab.visits("mx." + LabDomains.HOME);
        long returned = visits.stream().filter(visit -> !visit.delivered().isEmpty()
                && !visit.delivered().getFirst().contains(REPORTS)).count();
        assertTrue(visits.stream().anyMatch(visit -> visit.delivered().toString().contains(REPORTS)));
        assertTrue(returned > 0, "no mail was returned");
        var home = engine.management().tlsReports()
                .reports(new TlsRptQuery(new Domain(LabDomains.HOME), day.plusDays(1),
                        day.plusDays(1), 9))
                .getFirst();
        assertEquals(returned, home.succeeded());
        assertEquals(0, home.failed());
    }

    private void thatAnOperatorSendsOneOnceMore(Lab lab, LabEngine engine) throws Exception {
        var plain = new Domain("plain.test");
        assertThrows(ManagementException.class, () -> engine.management().tlsReports().send(plain, day.plusDays(1)));
        assertThrows(ManagementException.class,
                () -> engine.management().tlsReports().send(new Domain("plain-expired.test"), day));
        var plan = engine.management().tlsReports().send(plain, day);
        assertEquals(2, plan.changes().size());
        assertEquals(List.of(), plan.warnings());
        plan.commit().apply("test");
        long end = System.nanoTime() + ROUND.toNanos();
        while (reports(lab).size() < SHOWS.size() + 2 || lab.reports().size() < SHOWS.size() + 1) {
            assertTrue(System.nanoTime() < end, "it was not sent once more");
            lab.awaitCount(LabDomains.HOME, lab.count(LabDomains.HOME) + 1, Duration.ofMillis(200));
        }
        assertTrue(engine.management().tlsReports().keys().getFirst().published());
        assertTrue(engine.management().tlsReports().removeKey(new Domain(LabDomains.HOME), "s1").warnings().getFirst()
                .contains("only key"));
    }

    private String state(LabEngine engine, String domain) throws Exception {
        return engine.management().tlsReports().reports(new TlsRptQuery(new Domain(domain), day, day, 9)).getFirst()
                .state();
    }

    private static Map<String, List<String>> shows(String table) {
        var shows = new LinkedHashMap<String, List<String>>();
        table.lines().forEach(line -> shows.put(line.substring(0, line.indexOf('|')).strip(),
                List.of(line.substring(line.indexOf('|') + 1).strip().split(", "))));
        return shows;
    }
}
