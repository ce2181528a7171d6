package org.sternpost.engine.rollout;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.sternpost.engine.evidence.Verdicts;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.QueueAdmin;

/// What a rollout asks of the engine's mail, and what it does to it. Connectors are named by their identity.
public interface Traffic {

    /// Domains that a connector has carried mail to.
    Set<Domain> served(String connector) throws IOException;

    /// Of those, the ones whose latest mail since a time `Enabled` refuses, by the recipient's fault.
    Set<Domain> refused(String connector, Instant since) throws IOException;

    /// Since when the oldest attempt over a connector is under way, to a domain of these.
    Optional<Instant> underWaySince(String connector, Predicate<Domain> to, Instant now);

    /// Makes all mail that waits for a connector due, as part of a transaction.
    void release(Connection writing, String connector) throws SQLException;

    /// The same of one message, which an attempt under the mode that was tried has just deferred.
    void release(Connection writing, String connector, QueueId message) throws SQLException;

    /// To be called once the transaction of [#release] is on the disk: the engine itself learns of it.
    void released(String connector);

    /// Read from the engine's own books and queue.
    static Traffic of(Verdicts verdicts, QueueAdmin admin) {
        return new Traffic() {
            @Override
            public Set<Domain> served(String connector) throws IOException { return verdicts.served(connector); }

            @Override
            public Set<Domain> refused(String connector, Instant since) throws IOException {
                return verdicts.refused(connector, since);
            }

            @Override
            public Optional<Instant> underWaySince(String connector, Predicate<Domain> to, Instant now) {
                return admin.underWaySince(
                        destination -> destination.connector().equalsIgnoreCase(connector)
                                && to.test(destination.domain()),
                        now);
            }

            @Override
            public void release(Connection writing, String connector) throws SQLException {
                admin.release(writing, connector);
            }

            @Override
            public void release(Connection writing, String connector, QueueId message) throws SQLException {
                admin.release(writing, connector, message);
            }

            @Override
            public void released(String connector) { admin.released(connector); }
        };
    }
}
