package org.sternpost.engine.control;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.config.Settings;

/// How much must have been judged before a connector counts as ready, and for how long a domain that failed must have
/// passed before it stands in nobody's way (docs/transport-security.md#readiness).
public record MinimumEvidence(int messages, int domains, int days) {

    private static final Duration WEEK = Duration.ofDays(7); // of one that differs from others in its mail

    /// As an administrator has set it.
    public static MinimumEvidence of(Settings.Readiness set) {
        return new MinimumEvidence(set.minMessages(), set.minDomains(), set.minDays());
    }

    /// How far back one looks where nobody says so: far enough for what spans its days.
    Duration window() {
        Duration twice = Duration.ofDays(2L * days);
        return twice.compareTo(WEEK) > 0 ? twice : WEEK;
    }

    /// What is not enough, in words; empty where all of it is.
    ///
    /// @param span between the first and the last judgement
    List<String> lacking(long judged, long domainsSeen, Duration span) {
        var lacking = new ArrayList<String>();
        if (judged < messages) lacking.add(judged + " of at least " + messages + " messages were judged");
        if (domainsSeen < domains)
            lacking.add("mail to " + domainsSeen + " of at least " + domains + " domains was judged");
        if (span.compareTo(Duration.ofDays(days)) < 0)
            lacking.add(
                    "what was judged spans " + words(span) + ", and at least " + days + (days == 1 ? " day" : " days")
                            + " is wanted");
        return lacking;
    }

    /// True of a domain that failed and is repaired: mail has passed since, and nothing has failed for long enough.
    boolean isRepaired(Optional<Instant> passesSince, long passed, Instant now) {
        return passed > 0 && passesSince.filter(since -> !since.plus(Duration.ofDays(days)).isAfter(now)).isPresent();
    }

    private static String words(Duration span) {
        return span.toDays() > 0
                ? span.toDays() + " d " + span.toHoursPart() + " h"
                : span.toHours() + " h " + span.toMinutesPart() + " min";
    }
}
