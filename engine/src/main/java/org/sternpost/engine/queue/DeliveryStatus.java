package org.sternpost.engine.queue;

import java.util.Optional;
import org.sternpost.engine.trust.Reason;
import org.sternpost.engine.trust.Failure.Remedy;

/// What came of mail for a recipient, as values to decide by; text is made of them where a person reads it, and there
/// alone.
///
/// @param code     enhanced status code (RFC 3463); empty text when none
/// @param reply    code of the reply that a host gave, `550`; 0 where none said so
/// @param reason   of transport security; empty for all else, whatever a host's words look like
/// @param sentence what happened, with the host, and without code and remedy
/// @param remedy   who can do what about it; empty where nobody need
/// @param lastCode of the last attempt, where the mail is given up because its time is over; empty elsewhere
public record DeliveryStatus(String code, int reply, Optional<Reason> reason, String sentence, Optional<Remedy> remedy,
        Optional<String> lastCode) {

    private static final int SENTENCE_CHARACTERS_MAX = 2_000;

    /// Before the first attempt, or after one that went well.
    public static final DeliveryStatus NONE = of("", "");

    public DeliveryStatus {
        if (sentence.length() > SENTENCE_CHARACTERS_MAX)
            sentence = sentence.substring(0, SENTENCE_CHARACTERS_MAX - 1) + "…";
    }

    /// Of what neither a host nor transport security has a part in.
    public static DeliveryStatus of(String code, String sentence) {
        return new DeliveryStatus(code, 0, Optional.empty(), sentence, Optional.empty(), Optional.empty());
    }

    public boolean isNone() { return sentence.isEmpty(); }

    /// What happened, in words without code and remedy.
    public String told() {
        return lastCode.map(last -> "the message expired; last attempt: " + coded(last, sentence)).orElse(sentence);
    }

    /// All there is to say of it: code, what happened, remedy.
    public String text() { return coded(code, told()) + remedy.map(cure -> "; " + cure).orElse(""); }

    private static String coded(String code, String sentence) {
        return code.isEmpty() ? sentence : code + " " + sentence;
    }
}
