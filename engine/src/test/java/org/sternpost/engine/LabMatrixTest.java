package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.trust.Failure;
import org.sternpost.lab.Expectation;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabDomain;
import org.sternpost.lab.LabSettings;

/// Every domain of the practice internet in every mode: outcome, code and evidence are what the lab's table says.
class LabMatrixTest {

    private static final int TRIES_MAX = 3; // greylisting hosts take the second

    @TempDir
    Path directory;

    @Test
    void everyLabDomainInEveryModeEndsAsTheTableSays() throws Exception {
        var wrong = new ArrayList<String>();
        int cases = 0;
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")));
                LabEngines engines = LabEngines.on(lab, directory)) {
            var shares = lab.domains().stream().collect(Collectors.groupingBy(engines::of));
            for (TlsValidation mode : TlsValidation.values()) {
                lab.reset();
                engines.setMode(mode);
                var ends = new HashMap<LabDomain, LabEngine.Settled>();
                for (var share : shares.entrySet())
                    ends.putAll(ends(share.getKey(), mode, share.getValue()));
                for (var end : ends.entrySet()) {
                    cases++;
                    compare(mode, end.getKey(), end.getValue(), lab, wrong);
                }
            }
        }
        System.out.println("lab matrix: " + (cases - wrong.size()) + " of " + cases);
        assertTrue(cases >= 90, cases + " cases");
        assertEquals(List.of(), wrong);
    }

    private static Map<LabDomain, LabEngine.Settled> ends(LabEngine engine, TlsValidation mode,
            List<LabDomain> domains) throws Exception {
        Map<LabDomain, LabEngine.Settled> ends = new HashMap<>();
        var open = new ArrayList<>(domains);
        engine.send(open.stream().map(LabDomain::ascii).toList());
        for (int tries = 1; !open.isEmpty() && tries <= TRIES_MAX; tries++) {
            for (LabDomain domain : List.copyOf(open)) {
                var settled = engine.awaitAttempt(domain.ascii(), tries, Patience.AMPLE);
                ends.put(domain, settled);
                boolean goesOn = expected(domain, mode).outcome() == Expectation.Outcome.Delivered
                        && settled.outcome() instanceof Outcome.Deferred;
                if (!goesOn) open.remove(domain);
            }
            // The next attempt comes by the schedule: clear text after a handshake that failed is for mail that waited.
        }
        return ends;
    }

    private static void compare(TlsValidation mode, LabDomain domain, LabEngine.Settled settled, Lab lab,
            List<String> wrong) {
        Expectation expected = expected(domain, mode);
        String place = domain.domain() + " " + mode + ": ";
        String found = switch (settled.outcome()) {
            case Outcome.Delivered d -> "Delivered  " + d.wouldHaveFailed().map(f -> f.reason().token()).orElse("");
            case Outcome.Deferred d -> "Deferred " + d.code() + " " + token(d.failure());
            case Outcome.Failed f -> "Failed " + f.code() + " " + token(f.failure());
        };
        String wanted = switch (expected.outcome()) {
            case Delivered -> "Delivered  " + expected.wouldFail();
            case Deferred -> "Deferred " + (expected.code().isEmpty() ? code(settled.outcome()) : expected.code()) + " "
                    + expected.reason();
            case Failed -> "Failed " + (expected.code().isEmpty() ? code(settled.outcome()) : expected.code()) + " "
                    + expected.reason();
        };
        if (!found.equals(wanted))
            wrong.add(place + "wanted <" + wanted + "> found <" + found + "> "
                    + settled.outcome().sentence());
        boolean arrived = lab.count(domain.ascii()) > 0;
        if (arrived != (settled.outcome() instanceof Outcome.Delivered) && !domain.domain().startsWith("drops-"))
            wrong.add(place + "arrived: " + arrived);
        evidence(place, mode, settled, expected, wrong);
    }

    /// What `Enabled` would have done stands in the evidence, whatever the mode.
    private static void evidence(String place, TlsValidation mode, LabEngine.Settled settled, Expectation expected,
            List<String> wrong) {
        if (mode == TlsValidation.Disabled) return;
        String would = mode == TlsValidation.Opportunistic ? expected.wouldFail() : expected.reason();
        boolean refused = settled.evidence().stream().map(one -> one.modes().enabled().refusal())
                .flatMap(java.util.Optional::stream)
                .anyMatch(failure -> failure.reason().token().equals(would));
        if (!would.isEmpty() && !refused && !settled.evidence().isEmpty())
            wrong.add(place + "no evidence says " + would);
    }

    private static Expectation expected(LabDomain domain, TlsValidation mode) {
        return switch (mode) {
            case Disabled -> domain.disabled();
            case Opportunistic -> domain.opportunistic();
            case Enabled -> domain.enabled();
        };
    }

    private static String token(java.util.Optional<Failure> failure) {
        return failure.map(f -> f.reason().token()).orElse("");
    }

    private static String code(Outcome outcome) { return outcome.code(); }
}
