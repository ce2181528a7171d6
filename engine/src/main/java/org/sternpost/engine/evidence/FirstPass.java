package org.sternpost.engine.evidence;

import java.util.List;
import java.util.stream.Collectors;

/// How the strict pass of an attempt ended, as it was observed (docs/transport-security.md#mode-opportunistic).
public enum FirstPass {
    /// There was none: the mode does not look.
    NotMade,
    /// A host took the mail as `Enabled` wants it.
    Delivered,
    /// Every host was refused by validation.
    Refused,
    /// No host passed, and at least one for a reason that is not validation's: it was down, or said no.
    OtherReason;

    /// @param attempt all evidence of one attempt
    public static FirstPass of(List<HostEvidence> attempt) {
        var strict = attempt.stream().filter(one -> one.pass() == 1).toList();
        if (strict.isEmpty()) return NotMade;
        if (strict.stream().anyMatch(HostEvidence::delivered)) return Delivered;
        var refused = strict.stream().filter(one -> one.enabled().isPresent()).map(HostEvidence::host)
                .collect(Collectors.toSet());
        return strict.stream().allMatch(one -> refused.contains(one.host())) ? Refused : OtherReason;
    }
}
