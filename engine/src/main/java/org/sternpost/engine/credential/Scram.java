package org.sternpost.engine.credential;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.mail.Characters;

/// SCRAM-SHA-256 as the server sees it (RFC 5802 §5, RFC 7677): the client proves that it knows the password, and we
/// that we know its keys.
final class Scram implements SaslExchange {

    private static final int NONCE_OCTETS = 18;
    private static final int NONCE_MAX = 512;
    private static final byte[] NOTHING = {};
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Accounts accounts;
    private final String ours;
    private @Nullable First first;
    private @Nullable SubmissionUser proven;

    /// What it asks of those who know the users.
    interface Accounts {
        /// Keys to check by, or how long this name must wait.
        KeysOrWait keys(String name);

        /// What comes of a proof; counts a failure.
        Step outcome(String name, boolean fits);
    }

    /// Whether a name may try now.
    sealed interface KeysOrWait {
        record Keys(ScramKeys keys) implements KeysOrWait {}

        record Wait(Step.Later later) implements KeysOrWait {}
    }

    /// What the client's first message said, and what we said to it.
    ///
    /// @param header the GS2 header, which the client repeats
    private record First(String header, String bare, String name, String nonce, ScramKeys keys, String challenge) {}

    Scram(Accounts accounts) { this(accounts, freshNonce()); }

    /// With a nonce of the RFC's example.
    Scram(Accounts accounts, String ours) {
        this.accounts = accounts;
        this.ours = ours;
    }

    @Override
    public Step begin() { return new Step.Challenge(NOTHING); }

    @Override
    public Step next(byte[] response) {
        SubmissionUser done = proven;
        // RFC 4954 §4: SMTP has no place for data beside 235, so the client answers our proof with nothing.
        if (done != null)
            return response.length == 0
                    ? new Step.Proven(done)
                    : new Step.Malformed("after our signature SCRAM says nothing more");
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(response)).toString();
        } catch (CharacterCodingException _) {
            return new Step.Malformed("a message of SCRAM is UTF-8");
        }
        First before = first;
        return before == null ? first(text) : last(text, before);
    }

    /// RFC 5802 §7: `client-first-message`.
    private Step first(String text) {
        int flagEnd = text.indexOf(',');
        int headerEnd = flagEnd < 0 ? -1 : text.indexOf(',', flagEnd + 1);
        if (headerEnd < 0) return new Step.Malformed("the first message of SCRAM has no GS2 header");
        String flag = text.substring(0, flagEnd);
        // RFC 5802 §6: "y" is right where no -PLUS was announced; "p=" asks for what was not.
        if (flag.startsWith("p=")) return new Step.Malformed("channel binding is not offered");
        if (!flag.equals("n") && !flag.equals("y")) return new Step.Malformed("the GS2 header begins with n or y");
        String acting = text.substring(flagEnd + 1, headerEnd);
        if (!acting.isEmpty() && !acting.startsWith("a="))
            return new Step.Malformed("an authorization identity begins with a=");
        String bare = text.substring(headerEnd + 1);
        String[] parts = bare.split(",", -1);
        // RFC 5802 §5.1: an extension that must be understood, and is not, fails the exchange.
        if (parts[0].startsWith("m=")) return new Step.Malformed("no mandatory extension of SCRAM is known here");
        if (parts.length < 2 || !parts[0].startsWith("n=") || !parts[1].startsWith("r="))
            return new Step.Malformed("the first message of SCRAM has a name and a nonce");
        Optional<String> name = saslName(parts[0].substring(2));
        if (name.isEmpty()) return new Step.Malformed("the name of SCRAM is empty or has '=' without 2C or 3D");
        String nonce = parts[1].substring(2);
        if (nonce.isEmpty() || nonce.length() > NONCE_MAX || !Characters.all(nonce, c -> c > ' ' && c < 0x7f))
            return new Step.Malformed("the nonce of SCRAM has 1 to " + NONCE_MAX + " visible characters");
        // Everybody acts for themselves.
        boolean other = !acting.isEmpty() && !saslName(acting.substring(2)).equals(name);
        return switch (accounts.keys(other ? "" : name.get())) {
            case KeysOrWait.Wait(var later) -> later;
            case KeysOrWait.Keys(var keys) -> {
                String challenge = "r=" + nonce + ours + ",s=" + keys.salt() + ",i=" + keys.iterations();
                first = new First(text.substring(0, headerEnd + 1), bare, other ? "" : name.get(), nonce + ours, keys,
                        challenge);
                yield new Step.Challenge(challenge.getBytes(StandardCharsets.UTF_8));
            }
        };
    }

    /// RFC 5802 §7: `client-final-message`.
    private Step last(String text, First before) {
        int proofAt = text.lastIndexOf(",p=");
        if (proofAt < 0) return new Step.Malformed("the last message of SCRAM has no proof");
        String withoutProof = text.substring(0, proofAt);
        String[] parts = withoutProof.split(",", -1);
        if (parts.length < 2 || !parts[0].startsWith("c=") || !parts[1].startsWith("r="))
            return new Step.Malformed("the last message of SCRAM has c=, r= and p=");
        byte[] proof;
        byte[] header;
        try {
            proof = Base64.getDecoder().decode(text.substring(proofAt + 3));
            header = Base64.getDecoder().decode(parts[0].substring(2));
        } catch (IllegalArgumentException _) {
            return new Step.Malformed("c= and p= of SCRAM are base64");
        }
        byte[] nonce = parts[1].substring(2).getBytes(StandardCharsets.UTF_8);
        // RFC 5802 §5.1: both are what they were, or somebody stands between.
        boolean same = MessageDigest.isEqual(header, before.header().getBytes(StandardCharsets.UTF_8))
                & MessageDigest.isEqual(nonce, before.nonce().getBytes(StandardCharsets.UTF_8));
        String said = before.bare() + "," + before.challenge() + "," + withoutProof;
        Step outcome = accounts.outcome(before.name(), before.keys().fit(proof, said) & same);
        if (!(outcome instanceof Step.Proven(var user))) return outcome;
        proven = user;
        return new Step.Challenge(("v=" + before.keys().serverSignature(said)).getBytes(StandardCharsets.US_ASCII));
    }

    /// RFC 5802 §5.1: `=2C` is a comma and `=3D` an equals sign; no other `=` may stand there.
    private static Optional<String> saslName(String text) {
        var name = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != '=') name.append(text.charAt(i));
            else if (text.startsWith("=2C", i) || text.startsWith("=3D", i)) {
                name.append(text.charAt(i + 1) == '2' ? ',' : '=');
                i += 2;
            } else
                return Optional.empty();
        }
        return name.isEmpty() ? Optional.empty() : Optional.of(name.toString());
    }

    private static String freshNonce() {
        var octets = new byte[NONCE_OCTETS];
        RANDOM.nextBytes(octets);
        return Base64.getEncoder().encodeToString(octets);
    }
}
