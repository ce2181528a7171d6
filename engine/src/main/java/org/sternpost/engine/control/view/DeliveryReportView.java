package org.sternpost.engine.control.view;

/// Counts by connector, domain, day and reason, as asked for.
///
/// @param day      `2026-11-23`; empty text when not grouped by it, and so for the others
/// @param reason   would-have-failed or failure token
/// @param code     of mail that waits for this reason; empty text without one, and so for the words
/// @param sentence what was seen last for this reason, with `remedy`, and `owner` who must fix it
public record DeliveryReportView(@Column(1) String day, @Column(1) String connector, @Column(1) String domain,
        @Column(2) String reason, String code, @Column(1) long delivered, @Column(1) long deferred,
        @Column(1) long failed, @Column(1) long wouldHaveFailed, String sentence, String remedy, String owner) {}
