package org.sternpost.engine.control.page;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.control.page.DeliveryPage.Levels;
import org.sternpost.engine.control.page.DeliveryPage.Route;
import org.sternpost.engine.control.view.DeliveryComparisonView;
import org.sternpost.engine.control.view.DeliveryReportView;

/// Pages as a bank would get them, and what strangers would like to stand in them.
final class SamplePages {

    static final Instant UNTIL = Instant.parse("2026-11-29T00:00:00Z");
    static final String HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;\u202egnp.exe\u0007";
    private static final @Nullable Instant NO_TIME = null;
    private static final LocalDate FIRST = LocalDate.parse("2026-10-30");
    private static final int DAYS = 30;

    private SamplePages() {}

    static DeliveryReportView row(String day, String connector, String domain, String reason, long delivered,
            long deferred, long failed, long would) {
        @Nullable
        Duration half = delivered == 0 ? null : Duration.ofMillis(840);
        return new DeliveryReportView(day, "", connector, domain, reason, reason.isEmpty() ? "" : "4.7.323", delivered,
                deferred, failed, failed + deferred / 40, would, half, delivered == 0 ? null : Duration.ofSeconds(4),
                delivered == 0 ? null : Duration.ofMinutes(17), "", "", "");
    }

    static DeliveryReportView said(DeliveryReportView row, String sentence, String remedy, String owner) {
        return new DeliveryReportView(row.day(), row.hour(), row.connector(), row.domain(), row.reason(), row.code(),
                row.delivered(), row.deferred(), row.failed(), row.notices(), row.wouldHaveFailed(), row.delayP50(),
                row.delayP95(), row.delayP99(), sentence, remedy, owner);
    }

    static DeliveryPage month() {
        var chance = new Random(7);
        var days = new ArrayList<DeliveryReportView>();
        for (int i = 0; i < DAYS; i++) {
            LocalDate day = FIRST.plusDays(i);
            boolean weekend = day.getDayOfWeek().getValue() > 5;
            long mail = weekend ? 300 + chance.nextInt(150) : 2_100 + chance.nextInt(900);
            long trouble = i == 15 ? 700 : chance.nextInt(60);
            days.add(row(day.toString(), "", "", "", mail, trouble, chance.nextInt(9), mail / 60 + (i > 12 ? 90 : 0)));
        }
        var refusals = List.of(
                said(row("", "banks", "kreditbank.example", "tlsa-invalid", 1_204, 0, 0, 1_204),
                        "mx1.kreditbank.example and the TLSA records of mx1.kreditbank.example: no record matches the "
                                + "certificate 'CN=mx1.kreditbank.example' (key SHA-256 4f9d…)",
                        "Publish a TLSA record of the key that the host shows, and remove the old one.", "RECIPIENT"),
                said(row("", "Default", "old-partner.example", "certificate-expired", 512, 40, 3, 512),
                        "mail.old-partner.example: the certificate was valid until 2026-11-02",
                        "Renew the certificate of mail.old-partner.example.", "RECIPIENT"),
                said(row("", "Default", "town.example", "sts-mx-mismatch", 91, 0, 0, 91),
                        "the MTA-STS policy of town.example lists no mx2.town.example",
                        "Add 'mx: mx2.town.example' to the policy, and change its id.", "RECIPIENT"),
                said(row("", "gov", "registry.gov.example", "dane-required", 0, 12, 2, 0),
                        "registry.gov.example publishes no TLSA record, and this connector asks for DANE",
                        "Set -SmtpDaneMode Opportunistic, or make an exception for the domain.", "OURS"));
        return page(days, refusals, List.of(new Route("Opportunistic", row("", "Default", "", "", 38_211, 900, 61,
                603)), new Route("Opportunistic", row("", "banks", "", "", 9_410, 40, 4, 1_204)), new Route("Enabled",
                        row("", "gov", "", "", 2_004, 31, 2, 0)),
                new Route("Disabled", row("", "supplier", "", "", 980, 2, 0, 0))),
                "Set-OutboundConnector on OutboundConnector gov, 2026-11-20 09:12 UTC.");
    }

    static DeliveryPage hostile() {
        DeliveryReportView bad = said(row(HOSTILE, HOSTILE, HOSTILE, HOSTILE, 5, 1, 1, 1), HOSTILE, HOSTILE, HOSTILE);
        DeliveryPage page = page(List.of(bad), List.of(bad), List.of(new Route(HOSTILE, bad)), HOSTILE);
        return new DeliveryPage(HOSTILE, HOSTILE, page.from(), page.until(), page.made(), page.total(), page.levels(),
                page.days(), page.connectors(), page.refusals(), page.change(), page.next());
    }

    static DeliveryPage empty() {
        return new DeliveryPage("relay.example", "", UNTIL.minus(Duration.ofDays(1)), UNTIL, UNTIL, row("", "", "", "",
                0, 0, 0, 0), new Levels(0, 0, 0, 0), List.of(), List.of(), List.of(), Optional.empty(), List.of());
    }

    private static DeliveryPage page(List<DeliveryReportView> days, List<DeliveryReportView> refusals,
            List<Route> routes, String change) {
        DeliveryReportView total = row("", "", "", "", 50_605, 973, 67, 1_807);
        Instant at = Instant.parse("2026-11-20T09:12:00Z");
        var changed = new DeliveryPage.Change(change, List.of(period("Before", at.minus(Duration.ofDays(7)), at,
                11_820, 201, 14, 33, 420, 800),
                period("After", at, at.plus(Duration.ofDays(7)), 11_604, 240, 17, 38,
                        388, 900),
                period("Difference", NO_TIME, NO_TIME, -216, 39, 3, 5, -32, 100)));
        return new DeliveryPage("relay.bank.example", "", FIRST.atStartOfDay(ZoneOffset.UTC).toInstant(), UNTIL,
                UNTIL.plus(Duration.ofHours(5)), total, new Levels(18_400, 9_120, 22_310, 775), days, routes, refusals,
                Optional.of(changed), NextSteps.of(total, routes, refusals));
    }

    private static DeliveryComparisonView period(String name, @Nullable Instant from, @Nullable Instant until,
            long delivered, long deferred, long failed, long notices, long would, long millis) {
        return new DeliveryComparisonView("", "", "", name, from, until, delivered, deferred, failed, notices, would,
                Duration.ofMillis(millis), Duration.ofMillis(5 * millis), Duration.ofMillis(1_200 * millis));
    }
}
