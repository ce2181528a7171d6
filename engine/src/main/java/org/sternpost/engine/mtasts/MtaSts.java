package org.sternpost.engine.mtasts;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.ProofLog;
import org.sternpost.engine.dns.ProofLog.ProofStep;
import org.sternpost.engine.dns.ProofLog.ProofStep.Source;
import org.sternpost.engine.dns.Question;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.dns.Rdata;
import org.sternpost.engine.dns.Resolver;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.Policy.HeldPolicy;
import org.sternpost.engine.mtasts.PolicyLookup.StsLookup;
import org.sternpost.engine.mtasts.PolicyLookup.StsLookup.Kind;
import org.sternpost.engine.mtasts.PolicyLookup.StsLookup.Trouble;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.time.Time;

/// Finds the policy that applies to a domain now: the one held, or a newer one (RFC 8461 §3.3).
public final class MtaSts implements PolicyLookup {

    private static final Duration BACK_OFF = Duration.ofMinutes(5); // RFC 8461 §3.3
    private static final int FAILURES_MAX = 10_000;
    private static final int TROUBLES_MAX = 10_000;

    private final Resolver resolver;
    private final PolicyFetch fetch;
    private final PolicyStore store;
    private final Time time;
    /// One fetch at a time per domain: its neighbours wait for the result instead of asking too, nobody else waits.
    private final Map<Domain, ReentrantLock> underWay = new ConcurrentHashMap<>();
    private final Map<Attempt, Failure> failures = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Attempt, Failure> eldest) { return size() > FAILURES_MAX; }
    };

    private final Map<Domain, Noted> troubles = new ConcurrentHashMap<>();

    /// What was odd about a domain's policy when it was last looked for.
    public record Noted(Instant at, Trouble trouble) {}

    /// How much is done to learn of a newer policy.
    private enum FetchPolicy {
        /// What is held and fresh is enough.
        IfDue,
        /// It is fetched anew, unless that has just failed.
        Anew,
        /// It is fetched anew in any case.
        Regardless
    }

    private record Attempt(Domain domain, String id) {}

    private record Failure(Instant until, PolicyFetch.Fetched.Failed why) {}

    public MtaSts(Resolver resolver, PolicyFetch fetch, PolicyStore store, Time time) {
        this.resolver = resolver;
        this.fetch = fetch;
        this.store = store;
        this.time = time;
    }

    /// Where a domain announces its policy (RFC 8461 §3.1); empty when that is too long for a name.
    public static Optional<Question> question(Domain domain) {
        try {
            return Optional.of(new Question(new Domain("_mta-sts." + domain.ascii()), RecordType.TXT));
        } catch (IllegalArgumentException tooLong) {
            return Optional.empty();
        }
    }

    @Override
    public StsLookup of(Domain domain, ProofLog proof) {
        StsLookup found = noted(domain, lookup(domain, proof, FetchPolicy.IfDue));
        // What is odd is looked at each time, so that it is known when it ends.
        if (!found.troubles().isEmpty()) proof.holdsUntil(Instant.MIN);
        return found;
    }

    @Override
    public Optional<HeldPolicy> held(Domain domain) { return store.find(domain); }

    /// Fetches anew whatever is held and even if that has just failed, because an operator asks for it.
    public StsLookup renew(Domain domain, ProofLog log) {
        return noted(domain, lookup(domain, log, FetchPolicy.Regardless));
    }

    @Override
    public boolean changed(Domain domain) {
        Optional<HeldPolicy> before = valid(domain);
        // The attempt that has just failed was judged by this one.
        if (before.filter(held -> time.instant().isBefore(held.fetched().plus(BACK_OFF))).isPresent()) return false;
        noted(domain, lookup(domain, new ProofLog(), FetchPolicy.Anew));
        return !before.map(HeldPolicy::policy).equals(valid(domain).map(HeldPolicy::policy));
    }

    /// What was odd when the domain was last looked at; empty when nothing was, or since a restart.
    public Optional<Noted> trouble(Domain domain) { return Optional.ofNullable(troubles.get(domain)); }

    /// Forgets a policy and that its fetch has failed, so that the next mail looks for it anew.
    ///
    /// @param alongside work of the same transaction
    /// @return false if none is held (any more); then nothing is written
    boolean forget(Domain domain, Function<HeldPolicy, Database.Work<?>> alongside) throws IOException {
        if (!store.forget(domain, alongside)) return false;
        troubles.remove(domain);
        synchronized (failures) {
            failures.keySet().removeIf(attempt -> attempt.domain().equals(domain));
        }
        return true;
    }

    private StsLookup noted(Domain domain, StsLookup found) {
        if (found.troubles().isEmpty()) troubles.remove(domain);
        else if (troubles.size() < TROUBLES_MAX || troubles.containsKey(domain))
            troubles.put(domain, new Noted(time.instant(), found.troubles().getFirst()));
        return found;
    }

    private StsLookup lookup(Domain domain, ProofLog proof, FetchPolicy fetching) {
        Optional<Question> record = question(domain);
        if (record.isEmpty()) return new StsLookup.None("_mta-sts." + domain + " is too long for a name", List.of());
        Question question = record.get();
        Answer answer = resolver.ask(question, proof);
        return switch (answer) {
            case Answer.Found found -> switch (PolicyRecord.of(
                    found.of(Rdata.Text.class).stream().map(Rdata.Text::joined).toList())) {
                case PolicyRecord.Id(var id) -> {
                    proof.dns(question, answer, "RFC 8461 §3.1", "A policy exists; its id is " + id + ".");
                    yield withId(domain, id, proof, fetching);
                }
                case PolicyRecord.None none -> {
                    proof.dns(question, answer, "RFC 8461 §3.1", "No usable record: " + none.why() + ".");
                    yield withoutId(domain, question + ": " + none.why(), none.broken()
                            ? Optional.of(Kind.Record)
                            : Optional.empty(), proof);
                }
            };
            case Answer.NoData _,Answer.NoSuchName _ -> {
                proof.dns(question, answer, "RFC 8461 §3.1", "The domain publishes no policy now.");
                yield withoutId(domain, domain + " publishes no MTA-STS policy", Optional.empty(), proof);
            }
            case Answer.Failed failed -> {
                proof.dns(question, answer, "RFC 8461 §3.3", "The record cannot be read now.");
                yield withoutId(domain, question + " failed: " + failed.why(),
                        Optional.of(failed.kind().isOurs() ? Kind.Local : Kind.Lookup), proof);
            }
        };
    }

    /// RFC 8461 §3.3: a valid cached policy applies whatever becomes of the record.
    private StsLookup withoutId(Domain domain, String why, Optional<Kind> trouble, ProofLog proof) {
        Optional<HeldPolicy> held = valid(domain);
        if (held.isPresent()) {
            // Our own trouble hides no record.
            Kind kind = trouble.filter(Kind.Local::equals).orElse(Kind.PossibleDowngrade);
            var troubles = new ArrayList<>(List.of(new Trouble(kind, why
                    + "; yet the policy fetched at " + held.get().fetched() + " applies until " + held.get().expires()
                    + (kind == Kind.Local ? "" : " (possible downgrade, RFC 8461 §10.2)"))));
            runningOut(held.get()).ifPresent(troubles::add);
            return applied(held.get(), troubles, "RFC 8461 §3.3", proof);
        }
        // docs/transport-security.md#sts-record-unreadable: only Mandatory holds mail back then.
        return new StsLookup.None(why, trouble.map(kind -> new Trouble(kind, why)).stream().toList());
    }

    private StsLookup withId(Domain domain, String id, ProofLog proof, FetchPolicy fetching) {
        if (fetching == FetchPolicy.IfDue) {
            Optional<HeldPolicy> fresh = valid(domain).filter(held -> isFresh(held, id));
            if (fresh.isPresent()) return applied(fresh.get(), List.of(), "RFC 8461 §3.3", proof);
        }
        ReentrantLock lock = underWay.computeIfAbsent(domain, _ -> new ReentrantLock());
        lock.lock();
        try {
            Optional<HeldPolicy> held = valid(domain);
            if (fetching == FetchPolicy.IfDue && held.isPresent() && isFresh(held.get(), id))
                return applied(held.get(), List.of(), "RFC 8461 §3.3", proof);
            return switch (fetched(new Attempt(domain, id), fetching)) {
                case PolicyFetch.Fetched.Policy(var policy, var body) -> {
                    var fetched = new HeldPolicy(domain, id, time.instant(), body, policy);
                    proof.add(new ProofStep.Policy(Source.Fetched, PolicyFetch.url(domain), body, "RFC 8461 §3.2",
                            "Mode " + policy.mode().word() + ", to be kept until " + second(fetched.expires()) + "."));
                    store.keep(fetched);
                    yield applied(fetched, List.of(), "RFC 8461 §5", proof);
                }
                case PolicyFetch.Fetched.Failed failed -> failed(domain, id, held, failed, proof);
            };
        } finally {
            // Who took the lock but does not wait for it yet may fetch once more, at worst.
            if (!lock.hasQueuedThreads()) underWay.remove(domain, lock);
            lock.unlock();
        }
    }

    private StsLookup failed(Domain domain, String id, Optional<HeldPolicy> held, PolicyFetch.Fetched.Failed failed,
            ProofLog proof) {
        var troubles = new ArrayList<>(List.of(new Trouble(failed.kind(), PolicyFetch.url(domain) + " (id " + id
                + "): " + failed.why())));
        proof.add(new ProofStep.Policy(Source.Failed, PolicyFetch.url(domain), failed.why(), "RFC 8461 §3.3",
                held.isPresent()
                        ? "The policy held stays in force."
                        : "No policy can be applied."));
        if (held.isEmpty())
            return new StsLookup.None("the MTA-STS policy of " + domain + (failed.kind() == Kind.Invalid
                    ? " was fetched and is not valid"
                    : " is announced and cannot be had"), troubles);
        runningOut(held.get()).ifPresent(troubles::add);
        // RFC 8461 §3.3: a failed fetch of a new policy leaves the old one in force.
        return applied(held.get(), troubles, "RFC 8461 §3.3", proof);
    }

    private Optional<Trouble> runningOut(HeldPolicy held) {
        if (!held.isRunningOut(time.instant())) return Optional.empty();
        return Optional.of(new Trouble(Kind.RunningOut, "the policy of " + held.domain() + " (id " + held.id()
                + ") runs out at " + held.expires() + " and cannot be renewed"));
    }

    private StsLookup applied(HeldPolicy held, List<Trouble> troubles, String rule, ProofLog proof) {
        Policy policy = held.policy();
        proof.holdsUntil(held.due()); // then it is fetched again
        proof.add(new ProofStep.Policy(Source.Held, "policy of " + held.domain(),
                "id " + held.id() + ", mode " + policy.mode().word()
                        + ", mx " + policy.mx() + ", fetched " + second(held.fetched()),
                rule, switch (policy.mode()) {
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

    /// Nobody reads fractions of a second.
    private static Instant second(Instant at) { return at.truncatedTo(ChronoUnit.SECONDS); }

    private Optional<HeldPolicy> valid(Domain domain) {
        return store.find(domain).filter(held -> held.isValid(time.instant()));
    }

    private boolean isFresh(HeldPolicy held, String id) { return held.id().equals(id) && !held.isDue(time.instant()); }

    private PolicyFetch.Fetched fetched(Attempt attempt, FetchPolicy fetching) {
        synchronized (failures) {
            Failure earlier = failures.get(attempt);
            // RFC 8461 §3.3: after a failed fetch senders wait, per domain and id, before they ask again.
            if (fetching != FetchPolicy.Regardless && earlier != null && time.instant().isBefore(earlier.until()))
                return earlier.why();
        }
        PolicyFetch.Fetched fetched = fetch.of(attempt.domain());
        synchronized (failures) {
            failures.remove(attempt);
            // What is our own trouble ends with it, so the next mail looks again.
            if (fetched instanceof PolicyFetch.Fetched.Failed failed && failed.kind() != Kind.Local)
                failures.put(attempt, new Failure(time.instant().plus(BACK_OFF), failed));
        }
        return fetched;
    }

    /// Gets the policy file of a domain from its host (RFC 8461 §3.3).
    @FunctionalInterface
    public interface PolicyFetch {

        Fetched of(Domain domain);

        /// What became of it.
        sealed interface Fetched {

            record Policy(org.sternpost.engine.mtasts.Policy policy, String body) implements Fetched {}

            /// @param kind [StsLookup.Kind#Fetch], `WebPki`, `Invalid` or `Local`
            record Failed(StsLookup.Kind kind, String why) implements Fetched {}
        }

        /// Where the file of a domain is.
        static String url(Domain domain) { return "https://mta-sts." + domain + "/.well-known/mta-sts.txt"; }
    }
}
