package org.sternpost.engine.dane;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.bouncycastle.util.io.pem.PemReader;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.dns.Vectors;
import org.sternpost.engine.mail.Domain;

class DaneMatchTest {

    @Test
    void agreesWithCasesOfPeers() throws Exception { Vectors.run("dane/cases.json", DaneMatchTest::differs); }

    private static String differs(Vectors.Case one) throws Exception {
        var records = new ArrayList<TlsaLookup.Judged>();
        for (Object record : one.list("tlsa")) {
            var fields = Vectors.map(record);
            records.add(TlsaLookup.Judged.of(new Tlsa(number(fields, "usage"), number(fields, "selector"),
                    number(fields, "mtype"), HexFormat.of().parseHex((String) fields.get("data")))));
        }
        var names = one.list("reference_ids").stream().map(name -> Domain.of((String) name)).toList();
        List<Tlsa> usable = new TlsaLookup.Found(names.getFirst(), records).usable();
        var chain = new ArrayList<byte[]>();
        for (Object file : one.list("chain"))
            chain.add(der(one.folder().resolve("dane").resolve((String) file)));
        Instant now = one.text("verify_time") == null
                ? Instant.parse("2030-01-01T00:00:00Z")
                : Instant.parse(one.text("verify_time"));
        String seen = usable.isEmpty() ? "unusable" : switch (DaneMatch.of(usable, chain, names, now)) {
            case DaneMatch.Matched _ -> "match";
            case DaneMatch.Mismatch mismatch -> "mismatch: " + mismatch;
        };
        return seen.startsWith(one.text("expected")) ? "" : seen;
    }

    private static int number(Map<String, Object> fields, String name) { return ((Long) fields.get(name)).intValue(); }

    private static byte[] der(Path file) throws Exception {
        try (var reader = new PemReader(Files.newBufferedReader(file))) {
            return reader.readPemObject().getContent();
        }
    }

    @Test
    void readsPresentationForm() throws Exception {
        Vectors.run("dane/tlsa-parse.json", one -> {
            var expected = one.map("expected");
            String seen;
            try {
                Tlsa read = Tlsa.of(one.text("rdata"));
                seen = read.usage() + " " + read.selector() + " " + read.matchingType() + " "
                        + HexFormat.of().formatHex(read.data());
            } catch (IllegalArgumentException bad) {
                seen = "invalid";
            }
            String wanted = Boolean.TRUE.equals(expected.get("valid"))
                    ? expected.get("usage") + " "
                            + expected.get("selector") + " " + expected.get("mtype") + " " + expected.get("data")
                    : "invalid";
            return seen.equals(wanted) ? "" : seen;
        });
        assertEquals("3 1 1 00ff", Tlsa.of("( 3 1 1 00\n FF )").toString());
    }

    @Test
    void onlyTheStrongestDigestOfAUsageAndSelectorCounts() {
        var weak = new Tlsa(3, 1, 1, new byte[32]);
        var strong = new Tlsa(3, 1, 2, new byte[64]);
        var other = new Tlsa(2, 1, 1, new byte[32]);
        assertEquals(List.of(strong, other), Usability.strongest(List.of(weak, strong, other)));
    }

    @Test
    void anUnusableStrongDigestDoesNotSilenceAUsableWeakOne() {
        var weak = new Tlsa(3, 1, 1, new byte[32]);
        var broken = new Tlsa(3, 1, 2, new byte[63]);
        var found = new TlsaLookup.Found(Domain.of("mx.example"),
                List.of(TlsaLookup.Judged.of(weak), TlsaLookup.Judged.of(broken)));
        assertEquals(List.of(weak), found.usable());
    }
}
