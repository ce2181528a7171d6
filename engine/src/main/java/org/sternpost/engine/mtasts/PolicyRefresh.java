package org.sternpost.engine.mtasts;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.sternpost.engine.dns.ProofLog;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.Policy.HeldPolicy;
import org.sternpost.engine.mtasts.PolicyLookup.StsLookup;
import org.sternpost.engine.mtasts.PolicyLookup.StsLookup.Trouble;
import org.sternpost.engine.net.BoundedParallel;
import org.sternpost.engine.time.Time;

/// Keeps the policies held from running out: each is fetched again well before, and operators hear of it when that
/// fails (RFC 8461 §3.3). Whoever could keep us from fetching for longer than a policy lives would take its protection
/// away (RFC 8461 §10.2).
public final class PolicyRefresh {

    private static final System.Logger LOG = System.getLogger(PolicyRefresh.class.getName());
    private static final int AT_ONCE_MAX = 16; // policy hosts asked at the same time
    private static final Duration PAUSE_MIN = Duration.ofMinutes(5); // however short a policy lives; RFC 8461 §3.3
    private static final Duration PAUSE_MAX = Duration.ofHours(1); // after a failure
    private static final int TRIES = 16; // in what is left of a policy's life

    private final MtaSts policies;
    private final PolicyStore store;
    private final Time time;
    private final Map<Domain, Failed> failed = new ConcurrentHashMap<>();

    /// A refresh that failed.
    ///
    /// @param since  of the policy that could not be renewed
    /// @param warned operators were told that it runs out
    private record Failed(Instant since, Instant next, boolean warned) {}

    public PolicyRefresh(MtaSts policies, PolicyStore store, Time time) {
        this.policies = policies;
        this.store = store;
        this.time = time;
    }

    /// When a policy is looked at next without mail asking for it.
    public Instant next(HeldPolicy held) {
        Failed earlier = failed.get(held.domain());
        if (earlier != null && earlier.since().equals(held.fetched())) return earlier.next();
        Instant soonest = held.fetched().plus(PAUSE_MIN);
        return held.due().isBefore(soonest) ? soonest : held.due();
    }

    /// Fetches again what is due and forgets what is over; called every few seconds.
    ///
    /// @return how many were looked at
    public int look() throws InterruptedException {
        Instant now = time.instant();
        Instant aged = time.ages().now(); // what a clock that was set makes invalid is so again once it is set right
        var due = new ArrayList<HeldPolicy>();
        for (HeldPolicy held : store.all())
            if (!held.isValid(aged)) forget(held);
            else if (!now.isBefore(next(held))) due.add(held);
        // What runs out first comes first.
        due.sort(Comparator.comparing(HeldPolicy::expires));
        BoundedParallel.each(due, AT_ONCE_MAX, "sts-refresh", this::refresh);
        Set<Domain> known = store.all().stream().map(HeldPolicy::domain).collect(Collectors.toSet());
        failed.keySet().retainAll(known);
        return due.size();
    }

    private void refresh(HeldPolicy held) {
        StsLookup found = policies.of(held.domain(), new ProofLog());
        Optional<HeldPolicy> after = store.find(held.domain());
        if (after.isEmpty() || after.get().fetched().isAfter(held.fetched())) {
            failed.remove(held.domain());
            return;
        }
        Instant now = time.instant();
        Failed earlier = failed.get(held.domain());
        boolean first = earlier == null || !earlier.since().equals(held.fetched());
        boolean runsOut = held.isRunningOut(now);
        boolean warned = !first && earlier != null && earlier.warned();
        failed.put(held.domain(), new Failed(held.fetched(), now.plus(pause(held, now)), warned || runsOut));
        String why = found.troubles().stream().map(Trouble::sentence).findFirst().orElse("");
        // RFC 8461 §3.3: administrators are told of a refresh that fails, unless the mode is none.
        if (held.policy().mode() == Policy.Mode.None) return;
        if (runsOut && !warned) log("event=sts-policy-runs-out", held, why);
        else if (first) log("event=sts-refresh-failed", held, why);
    }

    private static Duration pause(HeldPolicy held, Instant now) {
        Duration share = Duration.between(now, held.expires()).dividedBy(TRIES);
        return Collections.max(List.of(PAUSE_MIN, Collections.min(List.of(share, PAUSE_MAX))));
    }

    private void forget(HeldPolicy held) {
        store.forget(held.domain());
        if (held.policy().mode() != Policy.Mode.None)
            log("event=sts-policy-ran-out", held, "it could not be renewed in time");
    }

    private static void log(String event, HeldPolicy held, String why) {
        LOG.log(Level.WARNING, "{0} domain={1} id={2} mode={3} expires={4} why=\"{5}\"", event, held.domain(),
                held.id(),
                held.policy().mode().word(), held.expires(), why);
    }
}
