package org.sternpost.engine.delivery;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.evidence.Counters.Count;
import org.sternpost.engine.evidence.Counters.Kind;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.trust.Failure;

/// An attempt as reports count it.
public final class Tally {

    private Tally() {}

    /// One count for each recipient, to be kept in the transaction that settles the attempt.
    public static List<Count> of(Consignment mail, Attempt attempt, Instant at) {
        LocalDate day = LocalDate.ofInstant(at, ZoneOffset.UTC);
        var counts = new ArrayList<Count>();
        for (Outcome outcome : attempt.outcomes().values())
            counts.add(switch (outcome) {
                case Outcome.Delivered done ->
                    count(mail, day, Kind.Delivered, done.wouldHaveFailed(), done.level());
                case Outcome.Deferred wait -> count(mail, day, Kind.Deferred, wait.failure(), Level.None);
                case Outcome.Failed never -> count(mail, day, Kind.Failed, never.failure(), Level.None);
            });
        return List.copyOf(counts);
    }

    private static Count count(Consignment mail, LocalDate day, Kind kind, Optional<Failure> why, Level level) {
        return new Count(day, mail.connector().name(), mail.domain(), kind,
                why.map(failure -> failure.reason().token()).orElse(""), level, 1);
    }
}
