package org.sternpost.engine.dnssec;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;

/// Verifies signatures, each once: that a key has signed certain octets stays true, and costs more than all the rest
/// of a proof.
///
/// Nothing here says whether a signature counts: its time, its zone and its key are judged anew for each proof, so a
/// signature that has ended, or a key that is no longer vouched for, proves nothing however well it is remembered.
/// What did not verify is not remembered.
final class VerifiedSignatures {

    private static final int SIGNATURES_MAX = 20_000; // of about 200 octets with what holds them

    private final Map<ByteBuffer, Boolean> good = new LinkedHashMap<>(256, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Boolean> eldest) { return size() > SIGNATURES_MAX; }
    };

    private long computed;

    /// True if the key has made the signature over the set.
    boolean verifies(RRset set, RRSIGRecord signature, DNSKEYRecord key) {
        try {
            ByteBuffer name = name(set, signature, key);
            synchronized (good) {
                if (good.containsKey(name)) return true;
                computed++;
            }
            // The time was judged by who asks, and more kindly than the library would.
            DNSSEC.verify(set, signature, key, signature.getTimeSigned());
            synchronized (good) {
                good.put(name, true);
            }
            return true;
        } catch (DNSSEC.DNSSECException | RuntimeException refused) {
            // Whatever a stranger's octets make the library throw: nothing is proven by them.
            return false;
        }
    }

    /// How many were computed, and not remembered.
    long computed() {
        synchronized (good) {
            return computed;
        }
    }

    /// Of everything that the outcome follows from: the octets that are signed, with all fields of the signature but
    /// itself (RFC 4034 §3.1.8.1), the signature, and the key.
    private static ByteBuffer name(RRset set, RRSIGRecord signature, DNSKEYRecord key) {
        byte[] signed = DNSSEC.digestRRset(signature, set);
        byte[] made = signature.getSignature();
        byte[] by = key.rdataToWireCanonical();
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(ByteBuffer.allocate(8).putInt(signed.length).putInt(made.length).flip());
            digest.update(signed);
            digest.update(made);
            digest.update(by);
            return ByteBuffer.wrap(digest.digest(key.getName().toWireCanonical()));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
