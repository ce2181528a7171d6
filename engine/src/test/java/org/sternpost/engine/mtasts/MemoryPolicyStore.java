package org.sternpost.engine.mtasts;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.Policy.HeldPolicy;
import org.sternpost.engine.store.Database;

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
    public boolean forget(Domain domain, Function<HeldPolicy, Database.Work<?>> alongside) {
        return held.remove(domain) != null;
    }

    @Override
    public List<HeldPolicy> all() { return List.copyOf(held.values()); }
}
