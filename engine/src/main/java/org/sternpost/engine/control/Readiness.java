package org.sternpost.engine.control;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.TlsOverride;
import org.sternpost.engine.control.view.TlsReadinessView;
import org.sternpost.engine.control.view.TlsReadinessView.DomainView;
import org.sternpost.engine.evidence.Shadows.Fared;
import org.sternpost.engine.evidence.Verdicts.DomainVerdict;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.trust.Reason;

/// What was judged of one connector's mail to each domain, and whether it is ready by that
/// (docs/transport-security.md#readiness).
///
/// @param excused domains whose exception delivers what fails
/// @param fared   what was judged without mail
record Readiness(String connector, List<DomainVerdict> domains, Map<Domain, Fared> fared,
        Map<Domain, TlsOverride> excused, Instant since, Instant now) {

    TlsReadinessView by(MinimumEvidence minimum, double maxFailurePercent) {
        var worst = domains.stream().sorted(Comparator.comparingLong(DomainVerdict::wouldFail).reversed()
                .thenComparing(DomainVerdict::domain)).toList();
        var repaired = worst.stream().filter(v -> v.wouldFail() > 0 && isRepaired(v, minimum)).toList();
        var outside = domains.stream().filter(v -> !excused.containsKey(v.domain())).toList();
        var counting = outside.stream().filter(v -> !repaired.contains(v)).toList();
        List<DomainView> details = worst.stream().map(v -> view(v, repaired.contains(v))).toList();
        long messages = sum(domains, DomainVerdict::messages);
        long wouldFail = sum(domains, DomainVerdict::wouldFail);
        List<String> failing = worst.stream().filter(v -> v.wouldFail() > 0 && !repaired.contains(v))
                .map(v -> v.domain().ascii()).toList();
        List<String> why = why(outside, counting, failing, minimum, maxFailurePercent);
        return new TlsReadinessView(connector, why.isEmpty(), messages, wouldFail, percent(wouldFail, messages),
                sum(details, DomainView::wouldDelay), sum(details, DomainView::wouldReturn),
                sum(details, DomainView::mandatoryWouldFail), wouldFail - sum(outside, DomainVerdict::wouldFail),
                sum(domains.stream().filter(v -> excused.containsKey(v.domain())).toList(), v -> fared(v).returned()),
                sum(repaired, DomainVerdict::wouldFail), domains.size(), failing, String.join("; ", why),
                excused.keySet().stream().map(Domain::ascii).toList(), repaired.stream().map(v -> v.domain().ascii())
                        .toList(),
                since, details);
    }

    /// What stands in the way; empty when it is ready.
    private List<String> why(List<DomainVerdict> outside, List<DomainVerdict> counting, List<String> failing,
            MinimumEvidence minimum, double maxFailurePercent) {
        long judged = sum(outside, DomainVerdict::messages);
        if (judged == 0) return List.of("no message was judged since " + since + ", so nothing is proven");
        var why = new ArrayList<String>();
        long failed = sum(counting, DomainVerdict::wouldFail);
        long of = judged - (sum(outside, DomainVerdict::wouldFail) - failed);
        if (percent(failed, of) > maxFailurePercent)
            why.add(String.format(Locale.ROOT,
                    "%d of %d messages would have failed (%.1f %%; the limit is %.1f %%): %s",
                    failed, of, percent(failed, of), maxFailurePercent, Refusal.names(failing.stream()
                            .filter(name -> !excused.containsKey(new Domain(name))).toList())));
        Instant first = outside.stream().map(v -> v.course().first()).min(Comparator.naturalOrder()).orElse(now);
        Instant last = outside.stream().map(v -> v.course().last()).max(Comparator.naturalOrder()).orElse(now);
        why.addAll(minimum.lacking(judged, outside.size(), Duration.between(first, last)));
        return why;
    }

    private DomainView view(DomainVerdict v, boolean isRepaired) {
        Fared ended = fared(v);
        return new DomainView(v.domain().ascii(), v.messages(), v.wouldFail(), ended.delayed(), ended.returned(),
                v.mandatoryWouldFail(), latest(ended.until(), Optional.empty()), v.reason(), code(v.reason()), v.host(),
                v.sentence(), v.remedy(), v.owner(),
                Optional.ofNullable(excused.get(v.domain())).map(Readiness::words).orElse(""),
                latest(v.course().lastFailed(), ended.lastFailed()), passesSince(v).orElse(null), isRepaired,
                v.course().last());
    }

    private boolean isRepaired(DomainVerdict v, MinimumEvidence minimum) {
        return minimum.isRepaired(passesSince(v), v.course().passed(), now);
    }

    /// Since when all that was judged has passed, with mail or without; empty while the last of it failed.
    private Optional<Instant> passesSince(DomainVerdict v) {
        Fared ended = fared(v);
        @Nullable
        Instant failed = latest(v.course().lastFailed(), ended.lastFailed());
        if (failed == null) return v.course().passesFrom();
        var passed = Stream.of(v.course().passesFrom(), ended.first(), ended.until()).flatMap(Optional::stream)
                .filter(at -> at.isAfter(failed)).min(Comparator.naturalOrder());
        // Mail passed before and after: which of it was the first after is not kept.
        return passed.or(() -> v.course().passesFrom().filter(_ -> v.course().last().isAfter(failed))
                .map(_ -> failed));
    }

    /// What was judged without mail, and what was seen of mail that `Enabled` did hold back.
    private Fared fared(DomainVerdict of) {
        Fared shadow = fared.getOrDefault(of.domain(), Fared.none(of.connector(), of.domain()));
        return new Fared(of.connector(), of.domain(), shadow.delayed() + of.course().delayed(), shadow.returned(),
                Optional.ofNullable(latest(shadow.until(), of.course().until())), shadow.first(), shadow.lastFailed());
    }

    private static @Nullable Instant latest(Optional<Instant> one, Optional<Instant> other) {
        return Stream.of(one, other).flatMap(Optional::stream).max(Comparator.naturalOrder()).orElse(null);
    }

    static String words(TlsOverride e) {
        return e.tlsValidation() + " until " + e.expires() + ": " + e.reason() + " (" + e.owner() + ")";
    }

    private static <T> long sum(List<T> of, ToLongFunction<T> count) { return of.stream().mapToLong(count).sum(); }

    private static double percent(long part, long whole) {
        return whole == 0 ? 0 : Math.round(10_000.0 * part / whole) / 100.0;
    }

    static String code(String token) { return Reason.of(token).map(Reason::waitingCode).orElse(""); }
}
