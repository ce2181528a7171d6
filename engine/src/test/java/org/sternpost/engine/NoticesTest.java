package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.message.Header;
import org.sternpost.engine.real.Readers;
import org.sternpost.engine.smtp.Dialogue;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabDomain.Signing;
import org.sternpost.lab.LabDomain;
import org.sternpost.lab.LabDomains;
import org.sternpost.lab.LabSettings;
import org.sternpost.lab.ca.CertificateKind;
import org.sternpost.lab.mx.MxFault;

/// Every notice that a sender can ask for, from the parameters of MAIL and RCPT to the sender's own mailbox, read by
/// programs that others wrote: each NOTIFY with each RET, for mail that fails, is late, is given up, is passed on to a
/// host without DSN or to one with it, of senders whose hosts take seven bits, eight, or UTF-8.
class NoticesTest {

    private static final Duration RETRY = Duration.ofMinutes(12); // ten and what keeps apart what was late together
    private static final Duration EXPIRATION = Duration.ofMinutes(30);
    private static final String LONG = "y".repeat(1_200);
    private static final List<String> RETS = List.of("", "HDRS", "FULL");
    private static final List<String> NOTIFIES = List.of("", "NEVER", "SUCCESS", "FAILURE", "DELAY",
            "SUCCESS,FAILURE", "SUCCESS,DELAY", "FAILURE,DELAY", "SUCCESS,FAILURE,DELAY");
    private static final String BUSY = "smtp; 451 4.3.0 Try again later, and later again";
    private static final String GIVEN_UP = "X-Sternpost; the message expired; last attempt: 4.3.0 mx.late.test said "
            + "'451 4.3.0 Try again later, and later again' in reply to RCPT TO";
    private static final int DESTINATIONS = 4; // of each message

    /// Whose mail it is.
    private enum Sender {
        ASCII("ann@lab.test", "hello"), SEVEN("ann@seven.test", "grün"), UTF8("grün@lab.test", "grün"),
        UTF8_LONG("grün@lab.test", "grün " + LONG), NOBODY("", "hello");

        private final String address;
        private final String content;

        Sender(String address, String content) {
            this.address = address;
            this.content = content;
        }

        boolean utf8() { return this == UTF8 || this == UTF8_LONG; }

        String mail() {
            String subject = this == SEVEN ? "=?utf-8?Q?Gr=C3=BC=C3=9Fe?=" : utf8() ? "Grüße" : "Greetings";
            return (this == UTF8_LONG ? "X-Long: " + LONG + "\r\n" : "") + "Subject: " + subject
                    + "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + content
                    + "\r\n";
        }
    }

    /// One message to five recipients in four domains.
    private record Case(Sender sender, String ret, String notifyOn) {

        private static final Map<String, Case> ALL = new LinkedHashMap<>();

        static {
            for (Sender sender : Sender.values())
                for (String ret : RETS)
                    for (String notify : NOTIFIES)
                        ALL.put("c+" + ALL.size(), new Case(sender, ret, notify));
        }

        boolean hears(String of, boolean byDefault) {
            return sender != Sender.NOBODY
                    && (notifyOn.isEmpty() ? byDefault : List.of(notifyOn.split(",")).contains(of));
        }

        /// What its sender hears of, by the word that the subject begins with and the status.
        List<String> notices() {
            return Stream.of(hears("FAILURE", true) ? "failed 5.1.1" : "",
                    hears("DELAY", true) ? "delayed 4.3.0" : "",
                    hears("FAILURE", true) ? "failed 5.4.7" : "",
                    hears("SUCCESS", false) ? "relayed 2.0.0" : "").filter(kind -> !kind.isEmpty()).sorted().toList();
        }

        String mailCommand(String envid) {
            return "MAIL FROM:<" + sender.address + ">" + (sender.utf8() ? " SMTPUTF8" : "") + " BODY=8BITMIME"
                    + (ret.isEmpty() ? "" : " RET=" + ret) + " ENVID=" + envid.replace("+", "+2B");
        }

        String rcpt(String address, String orcpt) {
            return "RCPT TO:<" + address + ">" + (notifyOn.isEmpty() ? "" : " NOTIFY=" + notifyOn)
                    + (orcpt.isEmpty() ? "" : " ORCPT=" + orcpt);
        }

        /// Who has no mailbox, one of them by another name than the sender's.
        String ghost() { return sender.utf8() ? "jörg@unknown.test" : "ghost@unknown.test"; }

        String ghostOrcpt() { return sender.utf8() ? "utf-8;jörg+1@alias.test" : "rfc822;gh+2Bost@alias.test"; }

        String ghostOriginal() { return sender.utf8() ? "utf-8; jörg+1@alias.test" : "rfc822; gh+ost@alias.test"; }
    }

    @TempDir
    Path directory;

    private final SimTime time = new SimTime();

    @Test
    void eachNoticeIsReadAsItIsMeantAndNobodyGetsOneUnasked() throws Exception {
        Readers.require();
        Instant start = time.instant();
        int first = count("failed 5.1.1") + count("relayed 2.0.0");
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")), table());
                LabEngine engine = LabEngine.on(lab, directory.resolve("engine"),
                        settings -> settings.replaceAll("retryIntervals: .*", "retryIntervals: [10m]"), time)) {
            submit(engine.engine().listeners().getFirst().getPort());
            // Each message is settled once for each of its domains, and each notice once.
            int settled = Case.ALL.size() * DESTINATIONS + first;
            reach(lab, engine, first, settled);
            time.advance(RETRY);
            settled += Case.ALL.size() + count("delayed 4.3.0");
            reach(lab, engine, first + count("delayed 4.3.0"), settled);
            time.advance(RETRY);
            settled += Case.ALL.size();
            reach(lab, engine, first + count("delayed 4.3.0"), settled);
            time.advance(EXPIRATION.minus(RETRY).minus(RETRY));
            settled += Case.ALL.size() + count("failed 5.4.7");
            int all = Case.ALL.values().stream().mapToInt(one -> one.notices().size()).sum();
            reach(lab, engine, all, settled);
            var files = notices(lab);
            var read = read(files);
            var kinds = new TreeMap<String, List<String>>();
            Case.ALL.forEach((envid, _) -> kinds.put(envid, new ArrayList<>()));
            read.forEach((label, facts) -> kinds.get(facts.get("0 Original-Envelope-Id")).add(kind(facts)));
            kinds.replaceAll((_, found) -> found.stream().sorted().toList());
            var expected = new TreeMap<String, List<String>>();
            Case.ALL.forEach((envid, one) -> expected.put(envid, one.notices()));
            assertEquals(expected, kinds);
            read.values().forEach(facts -> judge(facts, start));
            judgeByPerl(files, read);
            assertPassedOn(lab);
        }
    }

    private static void judge(Map<String, String> facts, Instant start) {
        Case one = Case.ALL.get(facts.get("0 Original-Envelope-Id"));
        String kind = kind(facts);
        var expected = new LinkedHashMap<>(Map.of("short", "True", "bare", "False", "defects", "[]", "Auto-Submitted",
                "auto-replied", "type", "multipart/report", "report", "delivery-status", "failed", "", "delayed", "",
                "seven", one.sender.utf8() ? "False" : "True"));
        expected.putAll(Map.of("To", one.sender.address, "0 Reporting-MTA", "dns; relay.lab.test", "0 Arrival-Date",
                Header.date(start), "0 Original-Envelope-Id", facts.get("0 Original-Envelope-Id")));
        boolean whole = one.ret.equals("FULL") && kind.startsWith("failed") && one.sender != Sender.UTF8_LONG;
        String status = one.sender.utf8() ? "message/global-delivery-status" : "message/delivery-status";
        String back = whole
                ? one.sender.utf8() ? "message/global" : "message/rfc822"
                : one.sender == Sender.UTF8 ? "message/global-headers" : "text/rfc822-headers";
        expected.put("parts", "text/plain," + status + "," + back);
        String subject = one.sender == Sender.ASCII ? "Greetings" : "Grüße";
        if (!back.endsWith("global-headers")) expected.put("back", subject);
        if (whole) expected.put("content", one.sender.content);
        switch (kind) {
            case "failed 5.1.1" -> {
                expected.put("Subject", "Undeliverable: " + subject);
                recipient(expected, 1, one.ghost(), "failed", "5.1.1", "smtp; 550 5.1.1 No such user",
                        Header.date(start));
                expected.put("1 Original-Recipient", one.ghostOriginal());
                expected.put("1 Remote-MTA", "dns; mx.unknown.test");
                recipient(expected, 2, "ghost2@unknown.test", "failed", "5.1.1", "smtp; 550 5.1.1 No such user",
                        Header.date(start));
                expected.put("2 Remote-MTA", "dns; mx.unknown.test");
                expected.put("failed", one.sender.utf8() ? "" : "gh+ost@alias.test,ghost2@unknown.test");
            }
            case "delayed 4.3.0" -> {
                expected.put("Subject", "Delayed: " + subject);
                recipient(expected, 1, "late@late.test", "delayed", "4.3.0", BUSY, Header.date(start.plus(RETRY)));
                expected.put("1 Remote-MTA", "dns; mx.late.test");
                expected.put("1 Will-Retry-Until", Header.date(start.plus(EXPIRATION)));
                expected.put("delayed", one.sender.utf8() ? "" : "late@late.test");
            }
            case "failed 5.4.7" -> {
                expected.put("Subject", "Undeliverable: " + subject);
                // The last attempt is not the moment at which it is given up.
                recipient(expected, 1, "late@late.test", "failed", "5.4.7", GIVEN_UP,
                        Header.date(start.plus(RETRY).plus(RETRY)));
                expected.put("1 Remote-MTA", "dns; mx.late.test");
                expected.put("failed", one.sender.utf8() ? "" : "late@late.test");
            }
            default -> {
                expected.put("Subject", "Passed on: " + subject);
                recipient(expected, 1, "passed@plain.test", "relayed", "2.0.0", "", Header.date(start));
                expected.put("1 Remote-MTA", "dns; mx.plain.test");
            }
        }
        var found = new TreeMap<>(facts);
        found.keySet().removeAll(Set.of("From", "text", "encoding"));
        assertEquals(new TreeMap<>(expected), found, facts::toString);
        String text = facts.getOrDefault("text", "");
        boolean hasRemedy = !kind.startsWith("relayed");
        assertEquals(hasRemedy, text.contains(" Remedy: must be fixed by "), text);
        assertTrue(text.contains(" Because: " + kind.substring(kind.indexOf(' ') + 1) + " "), text);
        boolean told = one.ret.equals("FULL") && kind.startsWith("failed") && !whole;
        assertEquals(told, text.contains("Only the header of your message comes back, because "), text);
    }

    private static void recipient(Map<String, String> expected, int number, String address, String action,
            String status, String said, String attempt) {
        boolean ascii = address.chars().allMatch(c -> c < 0x80);
        expected.put(number + " Final-Recipient", (ascii ? "rfc822; " : "utf-8; ") + address);
        expected.put(number + " Action", action);
        expected.put(number + " Status", status);
        if (!said.isEmpty()) expected.put(number + " Diagnostic-Code", said);
        expected.put(number + " Last-Attempt-Date", attempt);
    }

    /// What a parser of bounces finds, where it knows the form; that of RFC 6533 it does not.
    private void judgeByPerl(List<Path> files, Map<String, Map<String, String>> read) throws Exception {
        var known = files.stream().filter(file -> read.get(label(file)).get("parts")
                .contains(",message/delivery-status,")).toList();
        var expected = new ArrayList<String>();
        for (Path file : known) {
            Map<String, String> facts = read.get(label(file));
            expected.add(label(file) + " is_bounce " + (kind(facts).startsWith("failed") ? 1 : 0));
        }
        var said = Readers.run("bounce.pl", known);
        assertEquals(expected, said.stream().filter(line -> line.contains(" is_bounce ")).toList());
        for (Path file : known) {
            String kind = kind(read.get(label(file)));
            if (kind.equals("failed 5.1.1"))
                for (String address : List.of("gh+ost@alias.test", "ghost2@unknown.test"))
                assertTrue(said.contains(label(file) + " report " + address + " failed 5.1.1 550 user_unknown"),
                        () -> String.join("\n", said));
        }
    }

    /// A host with DSN is told what the sender asked for, and answers for it: no notice of ours speaks of its mail.
    private static void assertPassedOn(Lab lab) {
        var said = lab.visits("mx.knows.test").stream().flatMap(visit -> visit.envelopes().stream()).toList();
        var expected = new ArrayList<String>();
        Case.ALL.forEach((envid, one) -> {
            expected.add("RET=" + one.ret + " ENVID=" + envid.replace("+", "+2B"));
            expected.add(one.rcpt("kept@knows.test", "rfc822;k+2Bept@alias.test"));
        });
        var found = new ArrayList<String>();
        for (String line : said)
            if (line.startsWith("RCPT")) found.add(line);
            else {
                var words = List.of(line.split(" "));
                found.add("RET=" + words.stream().filter(word -> word.startsWith("RET=")).findFirst().orElse("RET=")
                        .substring(4) + " "
                        + words.stream().filter(word -> word.startsWith("ENVID=")).findFirst().orElse("none"));
            }
        assertEquals(expected.stream().sorted().toList(), found.stream().sorted().toList());
    }

    private static String kind(Map<String, String> facts) {
        return facts.get("1 Action") + " " + facts.get("1 Status");
    }

    private static String label(Path file) { return file.getFileName().toString().replace(".eml", ""); }

    private static int count(String kind) {
        return (int) Case.ALL.values().stream().flatMap(one -> one.notices().stream()).filter(kind::equals).count();
    }

    /// All that happens at one moment of the clock has happened, and no more.
    private static void reach(Lab lab, LabEngine engine, int notices, int settled) throws Exception {
        engine.awaitSettlements(settled, Patience.AMPLE);
        engine.awaitQuiet(Patience.AMPLE);
        assertEquals(notices, lab.count(LabDomains.HOME) + lab.count("seven.test"));
    }

    private List<Path> notices(Lab lab) throws IOException {
        var files = new ArrayList<Path>();
        for (String home : List.of(LabDomains.HOME, "seven.test"))
            for (var one : lab.received(home)) {
                assertEquals("", one.sender());
                files.add(Files.copy(one.message(), directory.resolve(
                        home.replace(".test", "") + "-" + files.size() + ".eml")));
            }
        return files;
    }

    private static Map<String, Map<String, String>> read(List<Path> files) throws Exception {
        var read = new HashMap<String, Map<String, String>>();
        for (String line : Readers.run("notices.py", files)) {
            String[] words = line.split("\t", 3);
            read.computeIfAbsent(words[0], _ -> new TreeMap<>()).put(words[1], words[2]);
        }
        return read;
    }

    private static void submit(int port) throws IOException {
        try (var client = new Socket("127.0.0.1", port)) {
            var dialogue = new Dialogue(client);
            assertTrue(dialogue.reply().startsWith("220"));
            dialogue.say(List.of("EHLO c.example"));
            for (var entry : Case.ALL.entrySet()) {
                Case one = entry.getValue();
                dialogue.say(List.of(one.mailCommand(entry.getKey()), one.rcpt(one.ghost(), one.ghostOrcpt()),
                        one.rcpt("ghost2@unknown.test", ""), one.rcpt("late@late.test", ""),
                        one.rcpt("passed@plain.test", ""),
                        one.rcpt("kept@knows.test", "rfc822;k+2Bept@alias.test"), "DATA", one.sender.mail() + "."));
            }
            dialogue.say(List.of("QUIT"));
        }
    }

    private static List<LabDomain> table() {
        return List.of(LabDomains.find(LabDomains.HOME).orElseThrow(), host("seven.test", MxFault.SEVEN_BIT),
                host("unknown.test", MxFault.USER_UNKNOWN), host("late.test", MxFault.TEMPFAIL_ALWAYS),
                host("plain.test", MxFault.NONE), host("knows.test", MxFault.KNOWS_DSN));
    }

    private static LabDomain host(String domain, MxFault fault) {
        return LabDomain.of(domain, Signing.UNSIGNED, "a host").host(fault, CertificateKind.TRUSTED);
    }
}
