package org.sternpost.engine.mtasts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.dns.FakeResolver;
import org.sternpost.engine.dns.ProofLog;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.MtaSts.PolicyFetch;
import org.sternpost.engine.mtasts.Policy.HeldPolicy;
import org.sternpost.engine.mtasts.PolicyLookup.StsLookup;
import org.sternpost.engine.time.SimTime;

/// What an operator sees of the policies held and does with them.
class HeldPoliciesTest {

    private static final Domain ORG = Domain.of("example.org");

    private final SimTime time = new SimTime();
    private final FakeResolver dns = new FakeResolver();
    private final MemoryPolicyStore store = new MemoryPolicyStore();
    private boolean down;
    private final MtaSts sts = new MtaSts(dns, _ -> {
        if (down) return new PolicyFetch.Fetched.Failed(StsLookup.Kind.Fetch, "down");
        var file = (PolicyFile.Valid) PolicyFile.of(
                "version: STSv1\nmode: enforce\nmx: mx.example.org\nmax_age: 604800\n");
        return new PolicyFetch.Fetched.Policy(file.policy(), file.body());
    }, store, time);
    private final HeldPolicies policies = new HeldPolicies(sts, new PolicyRefresh(sts, store, time), store);

    @BeforeEach
    void publish() { dns.txt("_mta-sts.example.org", "v=STSv1; id=1;"); }

    @Test
    void policyIsShownWithTheTimeOfItsNextFetch() {
        assertEquals(List.of(), policies.all());
        assertEquals(Optional.empty(), policies.find(ORG));
        sts.of(ORG, new ProofLog());
        HeldPolicy held = policies.find(ORG).orElseThrow();
        assertEquals(List.of(held), policies.all());
        assertEquals(time.instant().plus(Duration.ofHours(24)), policies.next(held));
    }

    @Test
    void troubleIsShownUntilARenewalEndsIt() {
        down = true;
        sts.of(ORG, new ProofLog());
        assertEquals(StsLookup.Kind.Fetch, policies.trouble(ORG).orElseThrow().trouble().kind());
        down = false;
        assertInstanceOf(StsLookup.None.class, sts.of(ORG, new ProofLog()), "mail waits after a failed fetch");
        assertInstanceOf(StsLookup.Held.class, policies.renew(ORG, new ProofLog()), "an operator does not");
        assertEquals(Optional.empty(), policies.trouble(ORG));
    }

    @Test
    void forgottenPolicyIsHeldNoMore() throws IOException {
        sts.of(ORG, new ProofLog());
        assertTrue(policies.forget(ORG, _ -> _ -> null));
        assertFalse(policies.find(ORG).isPresent());
        assertFalse(policies.forget(ORG, _ -> _ -> null), "there is none any more");
        assertEquals(List.of(), store.all());
    }
}
