package org.sternpost.engine.rollout;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.trust.Failure;

/// What the guard is told besides the counts.
final class KnownFacts {

    private final RolloutDomains domains;
    private final Traffic traffic;
    private final Time time;
    private final Map<String, Failure> ours = new ConcurrentHashMap<>(); // met by the latest mail of a share
    private final Map<String, Instant> ready = new ConcurrentHashMap<>();

    KnownFacts(RolloutDomains domains, Traffic traffic, Time time) {
        this.domains = domains;
        this.traffic = traffic;
        this.time = time;
    }

    interface Awaited {
        AwaitedDomains ask() throws IOException;
    }

    Guard.Facts of(Rollout rollout, Awaited asked) {
        return new Guard.Facts() {
            @Override
            public Optional<Failure> ours() { return Optional.ofNullable(ours.get(rollout.id())); }

            @Override
            public boolean isUnderWay() {
                Instant now = time.instant();
                Instant since = ready.computeIfAbsent(rollout.id(), _ -> now);
                var share = domains.share(rollout);
                return share.isPresent() && traffic.underWaySince(rollout.connector(),
                        domain -> share.get().covers(rollout.connector(), domain), now)
                        .filter(oldest -> !oldest.isAfter(since)).isPresent();
            }

            @Override
            public AwaitedDomains awaited() throws IOException { return asked.ask(); }
        };
    }

    /// What the latest mail of its share has met.
    void note(Rollout rollout, Optional<Failure> outage) {
        outage.ifPresentOrElse(why -> ours.put(rollout.id(), why), () -> ours.remove(rollout.id()));
    }

    /// With each step.
    void forget(Rollout rollout) {
        ready.remove(rollout.id());
        if (!rollout.isOpen()) ours.remove(rollout.id());
    }
}
