package org.sternpost.engine.evidence;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Reason;

/// What `Enabled` refuses of one domain's mail over one connector, with all that was seen when it did so last.
public final class Faults {

    private final Database database;
    private final EvidenceLog evidence;

    public Faults(Database database, EvidenceLog evidence) {
        this.database = database;
        this.evidence = evidence;
    }

    /// The latest fault of a domain since a time.
    ///
    /// @param connector its identity
    /// @param host      that the verdict names
    /// @param messages  that were judged since then; `failures` of those that were refused
    /// @param first     of the refusals since then
    /// @param seen      what the last refused message showed of the host; empty where nobody was looked at
    public record Fault(String connector, Domain domain, Failure why, String host, long messages, long failures,
            Instant first, Instant last, Optional<HostEvidence> seen) {}

    /// A refusal, as its row has it.
    private record Refused(QueueId message, Failure why, String host, Instant at) {}

    /// The counts of a window.
    private record Counted(long messages, long failures, long first) {}

    /// Empty where nothing was refused.
    public Optional<Fault> of(String connector, Domain domain, Instant since) throws IOException {
        record Found(Optional<Refused> last, Counted counted) {}
        Found found = database.<Found>search(connection -> new Found(last(connection, connector, domain, since),
                counted(connection, connector, domain, since)));
        if (found.last().isEmpty()) return Optional.empty();
        Refused last = found.last().get();
        List<HostEvidence> all = evidence.of(last.message()).stream()
                .filter(one -> one.attempt().recipientDomain().equals(domain)).toList();
        Optional<HostEvidence> seen = all.stream().filter(one -> one.host().name().ascii().equals(last.host()))
                .filter(one -> one.modes().enabled().refusal().filter(why -> why.reason() == last.why().reason())
                        .isPresent())
                .reduce((_, later) -> later);
        return Optional.of(new Fault(connector, domain, last.why(), last.host(), found.counted().messages(),
                found.counted().failures(), Instant.ofEpochMilli(found.counted().first()), last.at(), seen));
    }

    /// When mail to a domain first passed again, with no refusal behind it; empty while none has.
    ///
    /// @param from looks at what was settled from then on
    public Optional<Instant> passedAgain(String connector, Domain domain, Instant from) throws IOException {
        return database.<Optional<Instant>>search(connection -> {
            try (PreparedStatement select = prepare(connection, "SELECT at, CASE WHEN " + Verdicts.PASSES
                    + " THEN 1 ELSE 0 END FROM verdict WHERE "
                    + "judged = 1 AND domain = ? AND lower(connector) = lower(?) AND at >= ? AND reason <> 'local' "
                    + "ORDER BY at, message", domain.ascii(), connector, from.toEpochMilli());
                    ResultSet row = select.executeQuery()) {
                Optional<Instant> passed = Optional.empty();
                while (row.next())
                    if (row.getInt(2) == 0) passed = Optional.empty();
                    else if (passed.isEmpty()) passed = Optional.of(Instant.ofEpochMilli(row.getLong(1)));
                return passed;
            }
        });
    }

    private static Optional<Refused> last(Connection connection, String connector, Domain domain, Instant since)
            throws SQLException {
        try (PreparedStatement select = prepare(connection, "SELECT message, " + Verdicts.REFUSED_AT + " AS refused, "
                + "reason, sentence, remedy, owner, host FROM verdict WHERE judged = 1 AND domain = ? AND "
                + "lower(connector) = lower(?) AND at >= ? AND " + Verdicts.REFUSED + " AND " + Verdicts.REFUSED_AT
                + " >= ? ORDER BY refused DESC, message DESC LIMIT 1", domain.ascii(), connector, since.toEpochMilli(),
                since.toEpochMilli()); ResultSet row = select.executeQuery()) {
            if (!row.next()) return Optional.empty();
            Reason reason = Reason.of(row.getString("reason")).orElse(Reason.VALIDATION_FAILURE);
            String owner = row.getString("owner");
            var why = new Failure(reason, owner.isEmpty() ? reason.owner() : Reason.Owner.valueOf(owner),
                    row.getString("sentence"), row.getString("remedy"));
            return Optional.of(new Refused(new QueueId(row.getString("message")), why, row.getString("host"),
                    Instant.ofEpochMilli(row.getLong("refused"))));
        }
    }

    private static Counted counted(Connection connection, String connector, Domain domain, Instant since)
            throws SQLException {
        String refused = "CASE WHEN " + Verdicts.REFUSED + " AND " + Verdicts.REFUSED_AT + " >= ? THEN ";
        try (PreparedStatement select = prepare(connection,
                "SELECT count(*), coalesce(sum(" + refused + "1 ELSE 0 END),"
                        + " 0), coalesce(min(" + refused + Verdicts.REFUSED_AT
                        + " END), 0) FROM verdict WHERE judged = 1 AND "
                        + "domain = ? AND lower(connector) = lower(?) AND at >= ?",
                since.toEpochMilli(), since.toEpochMilli(),
                domain.ascii(), connector, since.toEpochMilli()); ResultSet row = select.executeQuery()) {
            row.next();
            return new Counted(row.getLong(1), row.getLong(2), row.getLong(3));
        }
    }

    private static PreparedStatement prepare(Connection connection, String sql, Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++)
            statement.setObject(i + 1, values[i]);
        return statement;
    }
}
