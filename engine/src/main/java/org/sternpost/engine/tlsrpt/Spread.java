package org.sternpost.engine.tlsrpt;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.sternpost.engine.mail.Domain;

/// When the report of a day is sent: some hours after midnight, so that not all senders of the world report at once.
public final class Spread {

    private static final Duration AFTER_MIDNIGHT = Duration.ofMinutes(10); // ours: sessions of the day have settled
    private static final Duration DELAY_MAX = Duration.ofHours(4); // RFC 8460 §4.1

    private Spread() {}

    /// The same instant for the same submitter, domain and day; spread evenly over the hours.
    public static Instant due(Domain submitter, Domain policyDomain, LocalDate day) {
        Duration span = DELAY_MAX.minus(AFTER_MIDNIGHT);
        long jitter = Math.floorMod(hash(submitter + " " + policyDomain + " " + day), span.toMillis());
        return day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant().plus(AFTER_MIDNIGHT).plusMillis(jitter);
    }

    private static long hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
