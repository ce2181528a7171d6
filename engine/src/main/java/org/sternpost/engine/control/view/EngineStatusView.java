package org.sternpost.engine.control.view;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// The engine itself.
///
/// @param trouble   what keeps the engine itself from its work now; empty text when nothing does
/// @param unfinished copies of what starts went on without, as it was being written when the power went; no trouble
/// @param submissionRefused connections that got no session since the start
/// @param submissionDismissed sessions ended since the start as their clients were silent while others came
/// @param submissionMemory  octets that sessions with clients hold now
/// @param submissionLimits  as the settings name them
/// @param authenticationFailures attempts with a wrong name or password since the start
/// @param authenticationDelayed  attempts that came too early after such, and were not looked at
/// @param undecided mail attempted today (UTC) of which our own trouble hid how its route would have fared
public record EngineStatusView(@Column(value = 1, identity = true) String hostName, @Column(1) String version,
        @Column(1) String status, @Column(2) Duration uptime, Instant startedAt, long processId,
        String dataDirectory, @Column(3) List<String> listeners, List<String> dnsServers, String dnsValidation,
        @Column(2) String trouble, List<String> unfinished,
        long undecided,
        @Column(2) long queuedMessages, @Column(2) int sessions, @Column(3) long accepted, @Column(3) long delivered,
        @Column(3) long deferred, @Column(3) long failed, int connectors,
        int submissionSessions, long submissionRefused, long submissionDismissed, long submissionMemory,
        List<String> submissionLimits, long authenticationFailures, long authenticationDelayed) {}
