package org.sternpost.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.connector.Changed;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Reason;

/// From looking at nothing to looking: `Opportunistic` refuses nothing, but what it looks up takes time.
class OpportunisticRolloutTest extends RolloutBench {

    private static final int DOMAINS = 400;

    private Rollout started(List<Double> shares) throws Exception {
        Changed.replace(connectors, "Default", c -> c.withMode(TlsValidation.Disabled));
        return rollouts.start(Rollout.draft("Default", new Rollout.Plan(TlsValidation.Disabled,
                TlsValidation.Opportunistic, shares, Duration.ofHours(1), new Rollout.Limit(1, 1, true)),
                time.instant()), "ops");
    }

    /// That `Enabled` would refuse a domain is no reason to wait for its mail here.
    @Test
    void itFinishesAlsoWhereADomainWouldFailUnderEnabled() throws Exception {
        Domain faulty = Domain.of("faulty.example");
        traffic.served.add(faulty);
        traffic.refused.add(faulty);
        var rollout = started(List.of(100.0));
        database.write(rollouts.settled(delivery(1, Domain.of("a.example")), attempt(false)));
        assertEquals(Optional.of(time.instant().plus(Duration.ofHours(1))),
                rollouts.outlook(rollouts.find(rollout.id()).orElseThrow()).nextStep());
        time.advance(Duration.ofHours(1));
        rollouts.tick();
        assertEquals(Rollout.Status.Finished, rollouts.find(rollout.id()).orElseThrow().progress().status());
        assertEquals(TlsValidation.Opportunistic, connector().tls().tlsValidation());
    }

    /// The guard has no failures of validation to see there; it has mail that is put off, against the old mode's.
    @Test
    void mailThatIsPutOffMoreOftenThanUnderDisabledTakesItBack() throws Exception {
        var rollout = started(List.of(50.0, 100.0));
        OutboundConnector connector = connector();
        for (int i = 0; i < DOMAINS; i++) {
            Domain domain = Domain.of("d" + i + ".example");
            boolean late = connector.modeFor(domain) == TlsValidation.Opportunistic && i % 3 == 0;
            database.write(rollouts.settled(delivery(i, domain), late
                    ? attempt(new Outcome.Deferred("4.4.2", "timed out", "h", Optional.empty()))
                    : attempt(false)));
        }
        rollouts.tick();
        var ended = rollouts.find(rollout.id()).orElseThrow();
        assertEquals(Rollout.Status.RolledBack, ended.progress().status(), ended.toString());
        assertTrue(ended.progress().why().contains("in the old mode"), ended.progress().why());
        assertEquals(TlsValidation.Disabled, connector().tls().tlsValidation());
        assertNull(connector().rollout());
    }

    /// A name that nobody's DNS answers about waits under Disabled too.
    @Test
    void whatEveryModePutsOffIsNoFailureOfThisOne() throws Exception {
        var rollout = started(List.of(100.0));
        var why = new Failure(Reason.DNSSEC_INVALID, "SERVFAIL", "repair the name servers");
        for (int i = 0; i < 5; i++)
            database.write(rollouts.settled(delivery(i, Domain.of("typo" + i + ".example")),
                    attempt(new Outcome.Deferred("4.7.324", "SERVFAIL", "", Optional.of(why)))));
        rollouts.tick();
        var now = rollouts.find(rollout.id()).orElseThrow();
        assertEquals(Rollout.Status.Running, now.progress().status(), now.progress().why());
        assertEquals(0, now.counts().failures());
    }
}
