package org.sternpost.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.connector.SampleConnector;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.dane.Tlsa;
import org.sternpost.engine.delivery.AttemptResult.TlsSession;
import org.sternpost.engine.delivery.DeliveryAgent.DestinationQueue;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.queue.Claims;
import org.sternpost.engine.queue.QueuedMessage.MessageContent;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.queue.QueuedMessage;
import org.sternpost.engine.smtp.client.ScriptedHost;
import org.sternpost.engine.smtp.client.SmtpClient.Timeouts;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Certificates;
import org.sternpost.engine.tls.Handshake;
import org.sternpost.engine.tls.Prover;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.HostFacts;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;
import org.sternpost.engine.trust.JudgedRoute;
import org.sternpost.engine.trust.Reason;

class TwoPassTest {

    private static final Domain DOMAIN = Domain.of("example.org");
    private static final Failure LOOKUP = new Failure(Reason.DNSSEC_INVALID, "MX is bogus", "sign it");
    private final SimTime time = new SimTime();
    private final Certificates ca = new Certificates(time.instant());
    private final List<ScriptedHost> hosts = new ArrayList<>();
    private final List<HostJudgement> route = new ArrayList<>();
    private List<Failure> routeProblem = List.of();
    private boolean fallback;

    @AfterEach
    void hangUp() throws Exception {
        for (var host : hosts)
            host.close();
    }

    /// One host: what is asked of it, its fault, the mode and the floor; then the outcome, its level, its failure.
    @ParameterizedTest
    @CsvSource(textBlock = """
            dane,    good,      Disabled,      None,           Delivered 2.0.0, Encrypted, -
            dane,    good,      Opportunistic, None,           Delivered 2.0.0, Dane,      -
            dane,    good,      Enabled,       None,           Delivered 2.0.0, Dane,      -
            other,   good,      Disabled,      None,           Delivered 2.0.0, Encrypted, -
            other,   good,      Opportunistic, None,           Delivered 2.0.0, Encrypted, tlsa-invalid
            other,   good,      Enabled,       None,           Deferred 4.7.323, -,        tlsa-invalid
            other,   good,      Opportunistic, CertificateValidation, Delivered 2.0.0, Authenticated, tlsa-invalid
            other,   wrongName, Opportunistic, CertificateValidation, Delivered 2.0.0, Authenticated, tlsa-invalid
            sts,     wrongName, Enabled,       None,           Deferred 4.7.325, -,        certificate-host-mismatch
            sts,     wrongName, Opportunistic, None,           Delivered 2.0.0, Encrypted, certificate-host-mismatch
            sts,     expired,   Opportunistic, EncryptionOnly, Delivered 2.0.0, Encrypted, certificate-expired
            sts,     good,      Enabled,       None,           Delivered 2.0.0, MtaSts,    -
            dane,    clear,     Enabled,       None,           Deferred 4.7.321, -,        starttls-not-supported
            dane,    clear,     Opportunistic, None,           Delivered 2.0.0, Plaintext, starttls-not-supported
            dane,    clear,     Opportunistic, EncryptionOnly, Deferred 4.7.321, -,        starttls-not-supported
            dane,    clear,     Disabled,      None,           Delivered 2.0.0, Plaintext, -
            dane,    refuses,   Enabled,       None,           Deferred 4.7.321, -,        starttls-not-supported
            dane,    refuses,   Opportunistic, None,           Deferred 4.7.5,  -,         -
            none,    clear,     Enabled,       None,           Delivered 2.0.0, Plaintext, -
            none,    refuses,   Enabled,       None,           Deferred 4.7.5,  -,         -
            none,    garbage,   Disabled,      None,           Deferred 4.7.5,  -,         -
            dane,    garbage,   Enabled,       None,           Deferred 4.7.5,  -,         validation-failure
            refused, good,      Enabled,       None,           Deferred 4.7.324, -,        dnssec-invalid
            refused, good,      Opportunistic, None,           Delivered 2.0.0, Encrypted, dnssec-invalid
            route,   good,      Enabled,       None,           Deferred 4.7.324, -,        dnssec-invalid
            route,   good,      Opportunistic, None,           Delivered 2.0.0, Encrypted, dnssec-invalid
            route,   good,      Disabled,      None,           Delivered 2.0.0, Encrypted, -
            unusable, expired,  Enabled,       None,           Delivered 2.0.0, Encrypted, -
            unusable, clear,    Enabled,       None,           Deferred 4.7.321, -,        starttls-not-supported
            dane,    down,      Opportunistic, None,           Deferred 4.4.1,  -,         -
            dane,    greylist,  Opportunistic, None,           Deferred 4.2.0,  -,         -
            dane,    unknown,   Opportunistic, None,           Failed 5.1.1,    -,         -
            other,   unknown,   Opportunistic, None,           Failed 5.1.1,    -,         -
            dane,    banner5,   Enabled,       None,           Deferred 4.0.0,  -,         -
            dane,    dropData,  Enabled,       None,           Deferred 4.4.2,  -,         -
            """)
    void modeAndFaultDecide(String asked, String fault, TlsValidation mode, TlsSettings floor, String outcome,
            String level, String failure) throws Exception {
        host("mx1.example.org", asked, fault, mode);
        var attempt = carry(mode, floor, 1).getFirst();
        var got = attempt.outcomes().get(0);
        assertEquals(outcome, got.getClass().getSimpleName() + " " + got.code(), got.toString());
        var why = switch (got) {
            case Outcome.Delivered done -> done.wouldHaveFailed();
            case Outcome.Deferred wait -> wait.failure();
            case Outcome.Failed never -> never.failure();
        };
        assertEquals(failure, why.map(one -> one.reason().token()).orElse("-"));
        assertEquals(level, got instanceof Outcome.Delivered done ? done.level().name() : "-");
        assertFalse(attempt.evidence().isEmpty());
    }

    @Test
    void theValidatedHostIsPreferredToAnEarlierOneThatFails() throws Exception {
        host("mx1.example.org", "other", "good", TlsValidation.Opportunistic);
        host("mx2.example.org", "dane", "good", TlsValidation.Opportunistic);
        var done = (Outcome.Delivered) carry(TlsValidation.Opportunistic, TlsSettings.None, 1).getFirst().outcomes()
                .get(0);
        assertEquals("mx2.example.org", done.host());
        assertEquals(Optional.empty(), done.wouldHaveFailed());
    }

    @Test
    void validationTellsMoreThanAHostThatIsDown() throws Exception {
        host("mx1.example.org", "dane", "down", TlsValidation.Enabled);
        host("mx2.example.org", "other", "good", TlsValidation.Enabled);
        assertEquals("4.7.323", carry(TlsValidation.Enabled, TlsSettings.None, 1).getFirst().outcomes().get(0).code());
    }

    @Test
    void theRelaxedPassGoesOnWithTheSessionOfTheStrictOne() throws Exception {
        var host = host("mx1.example.org", "other", "good", TlsValidation.Opportunistic);
        var attempt = carry(TlsValidation.Opportunistic, TlsSettings.None, 3);
        assertEquals(1, host.connections());
        assertEquals(3, host.messages().size());
        assertEquals(List.of(1, 2), attempt.getLast().evidence().stream().map(one -> one.attempt().pass()).toList());
        assertTrue(attempt.getLast().evidence().stream().allMatch(one -> one.modes().enabled().refusal().isPresent()));
        assertTrue(attempt.getLast().evidence().getLast().result().delivered());
    }

    @Test
    void everyAddressIsTriedBeforeAHostCountsAsFailed() throws Exception {
        host("mx1.example.org", "dane", "good", TlsValidation.Enabled);
        var first = route.removeFirst();
        route.add(new HostJudgement(first.host(), 10, first.port(),
                List.of(InetAddress.getByName("::1"), InetAddress.getByName("127.0.0.1")), "", first.enabled(),
                first.mandatory(), first.facts()));
        assertEquals("2.0.0", carry(TlsValidation.Enabled, TlsSettings.None, 1).getFirst().outcomes().get(0).code());
    }

    @Test
    void anotherPolicyOpensAnotherSession() throws Exception {
        var host = host("mx1.example.org", "dane", "good", TlsValidation.Enabled);
        var same = new ArrayDeque<>(List.of(mail(TlsValidation.Enabled, TlsSettings.None),
                mail(TlsValidation.Enabled, TlsSettings.None),
                mail(TlsValidation.Enabled, TlsSettings.CertificateValidation)));
        serve(same, new ArrayList<>());
        assertEquals(2, host.connections());
        assertEquals(3, host.messages().size());
    }

    /// What an exception let through is no way round the connector for the next message, nor the other way about.
    @Test
    void mailBeforeAndAfterTheEndOfAnExceptionSharesNoSession() throws Exception {
        var host = host("mx1.example.org", "other", "good", TlsValidation.Opportunistic);
        var settled = new ArrayList<AttemptResult>();
        serve(new ArrayDeque<>(List.of(mail(TlsValidation.Opportunistic, TlsSettings.None),
                mail(TlsValidation.Enabled, TlsSettings.None),
                mail(TlsValidation.Opportunistic, TlsSettings.None))), settled);
        assertEquals(List.of("2.0.0", "4.7.323", "2.0.0"),
                settled.stream().map(attempt -> attempt.outcomes().get(0).code()).toList());
        assertEquals(2, host.connections());
    }

    @Test
    void aSessionThatEndedWhileItWaitedIsDialledAnewOnce() throws Exception {
        var host = host("mx1.example.org", "none", "clear", TlsValidation.Enabled);
        var settled = new ArrayList<AttemptResult>();
        var waiting = new ArrayDeque<>(List.of(mail(TlsValidation.Enabled, TlsSettings.None),
                mail(TlsValidation.Enabled, TlsSettings.None)));
        serve(waiting, settled, () -> host.says("MAIL", "421 4.3.2 going down"));
        // The waiting session is over, so a fresh one is dialled; what that one says counts (RFC 5321 §3.8).
        assertEquals(2, host.connections());
        assertEquals("2.0.0", settled.getFirst().outcomes().get(0).code());
        assertEquals("4.3.2", settled.getLast().outcomes().get(0).code());
    }

    @Test
    void oldMailGoesInClearAfterAFailedHandshakeWhenNothingRequiresTls() throws Exception {
        fallback = true;
        host("mx1.example.org", "none", "garbage", TlsValidation.Enabled);
        var done = (Outcome.Delivered) carry(TlsValidation.Enabled, TlsSettings.None, 1).getFirst().outcomes().get(0);
        assertEquals("Plaintext", done.level().name());
        assertEquals("", done.tls());
    }

    @Test
    void theShadowOfMandatoryIsProvenOnTheSameSession() throws Exception {
        host("mx1.example.org", "none", "good", TlsValidation.Opportunistic);
        var first = route.removeFirst();
        route.add(new HostJudgement(first.host(), 10, first.port(), first.addresses(), "", first.enabled(),
                dane(ca.good("x.example").tlsa()), first.facts()));
        var seen = carry(TlsValidation.Opportunistic, TlsSettings.None, 1).getFirst().evidence().getFirst();
        assertEquals(Optional.empty(), seen.modes().enabled().refusal());
        assertEquals("tlsa-invalid", seen.modes().mandatory().refusal().orElseThrow().reason().token());
        assertEquals("valid", seen.session().pkix());
    }

    @Test
    void sessionThatCarriesTenMessagesIsOpenedOnce() throws Exception {
        host("mx1.example.org", "other", "good", TlsValidation.Opportunistic);
        var openings = openings(carry(TlsValidation.Opportunistic, TlsSettings.None, 10));
        assertEquals(1, openings.size());
        assertEquals(1, openings.getFirst().evidence().attempt().pass());
        assertEquals(Optional.of(InetAddress.ofLiteral("127.0.0.1")), openings.getFirst().local());
    }

    @Test
    void failedHandshakeIsAnOpeningAndTheClearTextAfterItIsNone() throws Exception {
        fallback = true;
        host("mx1.example.org", "none", "garbage", TlsValidation.Enabled);
        var attempts = carry(TlsValidation.Enabled, TlsSettings.None, 1);
        assertEquals(1, openings(attempts).size());
        assertEquals("validation-failure",
                openings(attempts).getFirst().handshake().orElseThrow().reason().token());
        assertEquals(2, attempts.getFirst().evidence().size());
    }

    @Test
    void hostRefusedBeforeItIsDialledStandsForOneSessionAndOneThatIsDownForNone() throws Exception {
        host("mx1.example.org", "refused", "good", TlsValidation.Enabled);
        host("mx2.example.org", "dane", "down", TlsValidation.Enabled);
        var openings = openings(carry(TlsValidation.Enabled, TlsSettings.None, 3));
        assertEquals(List.of("mx1.example.org"),
                openings.stream().map(one -> one.evidence().host().name().ascii()).toList());
        assertEquals(Optional.empty(), openings.getFirst().local());
    }

    private static List<TlsSession> openings(List<AttemptResult> attempts) {
        return attempts.stream().flatMap(attempt -> attempt.openings().stream()).toList();
    }

    private ScriptedHost host(String name, String asked, String fault, TlsValidation mode) throws Exception {
        var shown = switch (fault) {
            case "wrongName" -> ca.good("other.example");
            case "expired" -> ca.expired(name);
            default -> ca.good(name);
        };
        boolean tls = !Set.of("clear", "garbage", "refuses").contains(fault);
        var host = tls ? new ScriptedHost(shown.context()) : ScriptedHost.inClear();
        hosts.add(host);
        String offers = "250-x\r\n250 STARTTLS";
        switch (fault) {
            case "refuses" -> host.says("EHLO", offers).says("STARTTLS", "554 5.7.0 not you");
            case "garbage" -> host.says("EHLO", offers).says("STARTTLS", "220 go");
            case "greylist" -> host.says("RCPT", "450 4.2.0 later");
            case "unknown" -> host.says("RCPT", "550 5.1.1 who");
            case "banner5" -> host.says("banner", "554 go away");
            case "dropData" -> host.says("content", "drop");
            default -> {
            }
        }
        if (fault.equals("down")) host.close();
        var none = new TlsVerdict.None();
        TlsVerdict verdict = mode == TlsValidation.Disabled ? none : switch (asked) {
            case "dane" -> dane(shown.tlsa());
            case "other" -> dane(ca.good("x.example").tlsa());
            case "sts" -> new TlsVerdict.Sts(Domain.of(name), "1");
            case "unusable" -> new TlsVerdict.Encrypted();
            case "refused" -> new TlsVerdict.Refused(LOOKUP);
            default -> none;
        };
        if (asked.equals("route")) routeProblem = List.of(LOOKUP);
        var facts = new HostFacts(DnsStatus.Secure, DnsStatus.Secure, Optional.empty(), DnsStatus.Secure, List.of(),
                "", "", Optional.empty(), List.of());
        route.add(new HostJudgement(Domain.of(name), 10 * (route.size() + 1), host.port(),
                List.of(InetAddress.getByName("127.0.0.1")), "", verdict, verdict, facts));
        return host;
    }

    private static TlsVerdict dane(Tlsa record) {
        var base = Domain.of("mx1.example.org");
        return new TlsVerdict.Dane(List.of(record), base, List.of(base));
    }

    private List<AttemptResult> carry(TlsValidation mode, TlsSettings floor, int messages) throws Exception {
        var settled = new ArrayList<AttemptResult>();
        var mail = new ClaimedDelivery[messages];
        Arrays.setAll(mail, _ -> mail(mode, floor));
        serve(new ArrayDeque<>(List.of(mail)), settled);
        return settled;
    }

    private void serve(Deque<ClaimedDelivery> waiting, List<AttemptResult> settled) throws Exception {
        serve(waiting, settled, () -> {});
    }

    private void serve(Deque<ClaimedDelivery> waiting, List<AttemptResult> settled, Runnable between) throws Exception {
        var prover = new Prover(ca.anchors(), time);
        var delivery = new Delivery((_, _, _) -> new JudgedRoute.Hosts("example.org", route, routeProblem),
                new Handshake(prover), "me.example", Timeouts.of(Patience.UNMET), Cargo.REUSE, time,
                _ -> {});
        delivery.serve(new DestinationQueue() {
            @Override
            public Optional<ClaimedDelivery> next() { return Optional.ofNullable(waiting.poll()); }

            @Override
            public boolean answered() { return true; }

            @Override
            public void settle(ClaimedDelivery mail, AttemptResult attempt) {
                settled.add(attempt.alone(mail));
                between.run();
            }
        });
    }

    private ClaimedDelivery mail(TlsValidation mode, TlsSettings floor) {
        var connector = SampleConnector.of("Default", mode, floor, 1);
        byte[] octets = "Subject: x\r\n\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII);
        var body = new MessageContent() {
            @Override
            public long size() { return octets.length; }

            @Override
            public InputStream open() { return new ByteArrayInputStream(octets); }
        };
        var message = new QueuedMessage(QueueId.fresh(time.instant(), time.random()), time.instant(),
                time.instant().plus(Duration.ofDays(1)), ReversePath.of("a@example.com"), MailParameters.NONE,
                new QueuedMessage.About("127.0.0.1", "<1@x>", "x", octets.length));
        var recipient = new QueuedRecipient(0, new Recipient(Address.of("b@example.org"), Set.of(), ""),
                QueuedRecipient.Route.of("Default"), QueuedRecipient.State.Active, 0, time.instant());
        return Claims.of(message, body, connector, mode, DOMAIN, List.of(recipient), fallback);
    }
}
