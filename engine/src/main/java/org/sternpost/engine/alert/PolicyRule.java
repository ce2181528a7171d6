package org.sternpost.engine.alert;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sternpost.engine.alert.Alert.Subject;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.HeldPolicies;
import org.sternpost.engine.mtasts.MtaSts.Noted;
import org.sternpost.engine.mtasts.Policy.HeldPolicy;
import org.sternpost.engine.mtasts.Policy;
import org.sternpost.engine.mtasts.PolicyLookup.StsLookup;
import org.sternpost.engine.trust.Reason.Owner;

/// A policy that protects mail and cannot be fetched again, with less than a quarter of its life left: who could keep
/// us from it for that long would take its protection away (docs/alerts.md#policy).
final class PolicyRule implements AlertRule {

    private static final Duration OPEN_MAX = Duration.ofDays(30); // of one that ran out, and nobody writes there

    private final HeldPolicies policies;

    PolicyRule(HeldPolicies policies) { this.policies = policies; }

    @Override
    public Alert.Kind kind() { return Alert.Kind.PolicyEnding; }

    @Override
    public Look look(Instant now, List<Alert> open) {
        var found = new ArrayList<Finding>();
        for (HeldPolicy held : policies.all()) {
            if (held.policy().mode() != Policy.Mode.Enforce || !held.isRunningOut(now)) continue;
            Optional<Noted> noted = policies.trouble(held.domain()).filter(one -> one.at().isAfter(held.fetched()));
            // Of one that nobody has tried to fetch yet, as after a pause of this engine, nothing is known.
            noted.ifPresent(one -> found.add(new Finding(Subject.ofDomain(held.domain().ascii()), now,
                    words(held, one.trouble()))));
        }
        var over = new HashSet<Subject>(Look.all(found, open).over());
        for (Alert one : open)
            // Gone is no end of it: mail to the domain goes without what it had promised.
            if (one.since().isAfter(now.minus(OPEN_MAX)) && policies.find(new Domain(one.subject().domain())).isEmpty())
                over.remove(one.subject());
        return new Look(found, Set.copyOf(over));
    }

    private static Alert.Words words(HeldPolicy held, StsLookup.Trouble trouble) {
        boolean ours = trouble.kind() == StsLookup.Kind.Local;
        return new Alert.Words("the MTA-STS policy of " + held.domain() + " ends at " + held.expires()
                + " and cannot be fetched again: " + trouble.sentence(),
                ours
                        ? "see that this gateway reaches DNS and HTTPS: Test-Resolver, Update-StsPolicy "
                                + held.domain()
                        : "Update-StsPolicy " + held.domain() + " tries again; write to its postmaster",
                ours ? Owner.OURS : Owner.RECIPIENT);
    }
}
