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
            byte[] signed = DNSSEC.digestRRset(signature, set);
            ByteBuffer name = name(signed, signature, key);
            synchronized (good) {
                if (good.containsKey(name)) return true;
                computed++;
            }
            boolean holds = holds(set, signed, signature, key);
            if (holds)
                synchronized (good) {
                    good.put(name, true);
                }
            return holds;
        } catch (DNSSEC.DNSSECException | RuntimeException refused) {
            // Whatever a stranger's octets make the library throw: nothing is proven by them.
            return false;
        }
    }

    private static boolean holds(RRset set, byte[] signed, RRSIGRecord signature, DNSKEYRecord key)
            throws DNSSEC.DNSSECException {
        if (Ecdsa.knows(key.getAlgorithm()))
            // RFC 4035 §5.3.1: the signature names the key by zone, algorithm and tag.
            return signature.getSigner().equals(key.getName()) && signature.getAlgorithm() == key.getAlgorithm()
                    && signature.getFootprint() == key.getFootprint()
                    && Ecdsa.verifies(key.getAlgorithm(), key.getKey(), signed, signature.getSignature());
        // The time was judged by who asks, and more kindly than the library would.
        DNSSEC.verify(set, signature, key, signature.getTimeSigned());
        return true;
    }

    /// How many were computed, and not remembered.
    long computed() {
        synchronized (good) {
            return computed;
        }
    }

    /// Of everything that the outcome follows from: the octets that are signed, with all fields of the signature but
    /// itself (RFC 4034 §3.1.8.1), the signature, and the key.
    private static ByteBuffer name(byte[] signed, RRSIGRecord signature, DNSKEYRecord key) {
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
