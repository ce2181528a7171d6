package org.sternpost.engine.rollout;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.sternpost.engine.connector.OutboundConnector;

/// One step of a rollout, whoever took it: an operator, or the engine by itself.
///
/// @param by        an operator, or [Rollouts#GUARD] or [Rollouts#SCHEDULE]
/// @param operation the cmdlet, or what the engine did: `advance`, `finish`, `rollback`, `suspend`
/// @param before    empty when the rollout starts
/// @param connector as the step left it; empty if it is gone
public record RolloutStep(Instant at, String by, String operation, Optional<Rollout> before, Rollout after,
        Optional<OutboundConnector> connector) {

    /// Who writes down each step in the step's own transaction.
    public interface Log {
        void write(Connection connection, RolloutStep step) throws SQLException;
    }
}
