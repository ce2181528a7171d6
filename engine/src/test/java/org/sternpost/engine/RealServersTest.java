package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.real.RealHost;
import org.sternpost.engine.real.RealInternet;
import org.sternpost.engine.real.RealInternet.Proof;
import org.sternpost.engine.real.Receiver;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.trust.Failure;
import org.sternpost.lab.Expectation;

/// Mail to Postfix and Exim, past unbound, BIND and nginx, in every mode: what arrives, how, and what does not.
class RealServersTest {

    /// Where it says `required`, a machine without the servers fails the test; elsewhere it skips it, with the reason.
    private static final String SWITCH = "STERNPOST_REAL_SERVERS";
    private static final Duration ROUND = Patience.AMPLE;

    private final List<String> wrong = new ArrayList<>();
    private int cases;

    @TempDir
    Path directory;

    @Test
    void mailToRealServersEndsAsTheTableSaysInEveryMode() throws Exception {
        Optional<String> hindrance = RealInternet.hindrance();
        if (hindrance.isPresent()) {
            if ("required".equals(System.getenv(SWITCH))) fail("real servers are required: " + hindrance.get());
            abort(hindrance.get());
        }
        try (var internet = RealInternet.start(directory.resolve("real"))) {
            for (Proof proof : Proof.values()) {
                Path home = directory.resolve(proof.name());
                try (var engine = LabEngine.on(internet.settings(home, proof), home)) {
                    for (TlsValidation mode : TlsValidation.values())
                        round(internet, engine, mode, proof);
                }
            }
            System.out.println("real servers: " + (cases - wrong.size()) + " of " + cases + " ("
                    + internet.versions() + ")");
        }
        assertEquals(List.of(), wrong);
        assertTrue(cases >= 2 * 3 * 3 * 25, cases + " cases");
    }

    private void round(RealInternet internet, LabEngine engine, TlsValidation mode, Proof proof)
            throws Exception {
        engine.setMode("Default", mode);
        for (Receiver receiver : internet.receivers())
            for (RealHost host : RealHost.all())
                engine.send(host.domain(receiver.name()),
                        Map.of(Receiver.FIELD, value(host, mode, proof)), false);
        // Mail that must not arrive is looked for last, when all that should have arrived has had its time.
        var late = new ArrayList<Runnable>();
        for (Receiver receiver : internet.receivers())
            for (RealHost host : RealHost.all()) {
                String place = receiver.name() + " " + value(host, mode, proof) + ": ";
                var settled = engine.awaitAttempt(host.domain(receiver.name()), 1, ROUND);
                Expectation expected = host.expectation(mode);
                cases++;
                var trouble = new ArrayList<String>();
                String found = words(settled.outcome());
                if (!found.equals(words(expected)))
                    trouble.add(place + "wanted <" + words(expected) + "> found <" + found + "> "
                            + settled.outcome().sentence());
                // RFC 8914 §2: why the resolver calls a zone bogus must reach the operator.
                if (proof == Proof.UNBOUND_EXTENDED && expected.reason().equals("dnssec-invalid")
                        && !settled.outcome().sentence().contains("EDE "))
                    trouble.add(place + "does not say what the resolver said: " + settled.outcome().sentence());
                if (settled.outcome() instanceof Outcome.Delivered)
                    arrived(internet.await(receiver, value(host, mode, proof)), host, place)
                            .ifPresent(trouble::add);
                else
                    late.add(() -> receiver.find(value(host, mode, proof))
                            .ifPresent(_ -> wrong.add(place + "arrived, and should not have")));
                if (!trouble.isEmpty()) wrong.add(String.join("; ", trouble));
            }
        late.forEach(Runnable::run);
    }

    /// What is wrong with a message at its receiver; empty if nothing.
    private static Optional<String> arrived(Optional<Receiver.Kept> kept, RealHost host, String place) {
        if (kept.isEmpty()) return Optional.of(place + "did not arrive");
        String tls = kept.get().tls().orElse("plain text");
        return host.came(kept.get().tls()) ? Optional.empty() : Optional.of(place + "arrived by " + tls);
    }

    private static String value(RealHost host, TlsValidation mode, Proof proof) {
        return host.label() + " " + mode + " " + proof;
    }

    private static String words(Expectation expected) {
        return expected.outcome() + " " + expected.code() + " " + expected.reason() + expected.wouldFail();
    }

    private static String words(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Delivered delivered -> "Delivered  " + token(delivered.wouldHaveFailed());
            case Outcome.Deferred deferred -> "Deferred " + deferred.code() + " " + token(deferred.failure());
            case Outcome.Failed failed -> "Failed " + failed.code() + " " + token(failed.failure());
        };
    }

    private static String token(Optional<Failure> failure) {
        return failure.map(found -> found.reason().token()).orElse("");
    }
}
