package org.sternpost.engine.delivery;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.sternpost.engine.evidence.HostEvidence;

/// What one attempt at one consignment came to: an outcome for every recipient by index, and all evidence on the way.
///
/// @param openings of the sessions that this attempt opened or tried to; those kept from earlier mail are not here
public record Attempt(Map<Integer, Outcome> outcomes, List<HostEvidence> evidence, List<Opening> openings) {
    public Attempt {
        outcomes = Map.copyOf(outcomes);
        evidence = List.copyOf(evidence);
        openings = List.copyOf(openings);
    }

    /// A second try at once: its outcomes count, what both saw is kept.
    Attempt then(Attempt second) {
        return new Attempt(second.outcomes, Stream.concat(evidence.stream(), second.evidence.stream()).toList(),
                Stream.concat(openings.stream(), second.openings.stream()).toList());
    }
}
