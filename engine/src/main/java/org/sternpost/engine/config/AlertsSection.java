package org.sternpost.engine.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.alert.AlertTerms;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;

/// What the file says of alerts.
final class AlertsSection {

    private AlertsSection() {}

    static AlertTerms of(Path file, Section all, String hostName) throws SettingsException {
        var alerts = new Section(file, "alerts", all.node("alerts"),
                List.of("mailTo", "mailFrom", "webhook", "maxDelayPercent", "maxNoticePercent"));
        return new AlertTerms(mail(alerts, hostName), webhook(alerts),
                alerts.number("maxDelayPercent", AlertTerms.DELAY_PERCENT_MAX, 1, 100),
                alerts.number("maxNoticePercent", AlertTerms.NOTICE_PERCENT_MAX, 1, 100));
    }

    private static Optional<AlertTerms.Mail> mail(Section alerts, String hostName) throws SettingsException {
        Address from = SettingsFile.mailbox(alerts, "mailFrom", new Address("postmaster", Domain.of(hostName)));
        var to = new ArrayList<Address>();
        for (String one : alerts.texts("mailTo"))
            try {
                to.add(Address.of(one));
            } catch (IllegalArgumentException bad) {
                throw alerts.bad("mailTo", "has no mailbox: " + bad.getMessage(), "write [ops@example.org]");
            }
        return to.isEmpty() ? Optional.empty() : Optional.of(new AlertTerms.Mail(from, to));
    }

    /// The address may be a secret, so no sentence has it.
    private static Optional<URI> webhook(Section alerts) throws SettingsException {
        Optional<String> text = alerts.text("webhook");
        if (text.isEmpty()) return Optional.empty();
        String remedy = "write https://hooks.example.org/path";
        try {
            var target = new URI(text.get());
            if (!"https".equalsIgnoreCase(target.getScheme()) || target.getHost() == null)
                throw alerts.bad("webhook", "is no address of HTTPS with a host", remedy);
            if (target.getRawUserInfo() != null || target.getRawFragment() != null)
                throw alerts.bad("webhook", "has a user or a fragment, which are not sent", remedy);
            if (!text.get().chars().allMatch(c -> c > ' ' && c < 0x7f))
                throw alerts.bad("webhook", "has what is not ASCII", remedy);
            return Optional.of(target);
        } catch (URISyntaxException bad) {
            throw alerts.bad("webhook", "is no address: " + bad.getReason(), remedy);
        }
    }
}
