package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.sternpost.cmdlets.wire.EngineClient;
import org.sternpost.cmdlets.wire.InProcessClient;
import org.sternpost.engine.LabEngine;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabDomain;
import org.sternpost.lab.LabDomain.Signing;
import org.sternpost.lab.LabDomains;
import org.sternpost.lab.LabHost;
import org.sternpost.lab.LabSettings;
import org.sternpost.lab.ca.CertificateKind;
import org.sternpost.lab.dns.DnsFault;
import org.sternpost.lab.dns.TlsaSpec;
import org.sternpost.lab.mx.MxFault;
import org.sternpost.lab.policy.PolicyFault;
import org.sternpost.lab.policy.StsPolicy;

/// The gateway of the examples: a real engine that has lived six days in a practice internet of its own, by a clock
/// that then stands still.
///
/// Help and pages show what it prints, so they show what the product prints.
final class ExampleEngine implements AutoCloseable {

    static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final Duration LIFE = Duration.ofDays(6);
    private static final Duration RETRY = Duration.ofMinutes(17); // 15 minutes, and up to a tenth
    private static final String HOST = "mx1.example.com";
    private static final List<LabDomain> PARTNERS = List.of(LabDomains.find(LabDomains.HOME).orElseThrow(),
            proven("example.com", "our own"),
            proven("example.org", "DANE, and a policy").sts(policy("example.org", "testing")),
            LabDomain.of("old.example", Signing.UNSIGNED, "policy, and a certificate that is over")
                    .sts(policy("old.example", "enforce")).host(CertificateKind.EXPIRED),
            proven("gov.example", "the zone above"),
            LabDomain.of("tax.gov.example", Signing.SIGNED, "TLSA of another key")
                    .host(CertificateKind.SELF_SIGNED, TlsaSpec.wrong(3, 1, 1)),
            LabDomain.of("busy.example", Signing.UNSIGNED, "451 to all").host(MxFault.TEMPFAIL_ALWAYS,
                    CertificateKind.TRUSTED),
            LabDomain.of("odd.example", Signing.UNSIGNED, "451 to all").host(MxFault.TEMPFAIL_ALWAYS,
                    CertificateKind.TRUSTED),
            LabDomain.of("bogus.example", Signing.SIGNED, "expired signatures").dns(DnsFault.EXPIRED_SIGNATURES)
                    .host(CertificateKind.SELF_SIGNED, TlsaSpec.right(3, 1, 1)),
            LabDomain.of("supplier.example", Signing.UNSIGNED, "behind a smart host")
                    .host(LabHost.of("relay.supplier.example", MxFault.NONE, CertificateKind.TRUSTED)),
            proven("insurer.example", "DANE"), proven("broker.example", "DANE"), proven("school.example", "DANE"),
            proven("college.example", "DANE"), proven("club.example", "DANE"));

    private final Path directory;
    private final SimTime time = new SimTime(NOW.minus(LIFE), 1);
    private final Lab lab;
    /// What examples call a message, and what it is called here: that is made by chance.
    private final Map<String, String> messages = new LinkedHashMap<>();
    private LabEngine engine;

    ExampleEngine(Path directory) throws Exception {
        this.directory = directory;
        lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")), PARTNERS, time);
        engine = open("life");
        live();
        engine.close();
        copy("life", "kept");
        engine = open("kept");
        say("Update-StsPolicy old.example"); // that a policy cannot be had is known since the start only
    }

    private static LabDomain proven(String domain, String shows) {
        return LabDomain.of(domain, Signing.SIGNED, shows).host(CertificateKind.SELF_SIGNED, TlsaSpec.right(3, 1, 1));
    }

    /// What a command prints, on both streams, as a person at a terminal sees them.
    String printed(String text) {
        var out = new ByteArrayOutputStream();
        run(text, out, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    /// The same for a command that may change something: it acts on a copy, and nobody sees it afterwards.
    String printedByCopy(String text) throws Exception {
        copy("life", "copy");
        LabEngine kept = engine;
        engine = open("copy");
        try {
            return printed(text);
        } finally {
            engine.close();
            engine = kept;
            delete(directory.resolve("copy"));
        }
    }

    /// The exit code of a command.
    int run(String text, OutputStream out, OutputStream err, String... options) {
        String asked = text;
        for (var message : messages.entrySet())
            asked = asked.replace(message.getKey(), message.getValue());
        var said = new ByteArrayOutputStream();
        var failed = out == err ? said : new ByteArrayOutputStream();
        var printer = new PrintStream(said, true, StandardCharsets.UTF_8);
        var process = new Launcher.Process(new ByteArrayInputStream(new byte[0]), printer,
                out == err ? printer : new PrintStream(failed, true, StandardCharsets.UTF_8), Map.of(), 0, false);
        int exit = new Launcher(process, new Inside(engine), time)
                .run(Stream.concat(Stream.of(options), Stream.of("-Command", asked)).toList());
        tell(said, out);
        if (out != err) tell(failed, err);
        return exit;
    }

    private void tell(ByteArrayOutputStream from, OutputStream to) {
        String said = from.toString(StandardCharsets.UTF_8);
        for (var message : messages.entrySet())
            said = said.replace(message.getValue(), message.getKey());
        try {
            to.write(said.getBytes(StandardCharsets.UTF_8));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private LabEngine open(String name) throws Exception {
        return LabEngine.on(lab, directory.resolve(name), settings -> settings
                .replace("relay.lab.test", HOST).replaceAll("retryIntervals: .*", "retryIntervals: [15m]")
                .replaceAll("messageExpiration: .*", "messageExpiration: 24h")
                .replaceAll("delayNotice: .*", "delayNotice: 12h").replace("dane-ok.test", "example.org")
                .replace("dane-expired-signature.test", "bogus.example"), time);
    }

    private void live() throws Exception {
        say("New-OutboundConnector gov -RecipientDomains *.gov.example -TlsValidation Enabled");
        say("New-OutboundConnector insurers -RecipientDomains insurer.example,broker.example");
        say("New-OutboundConnector schools -RecipientDomains school.example,college.example");
        say("New-OutboundConnector clubs -RecipientDomains club.example");
        say("New-OutboundConnector supplier -RecipientDomains supplier.example -TlsValidation Disabled "
                + "-UseMXRecord $false -SmartHosts relay.supplier.example:587");
        say("New-TlsException gov old.gov.example -TlsValidation Opportunistic -Reason 'certificate renewal' "
                + "-Owner ops@example.com -Expires 2026-11-20");
        say("New-TlsException gov town.gov.example -TlsValidation Opportunistic -Reason 'ticket 4711' "
                + "-Owner ops@example.com -Expires 2027-01-31");
        say("New-DkimKey example.com s1");
        lab.publish("s1._domainkey.example.com", say("(Get-DkimKey example.com).DnsText").strip());
        say("New-DkimKey example.com s2");
        Path password = Files.writeString(directory.resolve("shop.password"), "a password of the shop\n");
        messages.put("/run/shop.password", password.toString());
        say("New-SubmissionUser printer -PasswordFile /run/shop.password -Comment 'third floor'");
        mail("old.example", "Invoice");
        lab.replace(row("old.example").sts(policy("old.example", "enforce").broken(PolicyFault.MISSING)));
        sunday();
        monday();
    }

    /// Some mail of a day, whose reports are sent in the night after it, and two rollouts that begin.
    private void sunday() throws Exception {
        time.advance(Duration.between(time.instant(), Instant.parse("2026-11-22T08:00:00Z")));
        for (String domain : List.of("insurer.example", "broker.example", "school.example", "college.example",
                "club.example", "old.example", "example.org"))
            mail(domain, "Invoice");
        String late = mail("tax.gov.example", "Form");
        say("Start-TlsRollout schools -To Enabled -Shares 50%,100% -MinMessages 1");
        say("Start-TlsRollout clubs -To Enabled -Shares 100% -MinMessages 1 -Concurrent");
        until("(Get-TlsRollout).Stage", "1\n1");
        say("Suspend-TlsRollout R-2 -Reason 'change freeze'");
        String report = "(Get-TlsRptReport old.example -StartDate 2026-11-22).State";
        time.advance(Duration.between(time.instant(), Instant.parse("2026-11-23T00:01:00Z")));
        until(report, "Due");
        time.advance(Duration.ofHours(6));
        until(report, "Sent");
        time.advance(Duration.between(time.instant(), Instant.parse("2026-11-23T09:00:00Z")));
        engine.awaitEvents(late, 2);
        until("Get-StsPolicy | Where-Object { $_.Fetched -gt '2026-11-23T00:00:00Z' -or "
                + "$_.LastTrouble -like '*404*' } | Measure-Object | Select-Object -ExpandProperty Count", "2");
    }

    /// What waits now, and why.
    private void monday() throws Exception {
        engine.plantDefect("odd.example");
        String odd = mail("odd.example", "Odd");
        time.advance(RETRY);
        engine.awaitEvents(odd, 2);
        time.advance(RETRY);
        until("(Get-Message " + odd + ").Status", "Suspended");
        messages.put("01J9ZK3M5T00000G", odd);
        String number = "A";
        for (String domain : List.of("tax.gov.example", "tax.gov.example", "example.org", "busy.example")) {
            messages.put("01J9ZK3M5T00000" + number, mail(domain, "Statement"));
            number = Character.toString(number.charAt(0) + 1);
            time.advance(Duration.ofSeconds(1));
        }
        say("Suspend-Queue Default/busy.example");
        lab.replace(row("example.org").sts(policy("example.org", "enforce")));
        time.advance(Duration.between(time.instant(), NOW));
        engine.awaitEvents(messages.get("01J9ZK3M5T00000A"), 2);
        engine.awaitEvents(messages.get("01J9ZK3M5T00000B"), 2);
    }

    private static StsPolicy policy(String domain, String mode) { return new StsPolicy(mode, List.of("mx." + domain)); }

    private LabDomain row(String domain) {
        return lab.domains().stream().filter(row -> row.ascii().equals(domain)).findFirst().orElseThrow();
    }

    /// A message that was attempted once when this returns; its name.
    private String mail(String domain, String subject) throws Exception {
        String id = say("Send-MailMessage -From alice@example.com -To anna@" + domain + " -Subject " + subject
                + " | Select-Object -ExpandProperty MessageTraceId").lines().toList().getLast();
        engine.awaitEvents(id, 1);
        return id;
    }

    private String say(String text) {
        var out = new ByteArrayOutputStream();
        assertEquals(0, run(text, out, out), () -> text + "\n" + out.toString(StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }

    private void until(String text, String expected) {
        long end = System.nanoTime() + Patience.AMPLE.toNanos();
        for (String said = ""; !said.equals(expected);) {
            said = say(text).strip();
            assertTrue(System.nanoTime() < end, text + " still says " + said);
            LockSupport.parkNanos(20_000_000);
        }
    }

    /// Of an engine that is closed.
    private void copy(String from, String to) throws IOException {
        Path source = directory.resolve(from);
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.toList())
                Files.copy(file, directory.resolve(to).resolve(source.relativize(file)),
                        StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList())
                Files.delete(file);
        }
    }

    @Override
    public void close() throws IOException {
        engine.close();
        lab.close();
    }

    private record Inside(LabEngine engine) implements EngineHost {
        @Override
        public EngineClient open(Optional<Path> settings, Wanted wanted, Consumer<String> say) {
            return new InProcessClient(engine.management(), HOST, "tester");
        }

        @Override
        public EngineClient start(Path settings) {
            return open(Optional.of(settings), Wanted.RunningOrInside, _ -> {});
        }

        @Override
        public int serve(Optional<Path> settings, Consumer<String> say) { return 0; }
    }
}
