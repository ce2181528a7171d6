package org.sternpost.engine.alert;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.sternpost.engine.alert.Alert.Subject;
import org.sternpost.engine.trust.Reason.Owner;

/// A certificate that clients of a listener are shown, two weeks before it ends (docs/alerts.md#certificate).
final class CertificateRule implements AlertRule {

    private static final Duration SOON = Duration.ofDays(14); // jobs that renew do so at thirty days

    private final Supplier<List<Alerts.Certificate>> certificates;

    CertificateRule(Supplier<List<Alerts.Certificate>> certificates) { this.certificates = certificates; }

    @Override
    public Alert.Kind kind() { return Alert.Kind.CertificateEnding; }

    @Override
    public Look look(Instant now, List<Alert> open) {
        var found = new ArrayList<Finding>();
        for (Alerts.Certificate one : certificates.get())
            if (!now.isBefore(one.end().minus(SOON)))
                found.add(new Finding(Subject.named(one.listener()), now, new Alert.Words("the certificate of listener "
                        + one.listener() + (now.isBefore(one.end()) ? " ends at " : " ended at ") + one.end(),
                        "put a renewed one into the file of submission.tls.certificate; it is read by itself",
                        Owner.OURS)));
        return Look.all(found, open);
    }
}
