package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.connector.SampleConnector;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.view.ProofView.ModeView;
import org.sternpost.engine.control.view.ProofView;
import org.sternpost.engine.control.view.ProofView.Sign;
import org.sternpost.engine.control.view.ProofView.StepView;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.trust.Reason;
import org.sternpost.lab.Expectation;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabDomain;
import org.sternpost.lab.LabSettings;

/// What Test-TlsValidation foretells of each domain of the practice internet is what mail to it meets.
class ProofTest {

    /// Hosts that refuse or lose mail only once it is offered, which a proof never does.
    private static final Set<String> DECIDED_BY_MAIL = Set.of("tempfail-always.test", "tempfail-first.test",
            "user-unknown.test", "drops-after-data.test", "asks-for-more.test");

    @TempDir
    static Path directory;
    private static Lab lab;
    private static LabEngines engines;
    private static LabEngine engine;

    @BeforeAll
    static void start() throws Exception {
        lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")));
        engines = LabEngines.on(lab, directory);
        engine = engines.usual();
    }

    @AfterAll
    static void stop() throws Exception {
        engines.close();
        lab.close();
    }

    @Test
    void everyModeEndsAsTheTableOfTheLabSaysAndNoMailIsSent() throws Exception {
        var wrong = new ArrayList<String>();
        for (LabDomain domain : lab.domains()) {
            if (DECIDED_BY_MAIL.contains(domain.domain())) continue;
            Map<String, ModeView> modes = proof(domain.ascii(), true).modes().stream()
                    .collect(Collectors.toMap(ModeView::mode, Function.identity()));
            compare(domain.domain() + " Disabled", domain.disabled(), modes.get("Disabled"), wrong);
            compare(domain.domain() + " Opportunistic", domain.opportunistic(), modes.get("Opportunistic"), wrong);
            compare(domain.domain() + " Enabled", domain.enabled(), modes.get("Enabled"), wrong);
            if (domain.enabled().outcome() != Expectation.Outcome.Delivered
                    && modes.get("Enabled, Mandatory").outcome().equals("delivered"))
                wrong.add(domain.domain() + ": Mandatory delivers what Enabled does not");
        }
        assertEquals(List.of(), wrong);
        assertEquals(0, lab.countAll());
    }

    @Test
    void aMismatchSaysInPlainWordsWhatIsWrongWhatToDoAndWhoMust() throws Exception {
        ProofView proof = proof("dane-mismatch.test", true);
        assertEquals("Mail to dane-mismatch.test would wait under Enabled: the mail host mx.dane-mismatch.test shows"
                + " another certificate than the one announced for it in the DNS (TLSA): ",
                proof.verdict().replaceFirst("no record matches.*", ""));
        assertFalse(proof.verdict().contains("RFC"));
        assertTrue(proof.remedy().startsWith("Publish a TLSA record for the certificate in use"), proof.remedy());
        assertEquals("the recipient's postmaster (postmaster@dane-mismatch.test)", proof.owner());
        assertTrue(proof.today().contains("delivered all the same: connector Default is Opportunistic"), proof.today());
        assertFalse(proof.satisfied());
        var host = proof.hosts().getFirst();
        assertEquals("Refused", host.status());
        var shown = host.handshake();
        assertTrue(shown != null && shown.tls().startsWith("TLSv1.3 ") && shown.sign() == Sign.Bad, "" + shown);
        var leaf = shown.chain().getFirst();
        assertTrue(leaf.names().contains("mx.dane-mismatch.test") && leaf.spkiSha256().length() == 64, "" + leaf);
        // The record in the DNS is of another key, and both stand there to be compared.
        StepView tlsa = host.steps().stream().filter(step -> step.asked().endsWith(" TLSA")).findFirst().orElseThrow();
        assertTrue(tlsa.answer().startsWith("3 1 1 ") && !tlsa.answer().contains(leaf.spkiSha256()), tlsa.answer());
        assertEquals("RFC 7672 §2.2", tlsa.rule());
        ModeView enabled = proof.modes().get(2);
        assertEquals(List.of("Enabled", "waits", "4.7.323", "5.7.323", "tlsa-invalid", "RECIPIENT"),
                List.of(enabled.mode(), enabled.outcome(), enabled.code(), enabled.finalCode(), enabled.reason(),
                        enabled.owner()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        dane-ok.test                 | true  | mx.dane-ok.test proves by DANE that it is the right host
        sts-enforce-ok.test          | true  | proves itself as the domain's policy (MTA-STS) asks
        plain.test                   | true  | encrypts, and nobody checks who it is
        plain-no-tls.test            | true  | takes it in clear text, since nothing asks for encryption
        dane-insecure-mx.test        | true  | though nothing proves that mail to the domain belongs there
        sts-enforce-mx-mismatch.test | false | does not allow the mail host mx.sts-enforce-mx-mismatch.test
        bogus-mx.test                | false | which mail hosts bogus-mx.test has does not prove by its signatures
        dane-no-starttls.test        | false | offers no encryption
        sts-enforce-cert-expired.test| false | is outside its dates
        nxdomain.test                | false | would be returned in every mode: nxdomain.test does not exist
        null-mx.test                 | false | would be returned in every mode: null-mx.test accepts no mail
        hangs.test                   | false | would wait in every mode
        """)
    void theVerdictIsOnePlainSentence(String domain, boolean satisfied, String words) throws Exception {
        ProofView proof = proof(domain, true);
        assertTrue(proof.verdict().contains(words), proof.verdict());
        assertTrue(proof.verdict().startsWith("Mail to " + domain + " would "), proof.verdict());
        assertEquals(satisfied, proof.satisfied());
        boolean wrong = !satisfied || proof.verdict().contains("Yet something is wrong");
        assertEquals(wrong, !proof.remedy().isEmpty() && !proof.owner().isEmpty(), proof.remedy());
    }

    @Test
    void withoutCallingAnyHostTheProofSaysWhatItDependsOn() throws Exception {
        ProofView proof = proof("dane-mismatch.test", false);
        assertEquals(0, lab.countAll());
        assertEquals(List.of("depends", "depends", "depends", "depends"),
                proof.modes().stream().map(ModeView::outcome).toList());
        assertTrue(proof.verdict().contains("if mx.dane-mismatch.test shows a certificate that matches"),
                proof.verdict());
        // What DNS and policy decide alone needs no call.
        ProofView unlisted = proof("sts-enforce-mx-mismatch.test", false);
        assertEquals("waits", unlisted.modes().get(2).outcome());
        assertEquals("As Disabled, with a note for reports: Enabled refuses it.", unlisted.modes().get(1).why());
        assertEquals("waits", proof("dane-bogus-tlsa.test", false).modes().get(2).outcome());
    }

    @Test
    void aBogusAnswerIsQuotedWithoutItsSignatures() throws Exception {
        ProofView proof = proof("dane-bogus-tlsa.test", true);
        StepView tlsa = proof.hosts().getFirst().steps().stream().filter(step -> step.status().equals("Bogus"))
                .findFirst().orElseThrow();
        assertEquals(Sign.Bad, tlsa.sign());
        assertTrue(tlsa.answer().contains("EDE 6") && !tlsa.answer().contains("sigs"), tlsa.answer());
    }

    @Test
    void aSmartHostIsMendedByWhoRunsIt() throws Exception {
        engine.management().connectors().create("hub",
                fresh -> SampleConnector.over(SampleConnector.serving(fresh, "hub.test"), "mx.dane-mismatch.test")
                        .withMode(TlsValidation.Enabled))
                .commit().apply("test");
        ProofView proof = proof("hub.test", true);
        assertEquals("hub", proof.connector());
        assertEquals(Reason.Owner.SMART_HOST.words(), proof.owner());
        assertTrue(proof.today().startsWith("the mail waits: connector hub is Enabled"), proof.today());
    }

    @Test
    void theSingleMechanismsLeaveTheOtherOut() throws Exception {
        Domain both = Domain.of("dane-fail-sts-ok.test");
        assertFalse(engine.management().tls().dane(both, true).satisfied());
        assertTrue(engine.management().tls().mtaSts(both, true).satisfied());
        assertTrue(engine.management().tls().dane(both, false).steps().stream()
                .noneMatch(step -> step.asked().contains("_mta-sts")));
    }

    @Test
    void aRouteIsExplainedWithoutACall() throws Exception {
        var route = engine.management().tls().route(Domain.of("dane-ok.test"));
        assertEquals("Default", route.connector());
        assertEquals("NotCalled", route.hosts().getFirst().status());
        assertTrue(route.hosts().getFirst().steps().stream().anyMatch(step -> step.asked().endsWith(" TLSA")));
    }

    private static ProofView proof(String domain, boolean connect) throws Exception {
        var row = lab.domains().stream().filter(one -> one.ascii().equals(domain)).findFirst();
        return row.map(engines::of).orElse(engine).management().tls().validation(Domain.of(domain), connect);
    }

    private static void compare(String place, Expectation expected, ModeView mode, List<String> wrong) {
        String wanted = switch (expected.outcome()) {
            case Delivered -> "delivered";
            case Deferred -> "waits";
            case Failed -> "returned";
        };
        if (!mode.outcome().equals(wanted) || !expected.code().isEmpty() && !mode.code().equals(expected.code())
                || !mode.reason().equals(expected.reason()))
            wrong.add(place + ": wanted " + wanted + " " + expected.code() + " " + expected.reason() + ", found "
                    + mode.outcome() + " " + mode.code() + " " + mode.reason() + ": " + mode.why());
        if (mode.outcome().equals("delivered") && mode.why().contains("Noted for reports") == expected.wouldFail()
                .isEmpty())
            wrong.add(place + ": would fail <" + expected.wouldFail() + "> " + mode.why());
    }
}
