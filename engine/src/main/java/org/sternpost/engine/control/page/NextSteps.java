package org.sternpost.engine.control.page;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.sternpost.engine.control.page.DeliveryPage.Route;
import org.sternpost.engine.control.page.DeliveryPage.Step;
import org.sternpost.engine.control.view.DeliveryReportView;

/// What follows from a report for whoever runs the gateway: first whom to write to, then what to tighten.
public final class NextSteps {

    private static final int PARTNERS_MAX = 8;

    private NextSteps() {}

    /// @param refusals what failed validation or would have, the most first
    public static List<Step> of(DeliveryReportView total, List<Route> connectors, List<DeliveryReportView> refusals) {
        var steps = new ArrayList<Step>();
        partners(refusals, steps);
        for (DeliveryReportView one : refusals)
            if (!one.owner().equals("RECIPIENT") && !one.remedy().isEmpty())
                steps.add(new Step(one.domain() + ", " + one.reason() + ": " + one.remedy(), "Test-TlsValidation "
                        + one.domain() + " -Connector " + quoted(one.connector())));
        if (total.failed() > 0)
            steps.add(new Step("Mail for " + many(total.failed(), "recipient") + " was given up. See which, and why.",
                    "Get-MessageTrace -Status Failed"));
        for (Route one : connectors)
            tighten(one, steps);
        return steps;
    }

    private static void partners(List<DeliveryReportView> refusals, List<Step> steps) {
        var written = new LinkedHashSet<String>();
        for (DeliveryReportView one : refusals) {
            if (!one.owner().equals("RECIPIENT") || !written.add(one.domain())) continue;
            if (written.size() > PARTNERS_MAX) continue;
            long messages = one.wouldHaveFailed() + one.deferred() + one.failed();
            steps.add(new Step(one.domain() + " fails validation (" + one.reason() + ", "
                    + many(messages, "recipient") + "), and its postmaster can mend it. Write there; the letter says "
                    + "what to change.",
                    "New-PartnerNotice " + one.domain() + " -Connector "
                            + quoted(one.connector())));
        }
        if (written.size() > PARTNERS_MAX)
            steps.add(new Step(many(written.size() - PARTNERS_MAX, "further domain") + " can be written to as well.",
                    "Get-DeliveryReport -GroupBy Domain, Reason | Where-Object Owner -eq RECIPIENT"));
    }

    private static void tighten(Route route, List<Step> steps) {
        DeliveryReportView counts = route.counts();
        if (counts.delivered() == 0) return;
        String name = quoted(counts.connector());
        switch (route.mode()) {
            case "Disabled" -> steps.add(new Step(counts.connector() + " ignores DANE and MTA-STS. Opportunistic "
                    + "delivers the same mail, and records what strictness would cost.",
                    "Set-OutboundConnector " + name
                            + " -TlsValidation Opportunistic -WhatIf"));
            case "Opportunistic" -> steps.add(counts.wouldHaveFailed() == 0
                    ? new Step(counts.connector() + ": nothing of the mail for " + many(counts.delivered(), "recipient")
                            + " would have failed under Enabled. See whether it is ready.", "Get-TlsReadiness " + name)
                    : new Step(counts.connector() + ": " + Html.percent(counts.wouldHaveFailed(), counts.delivered())
                            + " of its mail would have failed under Enabled. Once the domains above are mended or "
                            + "excepted, see whether it is ready.", "Get-TlsReadiness " + name));
            default -> {
            }
        }
    }

    /// A value as the shell reads it, whatever stands in it.
    static String quoted(String value) {
        boolean plain = !value.isEmpty() && value.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_') && value.charAt(0) != '-';
        return plain ? value : "'" + value.replace("'", "''") + "'";
    }

    private static String many(long count, String what) {
        return count == 1 ? "1 " + what : Html.count(count) + " " + what + "s";
    }
}
