package org.sternpost.engine.control.view;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// If this connector were `Enabled`: which share of its own recent mail would have failed, where, and why.
///
/// Mail to excepted domains is counted as all other mail; only `ready` leaves it out, since `Enabled` would.
///
/// @param ready   true if enough was judged, and the share that would fail outside the exceptions and outside what is
///                repaired is within the limit asked for
/// @param why     what stands in the way; empty text when it is ready and all was asked
/// @param mandatoryWouldFail with both refinements `Mandatory` as well: also what neither DANE nor an enforced MTA-STS
///                           policy proves; of mail judged before that was counted only `wouldFail`
/// @param exceptedWouldFail of `wouldFail`, mail that an exception would deliver all the same
/// @param exceptedWouldReturn of `wouldReturn`, the same
/// @param repairedWouldFail of `wouldFail`, mail to `repairedDomains`
/// @param repairedDomains     failed, and have passed for so long now that they stand in nobody's way
/// @param failingDomains    the others that failed
/// @param exceptedDomains   exceptions in force that deliver what fails, whether or not their mail would
/// @param wouldDelay  of those that would have failed: known by now to have been delivered later
/// @param wouldReturn known by now to have gone back to their senders; the rest is still being judged
/// @param details worst domains first
public record TlsReadinessView(@Column(value = 1, identity = true) String connector, @Column(1) boolean ready,
        @Column(1) long messages, @Column(1) long wouldFail, @Column(1) double wouldFailPercent,
        @Column(2) long wouldDelay, @Column(2) long wouldReturn,
        @Column(4) long mandatoryWouldFail, @Column(3) long exceptedWouldFail, @Column(4) long exceptedWouldReturn,
        @Column(4) long repairedWouldFail, @Column(3) long domains,
        @Column(value = 1, text = true) List<String> failingDomains, @Column(value = 2, text = true) String why,
        @Column(value = 4, text = true) List<String> exceptedDomains,
        @Column(value = 4, text = true) List<String> repairedDomains, Instant since, List<DomainView> details) {

    /// @param delayedUntil the latest time that any of them would have been delivered at; null without one
    /// @param lastFailed  when it was last seen to fail, with mail or without; null where it was not
    /// @param passesSince since when all that was judged has passed; null while the last of it failed
    /// @param repaired it failed, and has passed for long enough to stand in nobody's way
    /// @param code  of mail that waits for this reason
    /// @param owner whose remedy it is: `OURS` or `RECIPIENT`
    /// @param exception why the domain would get its mail all the same, and until when; empty text without one
    public record DomainView(@Column(value = 1, identity = true) String domain, @Column(1) long messages,
            @Column(1) long wouldFail, @Column(2) long wouldDelay, @Column(2) long wouldReturn,
            @Column(4) long mandatoryWouldFail, @Column(3) @Nullable Instant delayedUntil, @Column(1) String reason,
            @Column(2) String code,
            @Column(3) String host,
            @Column(value = 1, text = true) String sentence, @Column(value = 2, text = true) String remedy,
            @Column(2) String owner, @Column(value = 3, text = true) String exception,
            @Column(3) @Nullable Instant lastFailed, @Column(2) @Nullable Instant passesSince,
            @Column(4) boolean repaired, @Column(4) @Nullable Instant lastSeen) {}
}
