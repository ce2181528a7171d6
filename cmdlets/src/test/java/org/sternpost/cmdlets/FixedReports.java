package org.sternpost.cmdlets;

import java.time.Instant;
import java.util.List;
import org.sternpost.engine.control.view.DkimKeyView;
import org.sternpost.engine.control.view.TlsRptReportView;
import org.sternpost.engine.control.view.TlsRptReportView.DestinationView;
import org.sternpost.engine.control.view.TlsRptReportView.PolicyView;

/// The reports and keys of [FixedEngine].
final class FixedReports {

    private FixedReports() {}

    static DkimKeyView key(String domain, String selector, boolean published) {
        return new DkimKeyView(domain, selector, "RSA", published, published ? "" : "there is no TXT record",
                selector + "._domainkey." + domain, "v=DKIM1; k=rsa; s=*; p=MIIBIjANBgkqhkiG9w0BAQEFAAOC",
                FixedEngine.NOW);
    }

    static List<DkimKeyView> keys() { return List.of(key("example.com", "s1", true), key("example.com", "s2", false)); }

    static TlsRptReportView report() {
        return new TlsRptReportView("2026-11-22", "old.example", 28, 12, "Sent", "",
                Instant.parse("2026-11-23T01:12:00Z"),
                List.of(new PolicyView("sts", "old.example", 28, 12, List.of("certificate-expired 12"),
                        List.of("version: STSv1", "mode: enforce", "mx: mx.old.example", "max_age: 86400"))),
                List.of(new DestinationView("mailto:tls@old.example", "Delivered", 1, null, "250 2.0.0 Ok",
                        "01J9ZK3M5T00000D")),
                "{\"organization-name\":\"Example\",\"policies\":[]}");
    }
}
