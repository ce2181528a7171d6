package org.sternpost.engine.mtasts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.MtaSts.PolicyFetch;
import org.sternpost.engine.mtasts.Policy.MxPattern;
import org.sternpost.engine.net.HttpReply;

/// Any octets as policy file, HTTP reply or TXT record.
class PolicyFuzzTest {

    @FuzzTest
    void aPolicyFileIsReadOrRefused(byte[] octets) {
        switch (PolicyFile.of(octets)) {
            case PolicyFile.Valid(var policy, var body) -> {
                assertTrue(octets.length <= PolicyFile.FILE_OCTETS_MAX);
                assertTrue(policy.maxAge().toSeconds() <= PolicyFile.MAX_AGE_SECONDS_MAX);
                assertTrue(policy.mode() == Policy.Mode.None || !policy.mx().isEmpty());
                assertEquals(policy, ((PolicyFile.Valid) PolicyFile.of(body)).policy());
                assertEquals(policy, ((PolicyFile.Valid) PolicyFile.of(written(policy))).policy());
                for (MxPattern pattern : policy.mx())
                    assertTrue(pattern.wildcard() || policy.lists(pattern.domain()));
            }
            case PolicyFile.Invalid(var why) -> assertTrue(
                    !why.isBlank() && why.chars().noneMatch(Character::isISOControl), why);
        }
    }

    private static String written(Policy policy) {
        return "version: STSv1\nmode: " + policy.mode().word() + "\nmax_age: " + policy.maxAge().toSeconds() + "\n"
                + policy.mx().stream().map(pattern -> "mx: " + pattern + "\n").collect(Collectors.joining());
    }

    @FuzzTest
    void anHttpReplyIsReadOrRefused(byte[] octets) {
        HttpReply reply;
        try {
            reply = HttpReply.read(new ByteArrayInputStream(octets), PolicyFile.FILE_OCTETS_MAX);
        } catch (IOException refused) {
            assertFalse(String.valueOf(refused.getMessage()).isBlank());
            return;
        }
        assertTrue(reply.body().length <= PolicyFile.FILE_OCTETS_MAX);
        assertTrue(reply.body().length <= octets.length);
        assertTrue(reply.fields().stream().allMatch(f -> f.value().indexOf('\n') < 0 && !f.name().isEmpty()));
        switch (HttpsPolicyFetch.read(reply)) {
            // RFC 8461 §3.3.
            case PolicyFetch.Fetched.Policy _ -> assertEquals(200, reply.status());
            case PolicyFetch.Fetched.Failed(_, var why) -> assertTrue(
                    why.chars().noneMatch(Character::isISOControl), why);
        }
    }

    @FuzzTest
    void aTxtRecordIsReadOrRefused(byte[] octets) {
        String text = new String(octets, StandardCharsets.ISO_8859_1);
        switch (PolicyRecord.of(List.of(text))) {
            case PolicyRecord.Id(var id) -> {
                assertTrue(id.matches("[A-Za-z0-9]{1,32}") && text.startsWith("v=STSv1"), text);
                assertEquals(new PolicyRecord.Id(id), PolicyRecord.of(List.of("v=STSv1; id=" + id + ";")));
                // RFC 8461 §3.1: two of them are none.
                assertTrue(PolicyRecord.of(List.of(text, text)) instanceof PolicyRecord.None);
            }
            case PolicyRecord.None(var why, _) -> assertTrue(why.chars().noneMatch(Character::isISOControl), why);
        }
    }

    @FuzzTest
    void aPatternStandsForWholeLabels(byte[] octets) {
        String text = new String(octets, StandardCharsets.UTF_8);
        MxPattern pattern;
        try {
            pattern = MxPattern.of(text);
        } catch (IllegalArgumentException refused) {
            return;
        }
        assertEquals(pattern, MxPattern.of(pattern.toString()));
        String below = pattern.domain().ascii();
        if (below.length() > 245) return;
        // RFC 8461 §4.1: exactly one label, and only the left-most.
        assertEquals(!pattern.wildcard(), pattern.matches(Domain.of(below)));
        assertEquals(pattern.wildcard(), pattern.matches(Domain.of("a." + below)));
        assertFalse(pattern.matches(Domain.of("a.b." + below)));
    }
}
