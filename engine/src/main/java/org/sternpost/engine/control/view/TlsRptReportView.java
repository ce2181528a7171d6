package org.sternpost.engine.control.view;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the sessions with one domain's hosts came to on one UTC day, and what became of the report of it.
///
/// @param day       `2026-11-24`
/// @param state     `Counting` while the day lasts, `Due`, `Waiting`, `Sent`, `Refused`, `GivenUp`, `Unwanted`, `Off`,
///                  `Missed`; of several destinations the one that is furthest from sent
/// @param problem   why it is not sent; empty text when it is, or will be
/// @param due       when it goes out, or went; null for today and where nobody wants it
/// @param json      the report as RFC 8460 §4.4 has it
public record TlsRptReportView(@Column(1) String day, @Column(value = 1, identity = true) String domain,
        @Column(1) long succeeded, @Column(1) long failed, @Column(1) String state,
        @Column(value = 3, text = true) String problem, @Nullable Instant due, List<PolicyView> policies,
        List<DestinationView> destinations, String json) {

    /// @param type    `tlsa`, `sts` or `no-policy-found`
    /// @param results result types with the sessions that failed so, `certificate-expired 3`
    public record PolicyView(@Column(1) String type, @Column(value = 1, identity = true) String domain,
            @Column(1) long succeeded, @Column(1) long failed, @Column(value = 1, text = true) List<String> results,
            List<String> policyString) {}

    /// @param state    `Waiting`, `Sent`, `Refused` or `GivenUp`; of mail, once it is in our queue, what became of it
    ///                 there
    /// @param next     of the next attempt; null when there is none
    public record DestinationView(@Column(value = 1, identity = true) String destination, @Column(1) String state,
            @Column(2) long attempts, @Column(3) @Nullable Instant next,
            @Column(value = 1, text = true) String detail, @Column(3) String messageTraceId) {}
}
