package org.sternpost.engine.trust;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.sternpost.engine.dns.ProofStep;

/// A judgement with its whole chain of proof: every question asked, in order, and what followed from each answer.
///
/// @param route what was asked about the domain
/// @param hosts what was asked about each host, by its name
public record Explained(JudgedRoute destination, List<ProofStep> route, Map<String, List<ProofStep>> hosts) {
    public Explained {
        route = List.copyOf(route);
        hosts = Collections.unmodifiableMap(new LinkedHashMap<>(hosts));
    }

    /// All steps, the domain's first.
    public List<ProofStep> steps() {
        return Stream.concat(route.stream(), hosts.values().stream().flatMap(List::stream)).toList();
    }
}
