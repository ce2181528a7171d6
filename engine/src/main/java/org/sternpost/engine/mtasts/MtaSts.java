package org.sternpost.engine.mtasts;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.Question;
import org.sternpost.engine.dns.Rdata;
import org.sternpost.engine.dns.RecordType;
import org.sternpost.engine.dns.Resolver;
import org.sternpost.engine.dns.Step;
import org.sternpost.engine.dns.Trail;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.StsLookup.Kind;
import org.sternpost.engine.mtasts.StsLookup.Trouble;
import org.sternpost.engine.time.Time;

/// Finds the policy that applies to a domain now: the one held, or a newer one (RFC 8461 §3.3).
public final class MtaSts implements PolicyLookup {

    private static final Duration BACK_OFF = Duration.ofMinutes(5); // RFC 8461 §3.3
    private static final int FAILURES_MAX = 10_000;
    private static final int LOCKS = 256;

    private final Resolver resolver;
    private final PolicyFetch fetch;
    private final PolicyStore store;
    private final Time time;
    /// One fetch at a time per domain: neighbours wait for its result instead of asking too.
    private final List<ReentrantLock> locks = IntStream.range(0, LOCKS).mapToObj(_ -> new ReentrantLock()).toList();
    private final Map<Attempt, Failure> failures = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Attempt, Failure> eldest) { return size() > FAILURES_MAX; }
    };

    private record Attempt(Domain domain, String id) {}

    private record Failure(Instant until, PolicyFetch.Fetched.Failed why) {}

    public MtaSts(Resolver resolver, PolicyFetch fetch, PolicyStore store, Time time) {
        this.resolver = resolver;
        this.fetch = fetch;
        this.store = store;
        this.time = time;
    }

    @Override
    public StsLookup of(Domain domain, Trail trail) { return lookup(domain, trail, false); }

    /// Looks for a newer policy whatever its age, as is due before a permanent failure (RFC 8461 §5.1).
    public StsLookup renew(Domain domain, Trail trail) { return lookup(domain, trail, true); }

    /// Fetches again every policy held that is due; for a job that runs a few times a day (RFC 8461 §10.2).
    ///
    /// @return how many were looked at
    public int refreshDue() {
        int looked = 0;
        for (HeldPolicy held : store.all()) {
            Instant now = time.instant();
            if (!held.isValid(now)) store.forget(held.domain());
            else if (held.isDue(now)) {
                lookup(held.domain(), new Trail(), false);
                looked++;
            }
        }
        return looked;
    }

    private StsLookup lookup(Domain domain, Trail trail, boolean anew) {
        Question question;
        try {
            question = new Question(Domain.of("_mta-sts." + domain.ascii()), RecordType.TXT);
        } catch (IllegalArgumentException tooLong) {
            return new StsLookup.None("_mta-sts." + domain + " is too long for a name", List.of());
        }
        Answer answer = resolver.ask(question);
        return switch (answer) {
            case Answer.Found found -> switch (PolicyRecord.of(
                    found.of(Rdata.Text.class).stream().map(Rdata.Text::joined).toList())) {
                case PolicyRecord.Id(var id) -> {
                    trail.dns(question, answer, "RFC 8461 §3.1", "A policy exists; its id is " + id + ".");
                    yield withId(domain, id, trail, anew);
                }
                case PolicyRecord.None none -> {
                    trail.dns(question, answer, "RFC 8461 §3.1", "No usable record: " + none.why() + ".");
                    yield withoutId(domain, question + ": " + none.why(), none.broken()
                            ? Optional.of(Kind.Record)
                            : Optional.empty(), trail);
                }
            };
            case Answer.NoData _,Answer.NoSuchName _ -> {
                trail.dns(question, answer, "RFC 8461 §3.1", "The domain publishes no policy now.");
                yield withoutId(domain, domain + " publishes no MTA-STS policy", Optional.empty(), trail);
            }
            case Answer.Failed failed -> {
                trail.dns(question, answer, "RFC 8461 §3.3", "The record cannot be read now.");
                yield withoutId(domain, question + " failed: " + failed.why(), Optional.of(Kind.Record), trail);
            }
        };
    }

    /// RFC 8461 §3.3: a valid cached policy applies whatever becomes of the record.
    private StsLookup withoutId(Domain domain, String why, Optional<Kind> trouble, Trail trail) {
        Optional<HeldPolicy> held = valid(domain);
        if (held.isPresent())
            return applied(held.get(), List.of(new Trouble(Kind.PossibleDowngrade, why
                    + "; yet the policy fetched at " + held.get().fetched() + " applies until " + held.get().expires()
                    + " (possible downgrade, RFC 8461 §10.2)")), "RFC 8461 §3.3", trail);
        return new StsLookup.None(why, trouble.map(kind -> new Trouble(kind, why)).stream().toList());
    }

    private StsLookup withId(Domain domain, String id, Trail trail, boolean anew) {
        if (!anew) {
            Optional<HeldPolicy> fresh = valid(domain).filter(held -> isFresh(held, id));
            if (fresh.isPresent()) return applied(fresh.get(), List.of(), "RFC 8461 §3.3", trail);
        }
        ReentrantLock lock = locks.get(Math.floorMod(domain.hashCode(), LOCKS));
        lock.lock();
        try {
            Optional<HeldPolicy> held = valid(domain);
            if (!anew && held.isPresent() && isFresh(held.get(), id))
                return applied(held.get(), List.of(), "RFC 8461 §3.3", trail);
            return switch (fetchUnlessBackingOff(new Attempt(domain, id))) {
                case PolicyFetch.Fetched.Policy(var policy, var body) -> {
                    var fetched = new HeldPolicy(domain, id, time.instant(), body, policy);
                    trail.add(new Step(PolicyFetch.url(domain), "Fetched", body, "RFC 8461 §3.2",
                            "Mode " + policy.mode().word() + ", to be kept until " + fetched.expires() + "."));
                    store.keep(fetched);
                    yield applied(fetched, List.of(), "RFC 8461 §5", trail);
                }
                case PolicyFetch.Fetched.Failed failed -> failed(domain, id, held, failed, trail);
            };
        } finally {
            lock.unlock();
        }
    }

    private StsLookup failed(Domain domain, String id, Optional<HeldPolicy> held, PolicyFetch.Fetched.Failed failed,
            Trail trail) {
        var troubles = new ArrayList<>(List.of(new Trouble(failed.kind(), PolicyFetch.url(domain) + " (id " + id
                + "): " + failed.why())));
        trail.add(new Step(PolicyFetch.url(domain), "Failed", failed.why(), "RFC 8461 §3.3", held.isPresent()
                ? "The policy held stays in force."
                : "No policy can be applied."));
        if (held.isEmpty())
            return new StsLookup.None("the MTA-STS policy of " + domain + " cannot be fetched", troubles);
        if (held.get().isRunningOut(time.instant()))
            troubles.add(new Trouble(Kind.RunningOut, "the policy of " + domain + " (id " + held.get().id()
                    + ") runs out at " + held.get().expires() + " and cannot be renewed"));
        // RFC 8461 §3.3: a failed fetch of a new policy leaves the old one in force.
        return applied(held.get(), troubles, "RFC 8461 §3.3", trail);
    }

    private StsLookup applied(HeldPolicy held, List<Trouble> troubles, String rule, Trail trail) {
        Policy policy = held.policy();
        trail.add(new Step("policy of " + held.domain(), "Held", "id " + held.id() + ", mode " + policy.mode().word()
                + ", mx " + policy.mx() + ", fetched " + held.fetched(), rule, switch (policy.mode()) {
                    case Enforce -> "Only hosts it lists may get the mail, over TLS with a valid certificate.";
                    case Testing -> "Judged in full and reported; blocks nothing.";
                    case None -> "The domain asks for nothing.";
                }));
        return switch (policy.mode()) {
            case Enforce, Testing -> new StsLookup.Held(held, troubles);
            // RFC 8461 §8.3: mode none takes a policy back; that its host is then gone is no trouble.
            case None -> new StsLookup.None("the policy of " + held.domain() + " has mode none", List.of());
        };
    }

    private Optional<HeldPolicy> valid(Domain domain) {
        return store.find(domain).filter(held -> held.isValid(time.instant()));
    }

    private boolean isFresh(HeldPolicy held, String id) { return held.id().equals(id) && !held.isDue(time.instant()); }

    private PolicyFetch.Fetched fetchUnlessBackingOff(Attempt attempt) {
        synchronized (failures) {
            Failure earlier = failures.get(attempt);
            if (earlier != null && time.instant().isBefore(earlier.until())) return earlier.why();
        }
        PolicyFetch.Fetched fetched = fetch.of(attempt.domain());
        synchronized (failures) {
            failures.remove(attempt);
            if (fetched instanceof PolicyFetch.Fetched.Failed failed)
                failures.put(attempt, new Failure(time.instant().plus(BACK_OFF), failed));
        }
        return fetched;
    }
}
