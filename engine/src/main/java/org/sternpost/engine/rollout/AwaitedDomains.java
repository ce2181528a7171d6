package org.sternpost.engine.rollout;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.sternpost.engine.mail.Domain;

/// Domains whose mail must pass before a rollout ends (docs/rollout.md#the-end).
///
/// @param failing  the latest mail to them failed validation
/// @param unproven they had mail before, and what they had in the rollout told nothing
/// @param owed     they had no mail in the rollout, and the last before it would have failed
record AwaitedDomains(List<Domain> failing, List<Domain> unproven, List<Domain> owed) {

    static final AwaitedDomains NONE = new AwaitedDomains(List.of(), List.of(), List.of());

    boolean isEmpty() { return failing.isEmpty() && unproven.isEmpty() && owed.isEmpty(); }

    /// Why it waits, and what can be done about it.
    String words() {
        var why = new ArrayList<String>();
        if (!failing.isEmpty())
            why.add("the latest mail to " + RolloutStage.names(failing)
                    + " failed validation (New-PartnerNotice writes to who can mend it)");
        if (!unproven.isEmpty())
            why.add("mail to " + RolloutStage.names(unproven) + " has told nothing, for it was put off or refused for "
                    + "other reasons (Get-MessageTrace)");
        if (!owed.isEmpty())
            why.add("no mail yet to " + RolloutStage.names(owed) + ", which would have failed when it was last seen");
        return Stream.concat(why.stream(), Stream.of("an exception takes a domain out"))
                .reduce((one, next) -> one + "; " + next).orElseThrow();
    }
}
