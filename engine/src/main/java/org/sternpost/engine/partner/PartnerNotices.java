package org.sternpost.engine.partner;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.TlsOverride;
import org.sternpost.engine.evidence.Faults;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.store.Columns;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.time.Time;

/// The letters that were written to partners, and whether what they are about was mended since.
public final class PartnerNotices {

    public static final List<String> SCHEMA = List.of("""
            CREATE TABLE IF NOT EXISTS partner_notice (
              number INTEGER PRIMARY KEY, connector TEXT NOT NULL, domain TEXT NOT NULL, host TEXT NOT NULL,
              reason TEXT NOT NULL, written_at BIGINT NOT NULL, mended_at BIGINT NOT NULL, subject TEXT NOT NULL,
              body TEXT NOT NULL, html TEXT NOT NULL)""",
            // How far mail was looked at: each look reads what has come since.
            "ALTER TABLE partner_notice ADD COLUMN IF NOT EXISTS looked_at BIGINT NOT NULL DEFAULT 0");

    private static final System.Logger LOG = System.getLogger(PartnerNotices.class.getName());

    private static final Duration KEPT_LATER = Duration.ofMinutes(1);

    private final Database database;
    private final Faults faults;
    private final Connectors connectors;
    private final Time time;

    public PartnerNotices(Database database, Faults faults, Connectors connectors, Time time) {
        this.database = database;
        this.faults = faults;
        this.connectors = connectors;
        this.time = time;
    }

    /// One letter.
    ///
    /// @param number    from 1
    /// @param connector its identity
    /// @param mended    when mail to the domain first passed again after it was written
    /// @param looked    mail was looked at until then
    public record Notice(int number, String connector, Domain domain, String host, String reason, Instant written,
            Optional<Instant> mended, Instant looked, String subject, String text, String html) {}

    /// What letters can be about.
    public Faults faults() { return faults; }

    /// Keeps a letter in a transaction.
    public Notice put(Connection writing, Faults.Fault about, Letter letter) throws SQLException {
        int number;
        try (PreparedStatement select = writing.prepareStatement(
                "SELECT coalesce(max(number), 0) + 1 FROM partner_notice"); ResultSet row = select.executeQuery()) {
            row.next();
            number = row.getInt(1);
        }
        var kept = new Notice(number, about.connector(), about.domain(), about.host(), about.why().reason().token(),
                Instant.ofEpochMilli(time.instant().toEpochMilli()), Optional.empty(), time.instant(), letter.subject(),
                letter.text(),
                letter.html());
        try (PreparedStatement insert = writing.prepareStatement("INSERT INTO partner_notice (number, connector, "
                + "domain, host, reason, written_at, mended_at, subject, body, html) VALUES (?,?,?,?,?,?,0,?,?,?)")) {
            Object[] values = {number, kept.connector(), kept.domain().ascii(), kept.host(), kept.reason(),
                    kept.written().toEpochMilli(), kept.subject(), kept.text(), kept.html()};
            for (int i = 0; i < values.length; i++)
                insert.setObject(i + 1, values[i]);
            insert.executeUpdate();
        }
        return kept;
    }

    /// The latest first.
    public List<Notice> all() throws IOException {
        return database.<List<Notice>>read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                    "SELECT * FROM partner_notice ORDER BY number DESC"); ResultSet row = select.executeQuery()) {
                var all = new ArrayList<Notice>();
                while (row.next())
                    all.add(Columns.whole(row, "table partner_notice, number " + row.getString("number"),
                            PartnerNotices::notice));
                return all;
            }
        });
    }

    /// Looks whether mail passes again where a letter says that it does not, and says so.
    ///
    /// It reads what has come since the last look, and a minute before it, for what was settled then and kept later.
    /// Mail that an exception excuses says nothing.
    public void look() throws IOException {
        Instant now = time.instant();
        for (Notice one : all()) {
            if (one.mended().isPresent()) continue;
            Instant excused = connectors.exceptions().find(one.connector(), one.domain()).map(TlsOverride::expires)
                    .orElse(Instant.MIN);
            Instant from = Stream.of(one.written(), one.looked().minus(KEPT_LATER), excused)
                    .max(Comparator.naturalOrder()).get();
            Optional<Instant> passes = from.isAfter(now)
                    ? Optional.empty()
                    : faults.passedAgain(one.connector(), one.domain(), from);
            // What passed under an exception is not looked at later either, though somebody removes it before it ends.
            Instant looked = excused.isAfter(now) ? now.plus(KEPT_LATER).plusMillis(1) : now;
            int changed = database.<Integer>write(connection -> {
                try (PreparedStatement update = connection.prepareStatement("UPDATE partner_notice SET mended_at = ?, "
                        + "looked_at = ? WHERE number = ? AND mended_at = 0")) {
                    update.setLong(1, passes.map(Instant::toEpochMilli).orElse(0L));
                    update.setLong(2, looked.toEpochMilli());
                    update.setInt(3, one.number());
                    return update.executeUpdate();
                }
            });
            if (passes.isPresent() && changed > 0)
                LOG.log(System.Logger.Level.INFO,
                        "event=partner-mended notice={0} domain={1} host={2} reason={3} at={4}",
                        "N-" + one.number(), one.domain(), one.host(), one.reason(), passes.get());
        }
    }

    private static Notice notice(ResultSet row) throws SQLException {
        long mended = row.getLong("mended_at");
        return new Notice(row.getInt("number"), row.getString("connector"), new Domain(row.getString("domain")),
                row.getString("host"), row.getString("reason"), Instant.ofEpochMilli(row.getLong("written_at")),
                mended == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(mended)),
                Instant.ofEpochMilli(row.getLong("looked_at")), row.getString("subject"),
                row.getString("body"), row.getString("html"));
    }
}
