package org.sternpost.engine.control.view;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Counts by connector, domain, hour or day and reason, as asked for.
///
/// @param day      `2026-11-23`; empty text when not grouped by it, and so for the others
/// @param hour     `2026-11-23T10:00Z`; the day alone where its hours are not kept
/// @param reason   would-have-failed or failure token
/// @param code     of mail that waits for this reason; empty text without one, and so for the words
/// @param notices  written to senders because of that mail
/// @param delayP50 the time from acceptance within which half of the delivered mail was delivered, at most a tenth off
///                 (docs/reports.md#delays), with `delayP95` and `delayP99`; null where nothing was delivered
/// @param sentence what was seen last for this reason, with `remedy`, and `owner` who must fix it
public record DeliveryReportView(@Column(1) String day, @Column(2) String hour, @Column(1) String connector,
        @Column(1) String domain, @Column(2) String reason, String code, @Column(1) long delivered,
        @Column(1) long deferred, @Column(1) long failed, @Column(2) long notices, @Column(1) long wouldHaveFailed,
        @Column(3) @Nullable Duration delayP50, @Column(2) @Nullable Duration delayP95,
        @Column(3) @Nullable Duration delayP99, String sentence, String remedy, String owner) {}
