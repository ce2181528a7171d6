package org.sternpost.engine.dns;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Collects the steps of a proof while it is made, so that what is shown is what was decided. One thread's.
public final class ProofLog {

    private static final int STEPS_MAX = 1_000;

    private final List<ProofStep> steps = new ArrayList<>();
    private final Map<Question, Answer> answers = new HashMap<>();
    private final Map<String, ProofLog> branches = new LinkedHashMap<>();
    private Instant until = Instant.MAX;

    /// Records a question to the DNS.
    public void dns(Question question, Answer answer, String rule, String conclusion) {
        if (answers.size() < STEPS_MAX) answers.put(question, answer);
        add(new ProofStep.Asked(question, answer, rule, conclusion));
    }

    /// What was answered last to a question of this log, without its branches.
    public Optional<Answer> answer(Question question) { return Optional.ofNullable(answers.get(question)); }

    /// Records anything else.
    public void add(ProofStep step) { if (steps.size() < STEPS_MAX) steps.add(step); }

    /// Notes that something on the way holds no longer than that; [Instant#MIN] for what may be otherwise at once.
    public void holdsUntil(Instant end) { if (end.isBefore(until)) until = end; }

    /// When the first thing that it rests on ends, of its branches too.
    public Instant until() {
        return branches.values().stream().map(ProofLog::until).filter(end -> end.isBefore(until))
                .min(Comparator.naturalOrder()).orElse(until);
    }

    /// The log of one subject on the way, such as a mail host; the same one for the same subject.
    public ProofLog branch(String subject) { return branches.computeIfAbsent(subject, _ -> new ProofLog()); }

    /// The branches so far, in the order in which they began.
    public Map<String, List<ProofStep>> branches() {
        var all = new LinkedHashMap<String, List<ProofStep>>();
        branches.forEach((subject, proof) -> all.put(subject, proof.steps()));
        return all;
    }

    /// The steps so far, in order, without those of branches.
    public List<ProofStep> steps() { return List.copyOf(steps); }

    /// One link of a proof: what was learned, and what follows by which rule.
    public sealed interface ProofStep {

        /// The section that decides, `RFC 7672 §2.2.2`.
        String rule();

        /// What follows, in one sentence.
        String conclusion();

        /// A question to the DNS.
        record Asked(Question question, Answer answer, String rule, String conclusion) implements ProofStep {}

        /// A policy of MTA-STS beyond its record.
        ///
        /// @param where the address of its file, or whose policy it is
        /// @param said  the file, what the policy says, or why there is none
        record Policy(Source source, String where, String said, String rule, String conclusion) implements ProofStep {}

        /// Where a policy comes from.
        enum Source {
            Fetched, Held,
            /// It could not be had.
            Failed
        }
    }
}
