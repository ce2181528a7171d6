package org.sternpost.engine.connector;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.sternpost.engine.mail.Domain;

/// The share of recipient domains that a rollout has moved to another mode; which ones never flips between retries.
///
/// @param percent 0 to 100
public record RolloutShare(String rolloutId, TlsValidation to, double percent) {

    private static final int SLOTS = 10_000; // a hundredth of a percent

    /// True if this domain belongs to the share: a stable hash of connector and domain, so a larger share only adds.
    public boolean covers(String connector, Domain recipient) { return slot(connector, recipient) < percent * 100; }

    private static int slot(String connector, Domain recipient) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((connector + "\n" + recipient.ascii()).getBytes(StandardCharsets.UTF_8));
            return ((hash[0] & 0xff) << 16 | (hash[1] & 0xff) << 8 | hash[2] & 0xff) % SLOTS;
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
