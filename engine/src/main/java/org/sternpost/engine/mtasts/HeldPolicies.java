package org.sternpost.engine.mtasts;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.sternpost.engine.dns.ProofLog;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.Policy.HeldPolicy;
import org.sternpost.engine.mtasts.PolicyLookup.StsLookup;
import org.sternpost.engine.store.Database;

/// The policies held, as an operator handles them.
public final class HeldPolicies {

    private final MtaSts policies;
    private final PolicyRefresh refresh;
    private final PolicyStore store;

    public HeldPolicies(MtaSts policies, PolicyRefresh refresh, PolicyStore store) {
        this.policies = policies;
        this.refresh = refresh;
        this.store = store;
    }

    public List<HeldPolicy> all() { return store.all(); }

    public Optional<HeldPolicy> find(Domain domain) { return store.find(domain); }

    /// When a policy is fetched again without mail asking for it.
    public Instant next(HeldPolicy held) { return refresh.next(held); }

    /// What was odd when the domain was last looked at.
    public Optional<MtaSts.Noted> trouble(Domain domain) { return policies.trouble(domain); }

    /// Fetches anew, whatever is held and even if that has just failed.
    public StsLookup renew(Domain domain, ProofLog proof) { return policies.renew(domain, proof); }

    /// Forgets a policy; the next mail looks for it anew.
    ///
    /// @param alongside work of the same transaction
    /// @return false if none is held (any more); then nothing is written
    public boolean forget(Domain domain, Function<HeldPolicy, Database.Work<?>> alongside) throws IOException {
        return policies.forget(domain, alongside);
    }
}
