package org.sternpost.engine.store;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// A change that is decided in its own transaction, on what the tables hold then, and may be refused there.
///
/// What was read before, to show it to somebody, may be another's to change meanwhile; what is read here is not.
@FunctionalInterface
public interface Refusable<T extends @Nullable Object, E extends Exception> {

    /// @throws E in the words of whoever asked; then nothing of the work is kept
    T on(Connection connection) throws SQLException, E;

    /// Runs it as [Database#write] does.
    ///
    /// @param refusal the one checked exception that the work may throw besides `SQLException`
    static <T extends @Nullable Object, E extends Exception> T write(Database database, Class<E> refusal,
            Refusable<T, E> work) throws IOException, E {
        try {
            return database.write(connection -> {
                try {
                    return work.on(connection);
                } catch (SQLException | RuntimeException failed) {
                    throw failed;
                } catch (Exception refused) {
                    throw new RefusedException(refusal.cast(refused));
                }
            });
        } catch (RefusedException refused) {
            throw refusal.cast(refused.getCause());
        }
    }

    /// Carries a refusal through the writer, which undoes the work on its way.
    final class RefusedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private RefusedException(Exception why) { super(why); }
    }
}
