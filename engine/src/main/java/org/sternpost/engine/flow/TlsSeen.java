package org.sternpost.engine.flow;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.sternpost.engine.dane.TlsaSearch.TlsaLookup.Judged;
import org.sternpost.engine.evidence.HostEvidence.Finding;
import org.sternpost.engine.evidence.HostEvidence;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.tls.SessionProofs.SessionFacts;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.HostFacts;
import org.sternpost.engine.trust.Reason;

/// What one host showed at one address, added to the sums of a day and domain.
///
/// @param at    of this sight, and of the earliest and the latest that it was added from
/// @param tlsaEnds when the signatures of its TLSA records end, in milliseconds; 0 where unknown or without any
record TlsSeen(Key key, Shown shown, Sights at, long tlsaEnds) implements Database.Addition {

    static final List<String> SCHEMA = List.of("""
            CREATE TABLE IF NOT EXISTS tls_seen (
              day TEXT NOT NULL, domain TEXT NOT NULL, host TEXT NOT NULL, digest TEXT NOT NULL,
              address TEXT NOT NULL, protocol TEXT NOT NULL, cipher TEXT NOT NULL, key_group TEXT NOT NULL,
              pq INTEGER NOT NULL, signature TEXT NOT NULL, key_kind TEXT NOT NULL, key_bits INTEGER NOT NULL,
              certificate TEXT NOT NULL, certificate_signature TEXT NOT NULL, issuer TEXT NOT NULL,
              subject TEXT NOT NULL, anchored INTEGER NOT NULL, proven INTEGER NOT NULL, promised INTEGER NOT NULL,
              ends BIGINT NOT NULL, tlsa TEXT NOT NULL, tlsa_ends BIGINT NOT NULL, seen BIGINT NOT NULL,
              first_seen BIGINT NOT NULL, last_seen BIGINT NOT NULL, PRIMARY KEY (day, domain, host, digest))""");

    /// Things told apart of one domain and day; the rest is counted with [#OTHERS]. A domain has few hosts and each few
    /// certificates a day, and whoever shows a new one to each session does not fill our disk.
    static final int SHOWN_MAX = 64;

    static final String OTHERS = "*";
    static final String NO_TLS = "none"; // in place of a protocol
    static final int ANCHORED = 1;
    static final int ALONE = 2; // not anchored, and the issuer's certificate was not shown
    private static final int NAME_CHARACTERS_MAX = 200; // of a subject or an issuer, which are a stranger's
    private static final String INSERT = "INSERT INTO tls_seen (day, domain, host, digest, address, protocol, cipher, "
            + "key_group, pq, signature, key_kind, key_bits, certificate, certificate_signature, issuer, subject, "
            + "anchored, proven, promised, ends, tlsa, tlsa_ends, seen, first_seen, last_seen) ";

    /// @param digest of what was shown, so that what is the same is one row
    record Key(String day, String domain, String host, String digest) {}

    /// How often, and when.
    record Sights(long count, long first, long last) {

        Sights plus(Sights more) {
            return new Sights(count + more.count, Math.min(first, more.first), Math.max(last, more.last));
        }
    }

    /// What a host showed.
    ///
    /// @param address of it, without the port; empty text where nobody was called
    /// @param leaf    its certificate; empty where there was no TLS
    /// @param proven  DANE holds
    /// @param promised it publishes DANE or a policy
    record Shown(String address, Optional<SessionFacts> session, Optional<SessionFacts.CertificateFacts> leaf,
            boolean proven, boolean promised, String tlsa) {

        static final Shown NOTHING = new Shown("", Optional.empty(), Optional.empty(), false, false, "");

        /// In the order of the columns from `address` to `tlsa`.
        Object[] columns() {
            SessionFacts.Key key = leaf.map(SessionFacts.CertificateFacts::key).orElse(SessionFacts.Key.UNTOLD);
            String protocol = session.map(SessionFacts::protocol).orElse(this == NOTHING ? "" : NO_TLS);
            return new Object[]{address, protocol, text(SessionFacts::cipher),
                    text(SessionFacts::group), flag(session.filter(SessionFacts::isPostQuantum).isPresent()),
                    text(one -> one.proof().signature()), key.algorithm(), key.bits(),
                    leaf.map(SessionFacts.CertificateFacts::sha256).orElse(""), key.signature(),
                    leaf.map(one -> clipped(one.issuer())).orElse(""),
                    leaf.map(one -> clipped(one.subject())).orElse(""),
                    session.map(Shown::chain).orElse(ANCHORED), flag(proven), flag(promised),
                    leaf.map(one -> one.notAfter().toEpochMilli()).orElse(0L), tlsa};
        }

        private String text(Function<SessionFacts, String> part) { return session.map(part).orElse(""); }

        /// Where its chain ends.
        private static int chain(SessionFacts session) {
            if (session.proof().anchored()) return ANCHORED;
            return session.chain().size() == 1 && session.chain().stream()
                    .noneMatch(leaf -> leaf.issuer().equals(leaf.subject())) ? ALONE : 0;
        }

        private static int flag(boolean so) { return so ? 1 : 0; }

        private static String clipped(String name) {
            return name.length() <= NAME_CHARACTERS_MAX ? name : name.substring(0, NAME_CHARACTERS_MAX - 1) + "…";
        }
    }

    /// Empty where the host showed nothing of its TLS.
    static Optional<TlsSeen> of(HostEvidence one, Instant at, Function<Domain, Optional<Instant>> signedUntil) {
        boolean clear = one.session().tls().isEmpty();
        if (clear && !one.result().delivered() && !lacksStartTls(one)) return Optional.empty();
        HostFacts facts = one.host().facts();
        Optional<Domain> tlsa = hasDane(facts) ? facts.tlsaBase() : Optional.empty();
        var shown = new Shown(one.host().address().map(to -> to.getAddress().getHostAddress()).orElse(""),
                one.session().tls(), one.session().tls().flatMap(tls -> tls.chain().stream().findFirst()),
                one.findings().dane() instanceof Finding.Holds, tlsa.isPresent() || facts.sts().isPresent(),
                tlsa.map(Domain::ascii).orElse(""));
        long now = at.toEpochMilli();
        return Optional.of(new TlsSeen(
                new Key(Flows.day(at).toString(), one.attempt().recipientDomain().ascii(), one.host().name().ascii(),
                        digest(shown.columns())),
                shown, new Sights(1, now, now), tlsa.flatMap(signedUntil).map(Instant::toEpochMilli).orElse(0L)));
    }

    /// True of a host whose usable TLSA records DNSSEC has proven.
    static boolean hasDane(HostFacts facts) {
        return facts.tlsaStatus() == DnsStatus.Secure && facts.tlsa().stream().anyMatch(Judged::isUsable);
    }

    /// It promises TLS, and offers none.
    private static boolean lacksStartTls(HostEvidence one) {
        return Stream.of(one.findings().dane(), one.findings().sts())
                .anyMatch(finding -> finding instanceof Finding.Fails(var why)
                        && why.reason() == Reason.STARTTLS_NOT_SUPPORTED);
    }

    private static String digest(Object[] columns) {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            for (Object column : columns) {
                sha.update(column.toString().getBytes(StandardCharsets.UTF_8));
                sha.update((byte) 0);
            }
            return HexFormat.of().formatHex(sha.digest(), 0, 8);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public Database.Addition plus(Database.Addition other) {
        var more = (TlsSeen) other;
        return new TlsSeen(key, shown, at.plus(more.at), more.tlsaEnds == 0 ? tlsaEnds : more.tlsaEnds);
    }

    @Override
    public void write(Connection connection) throws SQLException {
        if (update(connection, key.host(), key.digest())) return;
        Object[] columns = shown.columns();
        try (PreparedStatement put = connection.prepareStatement(INSERT + "SELECT ?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,"
                + "?,?,?,?,?,?,? WHERE (SELECT count(*) FROM tls_seen WHERE day = ? AND domain = ?) < ?")) {
            set(put, key.host(), key.digest(), columns);
            put.setString(26, key.day());
            put.setString(27, key.domain());
            put.setLong(28, SHOWN_MAX);
            if (put.executeUpdate() > 0 || update(connection, OTHERS, "")) return;
        }
        try (PreparedStatement put = connection.prepareStatement(INSERT + "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,"
                + "?,?,?,?,?,?,?)")) {
            set(put, OTHERS, "", Shown.NOTHING.columns());
            put.executeUpdate();
        }
    }

    private boolean update(Connection connection, String host, String digest) throws SQLException {
        try (PreparedStatement put = connection.prepareStatement("UPDATE tls_seen SET seen = seen + ?, first_seen = "
                + "CASE WHEN first_seen > ? THEN ? ELSE first_seen END, last_seen = CASE WHEN last_seen < ? THEN "
                + "? ELSE last_seen END, tlsa_ends = CASE WHEN ? > 0 THEN ? ELSE tlsa_ends END WHERE day = ? AND "
                + "domain = ? AND host = ? AND digest = ?")) {
            long[] values = {at.count(), at.first(), at.first(), at.last(), at.last(), tlsaEnds, tlsaEnds};
            for (int i = 0; i < values.length; i++)
                put.setLong(1 + i, values[i]);
            put.setString(8, key.day());
            put.setString(9, key.domain());
            put.setString(10, host);
            put.setString(11, digest);
            return put.executeUpdate() > 0;
        }
    }

    private void set(PreparedStatement put, String host, String digest, Object[] columns) throws SQLException {
        put.setString(1, key.day());
        put.setString(2, key.domain());
        put.setString(3, host);
        put.setString(4, digest);
        for (int i = 0; i < columns.length; i++)
            put.setObject(5 + i, columns[i]);
        put.setLong(22, tlsaEnds);
        put.setLong(23, at.count());
        put.setLong(24, at.first());
        put.setLong(25, at.last());
    }

    static void forget(Database database, LocalDate before) throws IOException {
        database.writeInSteps(connection -> {
            try (PreparedStatement delete = connection
                    .prepareStatement("DELETE FROM tls_seen WHERE (day, domain, host, "
                            + "digest) IN (SELECT day, domain, host, digest FROM tls_seen WHERE day < ? LIMIT "
                            + Database.STEP_ROWS + ")")) {
                delete.setString(1, before.toString());
                return delete.executeUpdate();
            }
        });
    }
}
