package org.sternpost.engine.dane;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.sternpost.engine.certificate.Certificate;

/// Which TLSA records an SMTP client can use, and which of those count.
final class Usability {

    private static final int SHA_256_OCTETS = 32;
    private static final int SHA_512_OCTETS = 64;

    private Usability() {}

    /// Why a record cannot be used; empty when it can.
    static Optional<String> problem(Tlsa record) {
        return switch (record.usage()) {
            // RFC 7672 §3.1.3: PKIX-TA and PKIX-EE promise what no MTA can hold.
            case 0 -> Optional.of("usage PKIX-TA(0) is not for SMTP");
            case 1 -> Optional.of("usage PKIX-EE(1) is not for SMTP");
            case 2, 3 -> form(record);
            default -> Optional.of("usage " + record.usage() + " is unknown"); // RFC 6698 §4.1
        };
    }

    private static Optional<String> form(Tlsa record) {
        if (record.selector() > 1) return Optional.of("selector " + record.selector() + " is unknown");
        return switch (record.matchingType()) {
            case 0 -> full(record);
            case 1 -> length(record, "SHA-256", SHA_256_OCTETS);
            case 2 -> length(record, "SHA-512", SHA_512_OCTETS);
            default -> Optional.of("matching type " + record.matchingType() + " is unknown");
        };
    }

    private static Optional<String> length(Tlsa record, String digest, int octets) {
        int seen = record.data().length;
        return seen == octets
                ? Optional.empty()
                : Optional.of("a " + digest + " digest has " + octets + " octets, this one " + seen);
    }

    /// RFC 6698 §2.1.4: full data is what the selector says; a record whose data is something else cannot be used.
    private static Optional<String> full(Tlsa record) {
        try {
            byte[] data = record.data();
            SubjectPublicKeyInfo key = record.selector() == 0
                    ? certificate(data)
                    : SubjectPublicKeyInfo.getInstance(data);
            if (record.selector() == 1 && !Arrays.equals(key.getEncoded(), data))
                return Optional.of("the public key is not in DER");
            // Its form alone: whether a modulus is a good one is for the host to prove, which has the other half.
            if (key.getAlgorithm().getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption))
                RSAPublicKey.getInstance(key.parsePublicKey());
            else
                PublicKeyFactory.createKey(key);
            return Optional.empty();
        } catch (IOException | RuntimeException unreadable) {
            return Optional.of("the data is no readable " + (record.selector() == 0 ? "certificate" : "public key"));
        }
    }

    private static SubjectPublicKeyInfo certificate(byte[] data) throws IOException {
        return SubjectPublicKeyInfo.getInstance(Certificate.of(data).key()
                .orElseThrow(() -> new IOException("no certificate")));
    }

    /// Of the usable records, those that count (RFC 7671 §9): per usage and selector only the strongest digest, and
    /// always full data.
    static List<Tlsa> strongest(List<Tlsa> usable) {
        Map<Integer, Integer> best = new HashMap<>();
        for (Tlsa record : usable)
            best.merge(group(record), record.matchingType(), Math::max);
        return usable.stream().filter(r -> r.matchingType() == 0 || r.matchingType() == best.getOrDefault(group(r), 0))
                .toList();
    }

    private static int group(Tlsa record) { return record.usage() * 256 + record.selector(); }
}
