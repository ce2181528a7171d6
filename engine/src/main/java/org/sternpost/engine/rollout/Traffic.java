package org.sternpost.engine.rollout;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.sternpost.engine.evidence.Verdicts;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.queue.Lanes;

/// What a rollout asks of the engine's mail.
public interface Traffic {

    /// Domains that a connector has carried mail to.
    Set<Domain> served(String connector) throws IOException;

    /// Of those, the ones whose latest mail since a time `Enabled` refuses, by the recipient's fault.
    Set<Domain> refused(String connector, Instant since) throws IOException;

    /// Since when the oldest attempt over a connector is under way, to a domain of these.
    Optional<Instant> underWaySince(String connector, Predicate<Domain> to, Instant now);

    /// Read from the engine's own books and queue.
    static Traffic of(Verdicts verdicts, Lanes lanes) {
        return new Traffic() {
            @Override
            public Set<Domain> served(String connector) throws IOException { return verdicts.served(connector); }

            @Override
            public Set<Domain> refused(String connector, Instant since) throws IOException {
                return verdicts.refused(connector, since);
            }

            @Override
            public Optional<Instant> underWaySince(String connector, Predicate<Domain> to, Instant now) {
                return lanes.underWaySince(
                        lane -> lane.connector().equalsIgnoreCase(connector) && to.test(lane.domain()), now);
            }
        };
    }
}
