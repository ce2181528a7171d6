package org.sternpost.engine.control.view;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How much mail went over one connector to one domain, for whom, and by what TLS.
///
/// Shares are of what was delivered; those of DANE, MTA-STS and proof are of the messages whose domain was looked at,
/// and null where none was, as under `Disabled`.
///
/// @param octets     of the messages, without what SMTP adds
/// @param senders    sender domains; at least so many where `topSenders` names others
/// @param topSenders with their messages
/// @param danePercent usable TLSA records were seen
/// @param mtaStsPercent a policy was seen, in `enforce` or `testing`
/// @param provenPercent by either, as `Mandatory` asks for
/// @param refusedPercent by `Enabled`, whatever the mode
/// @param postQuantumPercent with a key exchange that a quantum computer does not break
/// @param suggestion `AlwaysValid`, `NeverValid`, `Sensitive`; empty text where no connector of its own is suggested
/// @param why        in words
/// @param command    that makes the connector
public record MailFlowView(@Column(1) String connector, @Column(value = 1, identity = true) String domain,
        @Column(1) long messages, @Column(2) long octets, @Column(2) long senders,
        @Column(value = 4, text = true) List<String> topSenders, @Column(1) @Nullable Double tlsPercent,
        @Column(3) @Nullable Double tls13Percent, @Column(4) @Nullable Double olderThanTls12Percent,
        @Column(3) @Nullable Double postQuantumPercent, @Column(1) @Nullable Double danePercent,
        @Column(1) @Nullable Double mtaStsPercent, @Column(3) @Nullable Double provenPercent,
        @Column(3) @Nullable Double refusedPercent, @Column(2) Instant lastSeen, @Column(2) String suggestion,
        String why, String command) {}
