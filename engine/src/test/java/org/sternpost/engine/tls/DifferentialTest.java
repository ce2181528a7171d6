package org.sternpost.engine.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.dane.TlsaSearch.TlsaLookup;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.tls.Requirement.Proof;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;

/// Made chains and TLSA records, judged by us and by OpenSSL: both say the same, or the table of differences says who
/// is right. `-Dsternpost.cases`, `-Dsternpost.seed` and `-Dsternpost.case` choose how many, which, and one alone.
class DifferentialTest {

    private static final long CASES = Long.getLong("sternpost.cases", 2_000);
    private static final long SEED = Long.getLong("sternpost.seed", 26);
    private static final int SHOWN_MAX = 20;

    @Test
    @Timeout(1_800) // 100,000 cases
    void weAndOpenSslSayTheSameOrTheTableSaysWhoIsRight() throws Exception {
        Optional<OpenSsl> found = OpenSsl.here();
        if (found.isEmpty()) {
            assertNotEquals("required", System.getenv("STERNPOST_REAL_SERVERS"), "libssl 3 is required here");
            return;
        }
        var table = Difference.table();
        var counts = new TreeMap<String, Integer>();
        var unknown = new ArrayList<String>();
        long pkix = 0;
        try (var openSsl = found.get()) {
            var cases = new ChainCases(SEED);
            long only = Long.getLong("sternpost.case", -1);
            for (long number = Math.max(only, 0); number < (only < 0 ? CASES : only + 1); number++) {
                ChainCase one = cases.make(number);
                if (!one.isDane()) pkix++;
                String ours = ours(one);
                String theirs = theirs(openSsl, one);
                if (only >= 0) System.out.println(one.dump() + "ours: " + ours + "\nOpenSSL: " + theirs);
                if (outcome(ours).equals(outcome(theirs))) {
                    counts.merge("same: " + outcome(ours), 1, Integer::sum);
                    continue;
                }
                Optional<Difference> known = table.stream().filter(row -> row.explains(one, ours, theirs)).findFirst();
                counts.merge(known.map(row -> "differs: " + row.name()).orElse("unknown"), 1, Integer::sum);
                if (known.isEmpty())
                    unknown.add("case " + number + " " + one.tags() + "\n    ours:    " + ours
                            + "\n    OpenSSL: " + theirs + "\n    again:   -Dtest=DifferentialTest -Dsternpost.seed="
                            + SEED + " -Dsternpost.case="
                            + number);
            }
        }
        System.out.println("certificates beside OpenSSL: " + counts.values().stream().mapToInt(n -> n).sum()
                + " cases, " + pkix + " of them for PKIX, seed " + SEED);
        counts.forEach((what, n) -> System.out.println("  " + what + ": " + n));
        assertEquals(List.of(), unknown.subList(0, Math.min(unknown.size(), SHOWN_MAX)),
                unknown.size() + " differences that the table does not know");
    }

    /// `ok`, `mismatch`, `unusable` or `unreadable`.
    private static String outcome(String said) {
        return List.of("ok", "unusable", "unreadable").contains(said) ? said : "mismatch";
    }

    /// As a session would be judged whose host sent this.
    private static String ours(ChainCase one) throws IOException {
        var names = one.names().stream().map(Domain::of).toList();
        var chain = new ArrayList<X509Certificate>();
        TlsVerdict verdict;
        if (one.isDane()) {
            var usable = new TlsaLookup.Found(names.getFirst(),
                    one.records().stream().map(TlsaLookup.Judged::of).toList()).usable();
            if (usable.isEmpty()) return "unusable";
            verdict = new TlsVerdict.Dane(usable, names.getFirst(), names);
        } else {
            verdict = new TlsVerdict.Sts(names.getFirst(), "1");
        }
        var anchors = new ArrayList<X509Certificate>();
        try {
            for (byte[] der : one.chain())
                chain.add(read(der));
        } catch (CertificateException unreadable) {
            return "unreadable";
        }
        try {
            for (byte[] der : one.anchors())
                anchors.add(read(der));
        } catch (CertificateException unreadable) {
            // An anchor that nobody can read is none.
        }
        var prover = new Prover(TrustAnchors.of(anchors), one::now);
        return switch (prover.prove(new Requirement(names.getFirst(), verdict, TlsSettings.None, ""), chain)) {
            case Proof.Proven _ -> "ok";
            case Proof.Refused(var why) -> why.reason().token() + ": " + why.sentence();
        };
    }

    private static X509Certificate read(byte[] der) throws CertificateException {
        return OddCertificates.acceptMalformed(() -> (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(der)));
    }

    private static String theirs(OpenSsl openSsl, ChainCase one) {
        return one.isDane()
                ? openSsl.dane(one.records(), one.chain(), one.names(), one.now())
                : openSsl.pkix(one.anchors(), one.chain(), one.names().getFirst(), one.now());
    }

    /// One line of the table: a class of differences, and who is right.
    ///
    /// @param ours    words of our sentence, or `ok`, `unusable`, `unreadable`; empty for any
    /// @param openSsl the numbers of its errors, or the same words
    /// @param tag     of the case; empty for any
    private record Difference(String name, String ours, String openSsl, String tag, String right, String section,
            String why) {

        static List<Difference> table() throws IOException {
            Path file = Path.of(System.getProperty("sternpost.root", ".."), "engine/src/test/resources",
                    "openssl-differences.csv");
            var rows = new ArrayList<Difference>();
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith("#") || line.isBlank()) continue;
                String[] cells = line.split("\\s*\\|\\s*", 7);
                rows.add(new Difference(cells[0], cells[1], cells[2], cells[3], cells[4], cells[5], cells[6]));
            }
            return rows;
        }

        boolean explains(ChainCase one, String said, String theirs) {
            return (List.of("ok", "unusable", "unreadable").contains(ours) ? said.equals(ours) : said.contains(ours))
                    && (theirs.equals(openSsl) || List.of(openSsl.split(" ")).contains(theirs.replaceFirst(" .*", "")))
                    && (tag.isEmpty() || one.tags().stream().anyMatch(found -> found.contains(tag)));
        }
    }
}
