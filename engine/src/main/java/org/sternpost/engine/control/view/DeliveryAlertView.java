package org.sternpost.engine.control.view;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Something that somebody must look at, or had to.
///
/// @param identity  `A-3`
/// @param kind      `ValidationStopped`, `DelayRate`, `NoticeRate`, `RolloutStep`, `RolloutWaiting`,
///                  `RolloutRolledBack`, `PolicyEnding`, `CertificateEnding`, `Resolver` or `Engine`
/// @param status    `Open` or `Over`
/// @param connector empty text where it is about none; so `domain`
/// @param name      of what is neither: a rollout, a listener, a DNS server; empty text for none
/// @param clearedAt when it was over; null while it is open; of a step, when that was
/// @param owner     who must act
public record DeliveryAlertView(@Column(value = 1, identity = true) String identity, @Column(1) String kind,
        @Column(1) String status, @Column(2) String connector, @Column(1) String domain, @Column(3) String name,
        @Column(1) Instant since, @Column(2) @Nullable Instant clearedAt, @Column(value = 1, text = true) String why,
        @Column(value = 3, text = true) String remedy, String owner) {}
