package org.sternpost.engine.trust;

import java.util.List;
import org.sternpost.engine.dns.Step;

/// A judgement with its whole chain of proof: every question asked, in order, and what followed from each answer.
public record Explained(Destination destination, List<Step> steps) {
    public Explained { steps = List.copyOf(steps); }
}
