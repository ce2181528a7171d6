package org.sternpost.engine.dane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.sternpost.engine.mail.Domain;

/// Any octets as the certificates of a host, under records about them or about others.
class DaneMatchFuzzTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final List<Domain> NAMES = List.of(Domain.of("mx.example.org"));

    @FuzzTest
    void aChainMatchesOnlyWhatItHolds(FuzzedDataProvider data) throws Exception {
        var chain = new ArrayList<byte[]>();
        for (int i = data.consumeInt(0, 3); i > 0; i--)
            chain.add(data.consumeBytes(data.consumeInt(0, 4_096)));
        chain.add(data.consumeRemainingAsBytes());
        for (byte[] about : List.copyOf(chain))
            for (int usage = 2; usage <= 3; usage++)
                for (int matching = 0; matching <= 1; matching++) {
                    var record = new Tlsa(usage, 0, matching, matching == 0
                            ? about
                            : MessageDigest.getInstance("SHA-256").digest(about));
                    if (record.problem().isPresent()) continue;
                    check(record, about, chain, DaneMatch.of(List.of(record), chain, NAMES, NOW));
                }
        var stranger = new Tlsa(3, 1, 1, new byte[32]);
        assertTrue(DaneMatch.of(List.of(stranger), chain, NAMES, NOW) instanceof DaneMatch.Mismatch);
        var strangeAnchor = new Tlsa(2, 0, 1, new byte[32]);
        assertTrue(DaneMatch.of(List.of(strangeAnchor), chain, NAMES, NOW) instanceof DaneMatch.Mismatch);
    }

    private static void check(Tlsa record, byte[] about, List<byte[]> chain, DaneMatch match) {
        switch (match) {
            // RFC 7672 §3.1.1: DANE-EE is about the first certificate and nothing else.
            case DaneMatch.Matched(var by, int depth) when record.usage() == 3 -> {
                assertEquals(record, by);
                assertEquals(0, depth);
                assertTrue(MessageDigest.isEqual(about, chain.getFirst()));
            }
            // RFC 7672 §3.1.2: DANE-TA is about an issuer of the first.
            case DaneMatch.Matched(var by, int depth) -> assertTrue(depth > 0 && by.equals(record));
            case DaneMatch.Mismatch(_, var detail) -> {
                assertTrue(record.usage() == 2 || !MessageDigest.isEqual(about, chain.getFirst()));
                assertTrue(detail.chars().noneMatch(Character::isISOControl), detail);
            }
        }
    }
}
