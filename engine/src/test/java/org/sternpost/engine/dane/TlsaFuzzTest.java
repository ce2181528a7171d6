package org.sternpost.engine.dane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.sternpost.engine.dane.TlsaSearch.TlsaLookup;

/// Any octets as the data of a TLSA record.
class TlsaFuzzTest {

    @FuzzTest
    void aRecordIsUsableOrSaysWhyNot(byte[] rdata) {
        if (rdata.length < 3) return;
        var record = new Tlsa(rdata[0] & 0xff, rdata[1] & 0xff, rdata[2] & 0xff, Arrays.copyOfRange(rdata, 3,
                rdata.length));
        if (rdata.length > 3) assertEquals(record, Tlsa.of(record.toString()));
        var judged = TlsaLookup.Judged.of(record);
        // RFC 7672 §3.1.3, RFC 6698 §2.1.
        if (judged.unusable().isEmpty()) {
            assertTrue(record.usage() == 2 || record.usage() == 3, record::toString);
            assertTrue(record.selector() <= 1 && record.matchingType() <= 2, record::toString);
            assertTrue(record.matchingType() == 0 || record.data().length == 32 * record.matchingType());
            assertEquals(List.of(record), Tlsa.strongest(List.of(record)));
        } else
            assertTrue(!judged.unusable().get().isBlank());
    }

    @FuzzTest
    void presentationFormIsReadOrRefused(byte[] octets) {
        String text = new String(octets, StandardCharsets.UTF_8);
        try {
            Tlsa read = Tlsa.of(text);
            assertEquals(read, Tlsa.of(read.toString()));
        } catch (IllegalArgumentException refused) {
            assertTrue(String.valueOf(refused.getMessage()).contains("is no TLSA record"), refused.toString());
        }
    }
}
