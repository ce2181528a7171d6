package org.sternpost.engine.mtasts;

import java.util.List;
import java.util.Optional;
import org.sternpost.engine.mail.Domain;

/// The policies we hold. Safe for many threads.
public interface PolicyStore {

    Optional<HeldPolicy> find(Domain domain);

    /// Keeps a policy in place of an earlier one of the same domain.
    void keep(HeldPolicy policy);

    /// Forgets a domain's policy.
    void forget(Domain domain);

    List<HeldPolicy> all();
}
