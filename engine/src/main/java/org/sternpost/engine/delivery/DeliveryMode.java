package org.sternpost.engine.delivery;

import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;

/// The modes that mail is delivered in, or judged for (docs/transport-security.md#modes).
public enum DeliveryMode {
    Disabled, Opportunistic, Enabled,
    /// `Enabled` with every refinement that looks made `Mandatory`.
    EnabledMandatory;

    /// That of a connector, or of one domain on it.
    public static DeliveryMode of(TlsValidation mode) {
        return switch (mode) {
            case Disabled -> Disabled;
            case Opportunistic -> Opportunistic;
            case Enabled -> Enabled;
        };
    }

    /// True if what is looked up is asked of every host, and no pass relaxes it.
    boolean asksAll() { return this == Enabled || this == EnabledMandatory; }

    /// What the strict pass asks of a host.
    TlsVerdict asks(HostJudgement host) { return this == EnabledMandatory ? host.mandatory() : host.enabled(); }
}
