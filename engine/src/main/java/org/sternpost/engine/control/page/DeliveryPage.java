package org.sternpost.engine.control.page;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.control.view.DeliveryComparisonView;
import org.sternpost.engine.control.view.DeliveryReportView;

/// All that the page of a span of time tells.
///
/// @param gateway    name of this host
/// @param subject    whose mail it is about, `connector banks`; empty text for all
/// @param levels     how the mail delivered was secured
/// @param days       in their order
/// @param connectors with the mail of each
/// @param refusals   what failed validation or would have, the most first
/// @param change     before and after a change of a setting, if there was one
public record DeliveryPage(String gateway, String subject, Instant from, Instant until, Instant made,
        DeliveryReportView total, Levels levels, List<DeliveryReportView> days, List<Route> connectors,
        List<DeliveryReportView> refusals, Optional<Change> change, List<Step> next) {

    public DeliveryPage {
        days = List.copyOf(days);
        connectors = List.copyOf(connectors);
        refusals = List.copyOf(refusals);
        next = List.copyOf(next);
    }

    /// Recipients whose mail was delivered so.
    public record Levels(long dane, long sts, long tls, long clear) {

        long all() { return dane + sts + tls + clear; }
    }

    /// @param mode `Disabled`, `Opportunistic`, `Enabled`; empty text of a connector that is gone
    public record Route(String mode, DeliveryReportView counts) {}

    /// @param what words for it, with its time
    /// @param rows before, after and the difference
    public record Change(String what, List<DeliveryComparisonView> rows) {
        public Change { rows = List.copyOf(rows); }
    }

    /// What is to be done.
    ///
    /// @param command empty text where none does it
    public record Step(String what, String command) {}
}
