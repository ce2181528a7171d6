package org.sternpost.engine.mtasts;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.Policy.HeldPolicy;
import org.sternpost.engine.store.Database;

/// The policies we hold. Safe for many threads.
public interface PolicyStore {

    Optional<HeldPolicy> find(Domain domain);

    /// Keeps a policy in place of an earlier one of the same domain.
    void keep(HeldPolicy policy);

    /// Forgets a domain's policy.
    void forget(Domain domain);

    /// The same at an operator's word.
    ///
    /// @param alongside work of the same transaction
    /// @return false if there is none (any more); then nothing is written
    /// @throws IOException if the disk failed; then the policy is held as before
    boolean forget(Domain domain, Function<HeldPolicy, Database.Work<?>> alongside) throws IOException;

    List<HeldPolicy> all();
}
