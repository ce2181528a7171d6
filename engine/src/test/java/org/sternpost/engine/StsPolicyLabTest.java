package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.ManagementException.Kind;
import org.sternpost.engine.control.view.StsUpdateView;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.Patience;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabDomain;
import org.sternpost.lab.LabSettings;
import org.sternpost.lab.policy.PolicyFault;
import org.sternpost.lab.policy.StsPolicy;

/// The policies held, from a real policy host, as an operator renews and forgets them.
class StsPolicyLabTest {

    private static final Duration PATIENCE = Patience.AMPLE;
    private static final Domain DOMAIN = Domain.of("sts-enforce-ok.test");
    private static final StsPolicy POLICY = new StsPolicy("enforce", List.of("mx.sts-enforce-ok.test"));

    @TempDir
    Path directory;

    @Test
    void policiesAreSeenRenewedAndForgotten() throws Exception {
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")));
                LabEngine engine = LabEngine.on(lab, directory.resolve("engine"))) {
            var management = engine.management();
            assertEquals(List.of(), management.stsPolicies().all());
            engine.setMode("Default", TlsValidation.Enabled);
            engine.send(List.of(DOMAIN.ascii()));
            assertInstanceOf(Outcome.Delivered.class, engine.awaitAttempt(DOMAIN.ascii(), 1, PATIENCE).outcome());

            var held = management.stsPolicies().all(DOMAIN).getFirst();
            assertTrue(held.id().startsWith(POLICY.id()), held::id);
            assertEquals("sts-enforce-ok.test enforce [mx.sts-enforce-ok.test] false ",
                    held.domain() + " " + held.mode() + " " + held.mx() + " " + held.runningOut()
                            + " " + held.lastTrouble());
            assertEquals(held.fetched().plus(Duration.ofDays(7)), held.expires());
            assertEquals(held.fetched().plus(Duration.ofDays(1)), held.nextRefresh());
            assertEquals(List.of(), management.stsPolicies().update().commit().apply("test"), "nothing is due yet");

            assertEquals("Unchanged", update(engine).result());
            assertTrue(management.stsPolicies().all(DOMAIN).getFirst().fetched().isAfter(held.fetched()));
            publish(lab, new StsPolicy("testing", List.of("mx.sts-enforce-ok.test", "mx2.sts-enforce-ok.test")));
            var changed = update(engine);
            assertEquals("Changed testing", changed.result() + " " + changed.mode());
            assertTrue(changed.detail().contains("mode enforce → testing; mx mx.sts-enforce-ok.test → "
                    + "mx.sts-enforce-ok.test mx2.sts-enforce-ok.test"), changed::detail);

            publish(lab, POLICY.broken(PolicyFault.MISSING));
            var failed = update(engine);
            assertEquals("Failed testing", failed.result() + " " + failed.mode(), "what is held stays");
            assertTrue(failed.detail().contains("HTTP status 404"), failed::detail);
            assertTrue(management.stsPolicies().all(DOMAIN).getFirst().lastTrouble().contains("HTTP status 404"));

            var clear = management.stsPolicies().clear(DOMAIN);
            assertTrue(clear.warnings().getFirst().contains("until it is fetched again, nothing does"),
                    clear.warnings()::toString);
            assertEquals(1, management.stsPolicies().all().size(), "a plan alone forgets nothing");
            clear.commit().apply("test");
            assertEquals(List.of(), management.stsPolicies().all());
            assertEquals(Kind.NotFound, assertThrows(ManagementException.class,
                    () -> management.stsPolicies().clear(DOMAIN)).kind());
            publish(lab, POLICY);
            assertEquals("New enforce", update(engine).result() + " " + management.stsPolicies().all(DOMAIN).getFirst()
                    .mode());
            assertEquals("NoPolicy", management.stsPolicies().update(Domain.of("plain.test")).commit().apply("test")
                    .getFirst().result());
        }
    }

    /// RFC 8461 §5: a policy in testing is judged in full and kept in the evidence, and blocks nothing.
    @Test
    void testingJudgesNameAndCertificateAndDelivers() throws Exception {
        String misnamed = "sts-enforce-cert-name.test";
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")));
                LabEngine engine = LabEngine.on(lab, directory.resolve("engine"))) {
            engine.setMode("Default", TlsValidation.Enabled);
            lab.replace(row(lab, misnamed).sts(new StsPolicy("testing", List.of("mx." + misnamed))));
            engine.send(List.of(misnamed));
            var settled = engine.awaitAttempt(misnamed, 1, PATIENCE);
            assertInstanceOf(Outcome.Delivered.class, settled.outcome());
            var evidence = settled.evidence().getFirst();
            assertEquals("testing", evidence.host().facts().sts().orElseThrow().mode().word());
            String pkix = evidence.session().pkix();
            assertTrue(!pkix.isEmpty() && !pkix.equals("valid"), pkix);
        }
    }

    private static StsUpdateView update(LabEngine engine) throws ManagementException {
        return engine.management().stsPolicies().update(DOMAIN).commit().apply("test").getFirst();
    }

    private static void publish(Lab lab, StsPolicy policy) { lab.replace(row(lab, DOMAIN.ascii()).sts(policy)); }

    private static LabDomain row(Lab lab, String domain) {
        return lab.domains().stream().filter(row -> row.ascii().equals(domain)).findFirst().orElseThrow();
    }
}
