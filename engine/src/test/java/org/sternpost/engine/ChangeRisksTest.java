package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.SampleConnector;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.Management.TlsExceptionDraft;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.Patience;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabSettings;

/// A change of connectors says beforehand which recent mail it would have held back.
class ChangeRisksTest {

    private static final String GOOD = "dane-ok.test";
    private static final String FAULTY = "dane-mismatch.test";

    @TempDir
    Path directory;

    @Test
    void whatRecentMailShowedIsSaidOfEveryChangeThatWouldInsist() throws Exception {
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")));
                LabEngine engine = LabEngine.on(lab, directory.resolve("engine"))) {
            engine.send(List.of(GOOD, FAULTY));
            engine.awaitAttempt(GOOD, 1, Patience.AMPLE);
            engine.awaitAttempt(FAULTY, 1, Patience.AMPLE);
            var management = engine.management();

            var strict = management.connectors().change("Default", edit(TlsValidation.Enabled, List.of()))
                    .risks();
            assertEquals(1, strict.size(), strict.toString());
            assertTrue(strict.getFirst().startsWith("1 of 1 messages to " + FAULTY + " in the last 7 days would have "
                    + "failed: mx." + FAULTY), strict.toString());
            assertEquals(List.of(),
                    management.connectors().change("Default", edit(TlsValidation.Disabled, List.of()))
                            .risks());

            // Domains that come to a strict connector are the same risk, also when it is new.
            assertEquals(1,
                    management.connectors().create("strict", edit(TlsValidation.Enabled, List.of(FAULTY))).risks()
                            .size());
            assertEquals(List.of(), management.connectors().create("strict", edit(TlsValidation.Enabled, List.of(GOOD)))
                    .risks());

            // A connector that lets it pass is gone, and the mail goes by one that does not.
            management.connectors().create("lax", edit(TlsValidation.Opportunistic, List.of(FAULTY))).commit()
                    .apply("test");
            assertEquals(List.of(),
                    management.connectors().change("Default", edit(TlsValidation.Enabled, List.of()))
                            .risks());
            engine.setMode("Default", TlsValidation.Enabled);
            assertEquals(1, management.connectors().remove("lax").risks().size());

            // An exception lets it pass.
            management.tlsExceptions()
                    .create(TlsExceptionDraft.of("Default", Domain.of(FAULTY), TlsValidation.Opportunistic, "r", "o",
                            Instant.now().plus(Duration.ofDays(1))))
                    .commit().apply("test");
            assertEquals(List.of(), management.connectors().remove("lax").risks());

            // It may go while another connector serves the domain; afterwards its end is the same risk.
            assertEquals(List.of(), management.tlsExceptions().remove("Default", Domain.of(FAULTY)).risks());
            assertEquals(1, management.tlsExceptions().create(stricter("lax", FAULTY)).risks().size());
            management.connectors().remove("lax").commit().apply("test");
            assertEquals(1, management.tlsExceptions().remove("Default", Domain.of(FAULTY)).risks().size());
            assertEquals(List.of(), management.tlsExceptions().create(stricter("Default", GOOD)).risks());

            var unjudged = management.connectors().create("idle", edit(TlsValidation.Disabled, List.of("idle.test")));
            unjudged.commit().apply("test");
            var warned = management.connectors().change("idle", edit(TlsValidation.Enabled, List.of()))
                    .warnings();
            assertTrue(warned.getFirst().startsWith("no mail of 'idle' was judged"), warned.toString());
        }
    }

    private static TlsExceptionDraft stricter(String connector, String domain) {
        return TlsExceptionDraft.of(connector, Domain.of(domain), TlsValidation.Enabled, "r", "o",
                Instant.now().plus(Duration.ofDays(1)));
    }

    private static UnaryOperator<OutboundConnector> edit(TlsValidation mode, List<String> domains) {
        return now -> {
            var judged = now.withTls(now.tls().withTlsValidation(mode));
            return domains.isEmpty() ? judged : SampleConnector.serving(judged, domains.toArray(String[]::new));
        };
    }
}
