package org.sternpost.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.dane.Tlsa;
import org.sternpost.engine.evidence.EvidenceLog;
import org.sternpost.engine.evidence.HostEvidence.ModeVerdict;
import org.sternpost.engine.evidence.Shadows.FirstPass;
import org.sternpost.engine.evidence.Verdicts;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.report.AttemptStatistics;
import org.sternpost.engine.schedule.Scheduler.Limits;
import org.sternpost.engine.smtp.client.ScriptedHost;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Certificates;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.HostFacts;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.JudgedRoute;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;
import org.sternpost.engine.trust.Reason;
import org.sternpost.lab.ca.Identity;
import org.sternpost.lab.ca.ServerTls;

/// `TlsSettings` is a floor in every mode, and the two passes of Opportunistic never go below it
/// (docs/transport-security.md#mode-floor).
class FloorTest {

    @TempDir
    Path directory;

    private static final Domain MX = Domain.of("mx1.example.org");
    private final SimTime time = new SimTime();
    private final Certificates ca = new Certificates(time.instant());
    private final Cargo cargo = new Cargo(time);

    /// In each group of three the mode is Disabled, Opportunistic, Enabled; the groups are the floors None,
    /// EncryptionOnly, CertificateValidation, DomainValidation. Delivered: P in clear, E encrypted, A authenticated by
    /// the floor, S by MTA-STS, D by DANE; small letters with a star: although Enabled would not have. Waiting: 1 no
    /// STARTTLS, 3 TLSA mismatch, 5 wrong name, 6 not trusted (the last digit of 4.7.32x).
    @ParameterizedTest
    @CsvSource(textBlock = """
            good,       none,     E  E  E | E  E  E | A  A  A | A  A  A
            good,       dane,     E  D  D | E  D  D | A  D  D | A  D  D
            good,       mismatch, E  e* 3 | E  e* 3 | A  a* 3 | A  a* 3
            good,       sts,      E  S  S | E  S  S | A  S  S | A  S  S
            wrongName,  none,     E  E  E | E  E  E | A  A  A | 5  5  5
            wrongName,  dane,     E  D  D | E  D  D | A  D  D | 5  5  5
            wrongName,  mismatch, E  e* 3 | E  e* 3 | A  a* 3 | 5  5  3
            wrongName,  sts,      E  e* 5 | E  e* 5 | A  a* 5 | 5  5  5
            selfSigned, none,     E  E  E | E  E  E | 6  6  6 | 6  6  6
            selfSigned, dane,     E  D  D | E  D  D | 6  D  D | 6  6  6
            selfSigned, mismatch, E  e* 3 | E  e* 3 | 6  6  3 | 6  6  3
            selfSigned, sts,      E  e* 6 | E  e* 6 | 6  6  6 | 6  6  6
            clear,      none,     P  P  P | 1  1  1 | 1  1  1 | 1  1  1
            clear,      dane,     P  p* 1 | 1  1  1 | 1  1  1 | 1  1  1
            clear,      mismatch, P  p* 1 | 1  1  1 | 1  1  1 | 1  1  1
            clear,      sts,      P  p* 1 | 1  1  1 | 1  1  1 | 1  1  1
            """)
    void floorModeAndWhatIsPublishedDecide(String shows, String published, String expected) throws Exception {
        var shown = switch (shows) {
            case "wrongName" -> ca.good("other.example");
            case "selfSigned" -> ca.selfSigned(MX.ascii());
            default -> ca.good(MX.ascii());
        };
        var found = new ArrayList<String>();
        try (var host = shows.equals("clear")
                ? ScriptedHost.inClear()
                : new ScriptedHost(shown.context())) {
            for (TlsSettings floor : TlsSettings.values()) {
                if (floor != TlsSettings.None) found.add("|");
                for (TlsValidation mode : TlsValidation.values()) {
                    TlsVerdict verdict = mode == TlsValidation.Disabled
                            ? new TlsVerdict.None()
                            : verdict(published, shown);
                    var attempt = cargo.carry((_, _, _) -> route(host(MX, host.port(), verdict)), ca.anchors(),
                            cargo.mail(Cargo.connector(time, "c", mode, floor, 1), "example.org", false)).getFirst();
                    found.add(word(attempt.outcomes().get(0)));
                }
            }
        }
        assertEquals(List.of(expected.split(" +")), found);
    }

    /// The first pass as it was observed: the faults of two hosts, and what then became of the mail.
    @ParameterizedTest
    @CsvSource(textBlock = """
            good,     good,     Delivered,   D
            mismatch, good,     Delivered,   D
            down,     good,     Delivered,   D
            mismatch, mismatch, Refused,     e*
            mismatch, down,     OtherReason, e*
            down,     mismatch, OtherReason, e*
            down,     down,     OtherReason, 4.4.2
            later,    mismatch, OtherReason, 4.2.0
            """)
    void theFirstPassIsRecordedAsObserved(String first, String second, FirstPass pass, String outcome)
            throws Exception {
        var shown = ca.good(MX.ascii());
        try (var one = new ScriptedHost(shown.context()); var two = new ScriptedHost(shown.context())) {
            var route = new ArrayList<HostJudgement>();
            for (var fault : List.of(first, second)) {
                var host = route.isEmpty() ? one : two;
                if (fault.equals("later")) host.says("RCPT", "450 4.2.0 later");
                int port = host.port();
                if (fault.equals("down")) host.says("banner", "drop");
                route.add(host(Domain.of("mx" + (route.size() + 1) + ".example.org"), port,
                        verdict(fault.equals("mismatch") ? "mismatch" : "dane", shown)));
            }
            var attempt = cargo.carry((_, _, _) -> new JudgedRoute.Hosts("example.org", route, List.of()),
                    ca.anchors(), cargo.mail(Cargo.connector(time, "c", TlsValidation.Opportunistic, TlsSettings.None,
                            1), "example.org", false))
                    .getFirst();
            assertEquals(pass, FirstPass.of(attempt.evidence()));
            assertEquals(outcome, word(attempt.outcomes().get(0)));
        }
    }

    @Test
    void whereNobodyLooksThereIsNoFirstPass() throws Exception {
        var shown = ca.good(MX.ascii());
        try (var host = new ScriptedHost(shown.context())) {
            var attempt = cargo.carry((_, _, _) -> route(host(MX, host.port(), new TlsVerdict.None())), ca.anchors(),
                    cargo.mail(Cargo.connector(time, "c", TlsValidation.Disabled, TlsSettings.None, 1), "example.org",
                            false))
                    .getFirst();
            assertEquals(FirstPass.NotMade, FirstPass.of(attempt.evidence()));
        }
    }

    /// RFC 7672 §8.1, RFC 8461 §7.1: DANE may ask the host by the name behind its alias; what it would show under the
    /// name of the policy nobody saw.
    @ParameterizedTest
    @CsvSource({"real.example.org, real.example.org, NotJudged", "real.example.org, mx1.example.org, Holds",
            "mx1.example.org, real.example.org, Fails"})
    void certificateShownToAnotherNameIsNoFaultUnderThePolicy(String base, String named, String finding)
            throws Exception {
        var shown = ca.good(named);
        try (var host = new ScriptedHost(shown.context())) {
            var dane = new TlsVerdict.Dane(List.of(shown.tlsa()), Domain.of(base), List.of(MX));
            var plain = host(MX, host.port(), dane);
            var judged = new HostJudgement(MX, 10, host.port(), plain.addresses(), "", Optional.empty(), dane, dane,
                    dane, new TlsVerdict.Sts(MX, "1"), plain.facts());
            var attempt = cargo.carry((_, _, _) -> route(judged), ca.anchors(), cargo.mail(Cargo.connector(time, "c",
                    TlsValidation.Enabled, TlsSettings.None, 1), "example.org", false)).getFirst();
            assertEquals("D", word(attempt.outcomes().get(0)));
            assertEquals("Holds", attempt.evidence().getFirst().findings().dane().getClass().getSimpleName());
            assertEquals(finding, attempt.evidence().getFirst().findings().sts().getClass().getSimpleName());
        }
    }

    /// The strict pass did not reach the first address and was refused at the second, where the first came up. The
    /// relaxed pass asks it by the MX name, and learns nothing of what it shows to who asks by the TLSA base name.
    @ParameterizedTest
    @CsvSource({"real.example.org, NotJudged, NotJudged", "mx1.example.org, Refuses, Fails"})
    void whatTheRelaxedPassIsShownIsNoFaultUnderTheNameOfTheStrictOne(String base, String said, String found)
            throws Exception {
        var right = ca.good(base);
        var other = ca.selfSigned("other.example");
        var first = new AtomicReference<ScriptedHost>();
        var late = ServerTls.of(name -> lab(name.equals("real.example.org") ? right : other));
        var failing = ServerTls.of(_ -> {
            first.get().says("banner", "220 test");
            return lab(other);
        });
        try (var one = new ScriptedHost(late, "127.0.0.1", 0);
                var two = new ScriptedHost(failing, "127.0.0.2", one.port())) {
            first.set(one.says("banner", "drop"));
            var dane = new TlsVerdict.Dane(List.of(right.tlsa()), Domain.of(base), List.of(MX));
            var judged = new HostJudgement(MX, 10, one.port(), List.of(InetAddress.ofLiteral("127.0.0.1"),
                    InetAddress.ofLiteral("127.0.0.2")), "", dane, dane, host(MX, one.port(), dane).facts());
            var attempt = cargo.carry((_, _, _) -> route(judged), ca.anchors(), cargo.mail(Cargo.connector(time, "c",
                    TlsValidation.Opportunistic, TlsSettings.None, 1), "example.org", false)).getFirst();
            assertEquals("e*", word(attempt.outcomes().get(0)));
            assertEquals(1, two.connections());
            var strict = attempt.evidence().get(1);
            assertEquals(List.of(1, "Refuses"), List.of(strict.attempt().pass(), said(strict.modes().enabled())));
            var relaxed = attempt.evidence().getLast();
            assertEquals(List.of(2, "127.0.0.1:" + one.port(), true), List.of(relaxed.attempt().pass(),
                    relaxed.host().addressText(), relaxed.result().delivered()));
            assertEquals(List.of("Passes", said, said), List.of(said(relaxed.modes().opportunistic()),
                    said(relaxed.modes().enabled()), said(relaxed.modes().mandatory())));
            assertEquals(found, relaxed.findings().dane().getClass().getSimpleName());
        }
    }

    /// The floor asks by the MX name, and who asked by the TLSA base name did not see what it would be shown.
    @ParameterizedTest
    @CsvSource({"real.example.org, CertificateValidation, NotJudged", "mx1.example.org, CertificateValidation, Refuses",
            "real.example.org, EncryptionOnly, Passes"})
    void certificateShownToTheBaseNameIsNoFaultUnderTheFloor(String base, TlsSettings floor, String said)
            throws Exception {
        var shown = ca.selfSigned(base);
        try (var host = new ScriptedHost(shown.context())) {
            var dane = new TlsVerdict.Dane(List.of(shown.tlsa()), Domain.of(base), List.of(MX));
            var attempt = cargo.carry((_, _, _) -> route(host(MX, host.port(), dane)), ca.anchors(), cargo.mail(
                    Cargo.connector(time, "c", TlsValidation.Enabled, floor, 1), "example.org", false)).getFirst();
            assertEquals("D", word(attempt.outcomes().get(0)));
            var modes = attempt.evidence().getFirst().modes();
            assertEquals(List.of(said, "Passes", "Passes"), List.of(said(modes.opportunistic()),
                    said(modes.enabled()), said(modes.mandatory())));
        }
    }

    /// RFC 6066 §3: a host may end the handshake because of the name, which says nothing of another name.
    @ParameterizedTest
    @CsvSource({"real.example.org, NotJudged, NotJudged", "mx1.example.org, Fails, Refuses"})
    void handshakeThatBreaksUnderOneNameIsNoFaultUnderTheOther(String base, String bySts, String byFloor)
            throws Exception {
        var shown = ca.good(MX.ascii());
        try (var host = new ScriptedHost(shown.context())) {
            host.says("hello", "500 no such name");
            var dane = new TlsVerdict.Dane(List.of(shown.tlsa()), Domain.of(base), List.of(MX));
            var plain = host(MX, host.port(), dane);
            var judged = new HostJudgement(MX, 10, host.port(), plain.addresses(), "", Optional.empty(), dane, dane,
                    dane, new TlsVerdict.Sts(MX, "1"), plain.facts());
            var evidence = cargo.carry((_, _, _) -> route(judged), ca.anchors(), cargo.mail(Cargo.connector(time, "c",
                    TlsValidation.Enabled, TlsSettings.CertificateValidation, 1), "example.org", false)).getFirst()
                    .evidence().getFirst();
            assertEquals(List.of("Fails", bySts), List.of(evidence.findings().dane().getClass().getSimpleName(),
                    evidence.findings().sts().getClass().getSimpleName()));
            assertEquals(List.of(byFloor, "Refuses", "Refuses"), List.of(said(evidence.modes().opportunistic()),
                    said(evidence.modes().enabled()), said(evidence.modes().mandatory())));
        }
    }

    /// RFC 7435 §3: the last resort of old mail does not try STARTTLS, so it does not show that the host lacks it.
    @Test
    void aCallInClearIsNoProofThatTheHostLacksStartTls() throws Exception {
        var shown = ca.good(MX.ascii());
        try (var host = new ScriptedHost(shown.context())) {
            host.says("hello", "500 no TLS today");
            var plain = host(MX, host.port(), new TlsVerdict.None());
            var testing = new HostJudgement(MX, 10, host.port(), plain.addresses(), "", Optional.empty(),
                    new TlsVerdict.None(), new TlsVerdict.Sts(MX, "1"), new TlsVerdict.None(),
                    new TlsVerdict.Sts(MX, "1"), plain.facts());
            var attempt = cargo.carry((_, _, _) -> route(testing), ca.anchors(), cargo.mail(Cargo.connector(time, "c",
                    TlsValidation.Enabled, TlsSettings.None, 1), "example.org", true)).getFirst();
            assertEquals("P", word(attempt.outcomes().get(0)));
            assertEquals(List.of("Fails Refuses validation-failure", "NotJudged NotJudged "), attempt.evidence()
                    .stream().map(one -> one.findings().sts().getClass().getSimpleName() + " "
                            + said(one.modes().mandatory()) + " "
                            + one.modes().mandatory().refusal().map(why -> why.reason().token()).orElse(""))
                    .toList());
        }
    }

    /// A host that was not reached has proved nothing, so readiness counts for `Mandatory` what the other proved alone.
    @ParameterizedTest
    @CsvSource({"drop, 1", "220 test, 0"})
    void aHostThatIsDownIsNotEnoughForMandatory(String banner, long wouldFail) throws Exception {
        var shown = ca.good(MX.ascii());
        try (var one = new ScriptedHost(shown.context());
                var two = new ScriptedHost(shown.context());
                var database = SqliteDatabase.open(directory, EvidenceLog.SCHEMA)) {
            one.says("banner", banner);
            var bare = host(Domain.of("mx2.example.org"), two.port(), new TlsVerdict.None());
            var why = new Failure(Reason.DANE_REQUIRED, "no DANE", "publish it");
            var second = new HostJudgement(bare.host(), 20, two.port(), bare.addresses(), "", new TlsVerdict.None(),
                    new TlsVerdict.Refused(why), bare.facts());
            var mail = cargo.mail(Cargo.connector(time, "c", TlsValidation.Opportunistic, TlsSettings.None, 1),
                    "example.org", false);
            var attempt = cargo.carry((_, _, _) -> new JudgedRoute.Hosts("example.org",
                    List.of(host(MX, one.port(), verdict("dane", shown)), second), List.of()), ca.anchors(), mail)
                    .getFirst();
            var verdicts = new Verdicts(database);
            var limits = new Limits(1, 1, List.of(Duration.ofMinutes(15)), Duration.ofDays(1));
            database.write(new AttemptStatistics(new EvidenceLog(database), verdicts, limits, time)
                    .settled(mail, attempt));
            var known = verdicts.since(Instant.EPOCH).getFirst();
            assertEquals(List.of(1L, 0L, wouldFail),
                    List.of(known.messages(), known.wouldFail(), known.mandatoryWouldFail()));
        }
    }

    private static Identity lab(Certificates.Identity one) {
        return new Identity(one.pair().getPrivate(), one.chain(), one.chain().getLast());
    }

    private static String said(ModeVerdict verdict) { return verdict.getClass().getSimpleName(); }

    private static String word(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Delivered d when d.wouldHaveFailed().isPresent() ->
                initial(d.level()).toLowerCase(java.util.Locale.ROOT) + "*";
            case Outcome.Delivered d -> initial(d.level());
            case Outcome.Deferred d when d.code().startsWith("4.7.32") -> d.code().substring(6);
            case Outcome.Deferred d -> d.code();
            case Outcome.Failed f -> f.code();
        };
    }

    private static String initial(Level level) { return level == Level.MtaSts ? "S" : level.name().substring(0, 1); }

    private static TlsVerdict verdict(String published, Certificates.Identity shown) {
        return switch (published) {
            case "dane" -> new TlsVerdict.Dane(List.of(shown.tlsa()), MX, List.of(MX));
            case "mismatch" -> new TlsVerdict.Dane(List.of(new Tlsa(3, 1, 1, new byte[32])), MX, List.of(MX));
            case "sts" -> new TlsVerdict.Sts(MX, "1");
            default -> new TlsVerdict.None();
        };
    }

    private static JudgedRoute route(HostJudgement host) {
        return new JudgedRoute.Hosts("example.org", List.of(host), List.of());
    }

    private static HostJudgement host(Domain name, int port, TlsVerdict asked) {
        var facts = new HostFacts(DnsStatus.Secure, DnsStatus.Secure, Optional.empty(), DnsStatus.Secure, List.of(),
                "", "", Optional.empty(), List.of());
        return new HostJudgement(name, 10, port, List.of(InetAddress.ofLiteral("127.0.0.1")), "", asked, asked, facts);
    }
}
