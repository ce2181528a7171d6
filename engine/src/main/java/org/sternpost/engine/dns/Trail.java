package org.sternpost.engine.dns;

import java.util.ArrayList;
import java.util.List;

/// Collects the steps of a proof while it is made, so that what is shown is what was decided. One thread's.
public final class Trail {

    private static final int STEPS_MAX = 1_000;

    private final List<Step> steps = new ArrayList<>();

    /// Records a question to the DNS.
    public void dns(Question question, Answer answer, String rule, String conclusion) {
        add(new Step(question.toString(), answer.statusWord(), answer.text(), rule, conclusion));
    }

    /// Records anything else.
    public void add(Step step) { if (steps.size() < STEPS_MAX) steps.add(step); }

    /// The steps so far, in order.
    public List<Step> steps() { return List.copyOf(steps); }
}
