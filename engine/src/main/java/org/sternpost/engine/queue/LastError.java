package org.sternpost.engine.queue;

import java.util.Optional;
import org.sternpost.engine.trust.Reason;

/// Why an attempt did not deliver: values to decide by, and words to read.
///
/// @param code   enhanced status code; empty text when none
/// @param reason of transport security; empty for all else, whatever a host's words look like
/// @param words  all there is to say of it, with the code; empty text before the first attempt
public record LastError(String code, Optional<Reason> reason, String words) {

    /// Before the first attempt, or after one that went well.
    public static final LastError NONE = new LastError("", Optional.empty(), "");

    public boolean isNone() { return words.isEmpty(); }
}
