package org.sternpost.engine.control;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.control.ManagementException.Kind;
import org.sternpost.engine.control.view.StsPolicyView;
import org.sternpost.engine.control.view.StsUpdateView;
import org.sternpost.engine.dns.ProofLog;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.HeldPolicies;
import org.sternpost.engine.mtasts.Policy.HeldPolicy;
import org.sternpost.engine.mtasts.PolicyLookup.StsLookup;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.time.Time;

/// The MTA-STS policies held, as an operator sees, renews and forgets them.
public final class StsPolicyPlans implements Management.StsPolicyPort {

    private static final int SHOWN_MAX = 20; // lines of a plan that touches many

    private final HeldPolicies policies;
    private final Database database;
    private final Time time;

    public StsPolicyPlans(HeldPolicies policies, Database database, Time time) {
        this.policies = policies;
        this.database = database;
        this.time = time;
    }

    @Override
    public List<StsPolicyView> all(@Nullable Domain domain) throws ManagementException {
        var found = held().stream().filter(held -> domain == null || held.domain().equals(domain)).map(this::view)
                .toList();
        if (domain != null && found.isEmpty()) throw notHeld(domain);
        return found;
    }

    @Override
    public Plan<StsUpdateView> update(@Nullable Domain domain) {
        Instant now = time.instant();
        List<Domain> wanted = domain == null
                ? held().stream().filter(held -> !now.isBefore(policies.next(held))).map(HeldPolicy::domain).toList()
                : List.of(domain);
        var changes = new ArrayList<Plan.Change>();
        for (Domain one : wanted.stream().limit(SHOWN_MAX).toList())
            changes.add(new Plan.Change(one + " fetched",
                    policies.find(one).map(held -> held.fetched().truncatedTo(ChronoUnit.SECONDS).toString())
                            .orElse(""),
                    "now"));
        var warnings = new ArrayList<String>();
        if (wanted.isEmpty()) warnings.add("no policy is due; name a domain to fetch its policy all the same");
        return new Plan<>("Update-StsPolicy", target(domain), changes,
                wanted.size() > SHOWN_MAX ? wanted.size() + " policies" : "", warnings, by -> {
                    var results = new ArrayList<StsUpdateView>();
                    for (Domain one : wanted)
                        results.add(updated(one, by));
                    return results;
                });
    }

    @Override
    public Plan<StsPolicyView> clear(Domain domain) throws ManagementException {
        HeldPolicy seen = policies.find(domain).orElseThrow(() -> notHeld(domain));
        // RFC 8461 §10.2: only the cache stands against somebody who hides the record or the file.
        var warnings = List.of("what is held protects mail to " + domain + " from whoever can hide _mta-sts." + domain
                + " or its policy file; until it is fetched again, nothing does (RFC 8461 §10.2)");
        return new Plan<>("Clear-StsPolicy", target(domain), clearing(seen), "", warnings, by -> {
            try {
                if (!policies.forget(domain, gone -> Audit.entry(time.instant(), by, "Clear-StsPolicy",
                        target(domain), clearing(gone))))
                    throw notHeld(domain);
            } catch (IOException broken) {
                throw Refusal.disk(broken);
            }
            return List.of();
        });
    }

    private static List<Plan.Change> clearing(HeldPolicy gone) {
        return List.of(new Plan.Change("policy", words(gone), ""));
    }

    private static ManagementException notHeld(Domain domain) {
        return new ManagementException(Kind.NotFound, "no MTA-STS policy of " + domain + " is held",
                "Get-StsPolicy lists those that are; Test-MtaSts " + domain + " looks whether there is one");
    }

    private StsUpdateView updated(Domain domain, String by) throws ManagementException {
        Optional<HeldPolicy> before = policies.find(domain);
        StsLookup found = policies.renew(domain, new ProofLog());
        Optional<HeldPolicy> after = policies.find(domain);
        boolean fetched = after.isPresent() && !after.get().fetched().equals(before.map(HeldPolicy::fetched)
                .orElse(Instant.MIN));
        StsUpdateView result = fetched
                ? fetched(before, after.get())
                : new StsUpdateView(domain.ascii(),
                        found.troubles().isEmpty() && after.isEmpty() ? "NoPolicy" : "Failed",
                        after.map(HeldPolicy::id).orElse(""), after.map(StsPolicyPlans::mode).orElse(""),
                        found.troubles().isEmpty() ? none(found) : found.troubles().getFirst().sentence());
        audited(by, "Update-StsPolicy", domain, List.of(new Plan.Change("policy",
                before.map(StsPolicyPlans::words).orElse(""), after.map(StsPolicyPlans::words).orElse(""))));
        return result;
    }

    private static StsUpdateView fetched(Optional<HeldPolicy> before, HeldPolicy after) {
        if (before.isEmpty())
            return new StsUpdateView(after.domain().ascii(), "New", after.id(), mode(after), words(after));
        var changed = new ArrayList<String>();
        differs(changed, "id", before.get().id(), after.id());
        differs(changed, "mode", mode(before.get()), mode(after));
        differs(changed, "mx", mx(before.get()), mx(after));
        differs(changed, "max_age", before.get().policy().maxAge().toSeconds(), after.policy().maxAge().toSeconds());
        return new StsUpdateView(after.domain().ascii(), changed.isEmpty() ? "Unchanged" : "Changed", after.id(),
                mode(after), changed.isEmpty()
                        ? "as before; it is kept until " + end(after)
                        : String.join("; ", changed));
    }

    private static void differs(List<String> changed, String what, Object before, Object after) {
        if (!before.equals(after)) changed.add(what + " " + before + " → " + after);
    }

    private static String none(StsLookup found) {
        return switch (found) {
            case StsLookup.None(var why, _) -> why;
            case StsLookup.Held(var held, _) -> words(held);
        };
    }

    private StsPolicyView view(HeldPolicy held) {
        Instant now = time.instant();
        return new StsPolicyView(held.domain().ascii(), held.id(), mode(held),
                held.policy().mx().stream().map(Object::toString).toList(), held.fetched(), held.expires(),
                Duration.between(held.fetched(), now), policies.next(held), held.isRunningOut(now),
                policies.trouble(held.domain()).map(noted -> noted.at() + " " + noted.trouble().sentence()).orElse(""));
    }

    private List<HeldPolicy> held() {
        Instant now = time.instant();
        return policies.all().stream().filter(held -> held.isValid(now))
                .sorted(Comparator.comparing(HeldPolicy::domain)).toList();
    }

    private void audited(String by, String operation, Domain domain, List<Plan.Change> changes)
            throws ManagementException {
        try {
            database.write(Audit.entry(time.instant(), by, operation, target(domain), changes));
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
    }

    private static String words(HeldPolicy held) {
        return "id " + held.id() + ", mode " + mode(held) + (held.policy().mx().isEmpty() ? "" : ", mx " + mx(held))
                + ", max_age " + held.policy().maxAge().toSeconds() + ", until " + end(held);
    }

    /// Nobody reads fractions of a second.
    private static Instant end(HeldPolicy held) { return held.expires().truncatedTo(ChronoUnit.SECONDS); }

    private static String mode(HeldPolicy held) { return held.policy().mode().word(); }

    private static String mx(HeldPolicy held) {
        return String.join(" ", held.policy().mx().stream().map(Object::toString).toList());
    }

    private static String target(@Nullable Domain domain) {
        return "StsPolicy " + (domain == null ? "of every domain whose policy is due" : domain);
    }
}
