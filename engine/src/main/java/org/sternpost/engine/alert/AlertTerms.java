package org.sternpost.engine.alert;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.mail.Address;

/// What the settings say of alerts.
///
/// @param mail             whom they are written to; empty: nobody
/// @param webhook          where they are posted to, by HTTPS; empty: nowhere. Its path may be a secret
/// @param maxDelayPercent  of what a connector that was changed tries may be put off
/// @param maxNoticePercent and may be returned
public record AlertTerms(Optional<Mail> mail, Optional<URI> webhook, int maxDelayPercent, int maxNoticePercent) {

    public static final int DELAY_PERCENT_MAX = 10;
    public static final int NOTICE_PERCENT_MAX = 2;

    /// With nobody told.
    public static final AlertTerms NONE = new AlertTerms(Optional.empty(), Optional.empty(), DELAY_PERCENT_MAX,
            NOTICE_PERCENT_MAX);

    /// @param from also who is asked about them
    public record Mail(Address from, List<Address> to) {
        public Mail {
            to = List.copyOf(to);
            if (to.isEmpty()) throw new IllegalArgumentException("nobody to write to");
        }
    }
}
