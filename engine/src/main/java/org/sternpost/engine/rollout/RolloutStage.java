package org.sternpost.engine.rollout;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sternpost.engine.mail.Domain;

/// What became of the domains that a stage of a rollout holds.
public record RolloutStage(Map<Domain, State> domains) {

    /// Of one domain since the stage began, or of all stages.
    public enum State {
        /// The latest message that told of validation passed it.
        Proven,
        /// The latest message that told of validation failed it.
        Failing,
        /// There was mail, but it told nothing: the receiver refused or deferred it, or the trouble was ours.
        Unproven,
        /// There was no mail.
        Quiet
    }

    private static final int NAMED_MAX = 10;

    public RolloutStage { domains = Map.copyOf(domains); }

    /// By name.
    public List<Domain> in(State state) {
        return domains.entrySet().stream().filter(entry -> entry.getValue() == state).map(Map.Entry::getKey)
                .sorted(Comparator.naturalOrder()).toList();
    }

    /// `3 domains proven; no mail to a.example, b.example`
    String words() {
        var words = new StringBuilder(counted(in(State.Proven).size()) + " proven");
        add(words, "; failing, and left out by an exception or another route: ", in(State.Failing));
        add(words, "; unproven: ", in(State.Unproven));
        add(words, "; no mail to ", in(State.Quiet));
        return words.toString();
    }

    static String names(List<Domain> domains) {
        String first = String.join(", ", domains.stream().limit(NAMED_MAX).map(Domain::ascii).toList());
        return domains.size() <= NAMED_MAX ? first : first + " and " + (domains.size() - NAMED_MAX) + " more";
    }

    /// The same with the domains of which nothing was heard.
    RolloutStage with(Iterable<Domain> held) {
        var all = new TreeMap<Domain, State>(domains);
        held.forEach(domain -> all.putIfAbsent(domain, State.Quiet));
        return new RolloutStage(all);
    }

    private static String counted(int domains) { return domains == 1 ? "1 domain" : domains + " domains"; }

    private static void add(StringBuilder words, String head, List<Domain> domains) {
        if (!domains.isEmpty()) words.append(head).append(names(domains));
    }
}
