package org.sternpost.engine.flow;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.flow.Flows.Days;

/// One thing that one host showed at one address in some days: a certificate, or that it has no TLS.
///
/// @param tls      false: there was none
/// @param promised it publishes DANE or a policy
/// @param tlsa     base name of its TLSA records; empty text without
/// @param tlsaEnds of their signatures; empty where unknown
public record SeenHost(String domain, String host, String address, boolean tls, Shown certificate, boolean promised,
        String tlsa, Optional<Instant> tlsaEnds, Sight sight) {

    /// Its certificate.
    ///
    /// @param sha256   of it; empty text where there was no TLS
    /// @param anchored its chain ends at an authority that we trust
    /// @param proven   DANE holds
    /// @param alone    it came without its issuer's, so that nobody can say where its chain ends
    public record Shown(String sha256, String subject, String issuer, boolean anchored, boolean proven,
            Optional<Instant> ends, boolean alone) {}

    /// When that was seen.
    public record Sight(long count, Instant first, Instant last) {}

    static List<SeenHost> read(Connection connection, Days days) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT domain, host, address, protocol, "
                + "certificate, subject, issuer, anchored, max(proven), max(promised), max(ends), tlsa, "
                + "max(tlsa_ends), sum(seen), min(first_seen), max(last_seen) FROM tls_seen WHERE day >= ? "
                + "AND day <= ? AND host <> '*' GROUP BY domain, host, address, protocol, certificate, subject, "
                + "issuer, anchored, tlsa ORDER BY domain, host, address, max(last_seen), certificate")) {
            select.setString(1, days.from().toString());
            select.setString(2, days.to().toString());
            try (ResultSet row = select.executeQuery()) {
                var all = new ArrayList<SeenHost>();
                while (row.next())
                    all.add(host(row));
                return all;
            }
        }
    }

    private static SeenHost host(ResultSet row) throws SQLException {
        return new SeenHost(row.getString(1), row.getString(2), row.getString(3),
                !row.getString(4).equals(TlsSeen.NO_TLS),
                new Shown(row.getString(5), row.getString(6), row.getString(7), row.getInt(8) == TlsSeen.ANCHORED,
                        row.getInt(9) != 0, time(row.getLong(11)), row.getInt(8) == TlsSeen.ALONE),
                row.getInt(10) != 0, row.getString(12), time(row.getLong(13)),
                new Sight(row.getLong(14), Instant.ofEpochMilli(row.getLong(15)),
                        Instant.ofEpochMilli(row.getLong(16))));
    }

    private static Optional<Instant> time(long millis) {
        return millis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }
}
