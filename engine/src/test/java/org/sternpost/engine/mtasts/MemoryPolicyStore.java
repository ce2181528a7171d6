package org.sternpost.engine.mtasts;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.sternpost.engine.mail.Domain;

/// Policies in memory alone.
public final class MemoryPolicyStore implements PolicyStore {

    private final Map<Domain, HeldPolicy> held = new ConcurrentHashMap<>();

    @Override
    public Optional<HeldPolicy> find(Domain domain) { return Optional.ofNullable(held.get(domain)); }

    @Override
    public void keep(HeldPolicy policy) { held.put(policy.domain(), policy); }

    @Override
    public void forget(Domain domain) { held.remove(domain); }

    @Override
    public List<HeldPolicy> all() { return List.copyOf(held.values()); }
}
