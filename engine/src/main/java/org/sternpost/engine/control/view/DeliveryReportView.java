package org.sternpost.engine.control.view;

/// Counts by connector, domain, day and reason, as asked for.
///
/// @param day             `2026-11-23`; empty text when not grouped by it, and so for the others
/// @param reason          would-have-failed or failure token
public record DeliveryReportView(@Column(1) String day, @Column(1) String connector, @Column(1) String domain,
        @Column(2) String reason, @Column(1) long delivered, @Column(1) long deferred, @Column(1) long failed,
        @Column(1) long wouldHaveFailed) {}
