package org.sternpost.engine.tls;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.tls.Requirement.Proof;
import org.sternpost.engine.trust.FailureMessages;

/// What a TLS session showed, and what that proves of each requirement. Kept with the session: the prover is asked once
/// for each requirement, however much mail the session carries.
public final class SessionProofs {

    private final SessionFacts facts;
    private final String pkix;
    private final Function<Requirement, Proof> prover;
    private final Map<String, Proof> known = new HashMap<>();
    private @Nullable Answer last;

    /// What is asked again and again costs no look at its key.
    private record Answer(Requirement asked, Proof proof) {}

    /// @param pkix   verdict of PKIX for the host's name in words, `valid` or why not
    /// @param prover holds what was shown against a requirement
    public SessionProofs(SessionFacts facts, String pkix, Function<Requirement, Proof> prover) {
        this.facts = facts;
        this.pkix = pkix;
        this.prover = prover;
    }

    public SessionFacts facts() { return facts; }

    public String pkix() { return pkix; }

    /// `TLSv1.3 TLS_AES_128_GCM_SHA256`.
    public String words() { return facts.protocol() + " " + facts.cipher(); }

    /// Whether the session proves the requirement, the first answer for good.
    public Proof of(Requirement asked) {
        Answer before = last;
        if (before != null && before.asked().equals(asked)) return before.proof();
        Proof proof = known.computeIfAbsent(asked.key(), _ -> proven(asked));
        last = new Answer(asked, proof);
        return proof;
    }

    private Proof proven(Requirement asked) {
        try {
            return prover.apply(asked);
        } catch (RuntimeException thrown) {
            // A stranger's key or certificate on which the library stumbles proves nothing, and the fault is ours
            // (docs/transport-security.md#cert-library).
            return new Proof.Refused(FailureMessages.unjudged(asked.host(), "our TLS library ends with "
                    + thrown.getClass().getSimpleName()));
        }
    }

    /// What a TLS session showed of its peer.
    ///
    /// @param protocol `TLSv1.3`
    /// @param group    of the key exchange, `x25519`; `not known` if the handshake did not tell it in clear
    /// @param resumed  it was resumed, so that the chain is what the peer showed when it began
    /// @param chain    end entity first
    /// @param proof    by what the host has shown who it is
    public record SessionFacts(String protocol, String cipher, String group, String sni, boolean resumed,
            List<CertificateFacts> chain, Authenticity proof) {

        /// Of a whole handshake of which no more is told.
        public SessionFacts(String protocol, String cipher, String group, String sni, List<CertificateFacts> chain) {
            this(protocol, cipher, group, sni, false, chain, Authenticity.UNTOLD);
        }

        /// True if a quantum computer of tomorrow reads nothing of what is recorded today.
        public boolean isPostQuantum() { return KeyExchange.isPostQuantum(group); }

        /// How a host has shown who it is.
        ///
        /// @param signature scheme by which its key signed the handshake, `ecdsa_secp256r1_sha256`; `not known` where
        ///                  neither the handshake nor the key says it
        /// @param anchored  its chain ends at an authority that we trust, whatever else is wrong with it
        public record Authenticity(String signature, boolean anchored) {

            /// Evidence of versions that kept none.
            public static final Authenticity UNTOLD = new Authenticity(KeyExchange.UNKNOWN, true);
        }

        /// @param sha256     of the whole certificate, lower-case hex
        /// @param spkiSha256 of its public key, lower-case hex: what a `3 1 1` record would hold
        /// @param names      subject alternative DNS names, or the common name when there are none
        public record CertificateFacts(String subject, String issuer, List<String> names, Instant notBefore,
                Instant notAfter, String sha256, String spkiSha256, Key key) {

            /// Of a key of which no more is told.
            public CertificateFacts(String subject, String issuer, List<String> names, Instant notBefore,
                    Instant notAfter, String sha256, String spkiSha256) {
                this(subject, issuer, names, notBefore, notAfter, sha256, spkiSha256, Key.UNTOLD);
            }
        }

        /// What a certificate's key is, and by what its issuer has signed it.
        ///
        /// @param algorithm `RSA`, `EC`, `Ed25519`
        /// @param bits      of the modulus or the order of the curve; 0 where the algorithm says it all
        /// @param signature `SHA256withRSA`
        public record Key(String algorithm, int bits, String signature) {

            /// Evidence of versions that kept none.
            public static final Key UNTOLD = new Key("", 0, "");

            /// `RSA 2048`; empty text where nothing is told.
            public String words() { return bits == 0 ? algorithm : algorithm + " " + bits; }
        }
    }
}
