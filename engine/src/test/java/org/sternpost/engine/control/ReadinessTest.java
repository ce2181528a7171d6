package org.sternpost.engine.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.control.view.TlsReadinessView;
import org.sternpost.engine.evidence.Shadows.Fared;
import org.sternpost.engine.evidence.Verdicts.Course;
import org.sternpost.engine.evidence.Verdicts.DomainVerdict;
import org.sternpost.engine.mail.Domain;

/// When a connector is ready, and what it is told that stands in the way.
class ReadinessTest {

    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
    private static final MinimumEvidence MINIMUM = new MinimumEvidence(50, 2, 1);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            40 | 10 | 30 | ''
            40 |  9 | 30 | 49 of at least 50 messages were judged
            60 |  0 | 30 | mail to 1 of at least 2 domains was judged
            40 | 10 | 23 | what was judged spans 23 h 0 min, and at least 1 day is wanted
            40 |  9 |  0 | 49 of at least 50 messages were judged; what was judged spans 0 h 0 min, and at \
            least 1 day is wanted
             0 |  0 |  0 | no message was judged since 2026-11-22T12:00:00Z, so nothing is proven
            """)
    void itIsReadyOnceEnoughWasJudged(long one, long other, int hours, String why) {
        var domains = Arrays.<@Nullable DomainVerdict>asList(one == 0 ? null : passing("a.test", one, hours),
                other == 0 ? null : passing("b.test", other, hours)).stream().filter(v -> v != null).toList();
        var view = judged(domains, Map.of());
        assertEquals(why, view.why());
        assertEquals(why.isEmpty(), view.ready());
    }

    @Test
    void whatFailsIsNamed() {
        var view = judged(List.of(passing("a.test", 90, 30), failing("b.test", 10, 10, hours(9), null, 0)), Map.of());
        assertEquals("10 of 100 messages would have failed (10.0 %; the limit is 0.5 %): b.test", view.why());
        assertFalse(view.ready());
        assertNull(view.details().getFirst().passesSince());
        assertEquals(hours(9), view.details().getFirst().lastFailed());
    }

    /// A fault that was repaired is no fault: for as long as evidence must span, with mail that passed since.
    @ParameterizedTest
    @CsvSource({"25, 24, 1, true", "25, 23, 1, false", "25, 24, 0, false"})
    void aDomainThatPassesForLongEnoughStandsInNobodysWay(int failedHoursAgo, int passesHoursAgo, long passed,
            boolean ready) {
        var view = judged(List.of(passing("a.test", 90, 30),
                failing("b.test", 10 + passed, 10, hours(failedHoursAgo), hours(passesHoursAgo), passed)), Map.of());
        assertEquals(ready, view.ready(), view.why());
        var domain = view.details().getFirst();
        assertEquals("b.test", domain.domain());
        assertEquals(ready, domain.repaired());
        assertEquals(hours(passesHoursAgo), domain.passesSince());
        assertEquals(10, view.wouldFail());
        assertEquals(ready ? List.of("b.test") : List.of(), view.repairedDomains());
        assertEquals(ready ? List.of() : List.of("b.test"), view.failingDomains());
        assertEquals(ready ? 10 : 0, view.repairedWouldFail());
    }

    /// What was judged without mail counts as well, on both sides.
    @Test
    void aRouteThatWasSeenToFailOrPassWithoutMailDidSo() {
        var failed = failing("b.test", 11, 10, hours(60), hours(48), 1);
        var again = judged(List.of(passing("a.test", 90, 70), failed), Map.of(failed.domain(),
                fared(failed, Optional.empty(), Optional.of(hours(40)))));
        assertFalse(again.ready());
        assertEquals(hours(40), again.details().getFirst().lastFailed());
        var repaired = judged(List.of(passing("a.test", 90, 70), failed), Map.of(failed.domain(),
                fared(failed, Optional.of(hours(30)), Optional.of(hours(40)))));
        assertTrue(repaired.ready(), repaired.why());
        assertEquals(hours(30), repaired.details().getFirst().passesSince());
    }

    private static Fared fared(DomainVerdict of, Optional<Instant> passed, Optional<Instant> failed) {
        return new Fared(of.connector(), of.domain(), passed.isPresent() ? 1 : 0, 0, passed, passed, failed);
    }

    private static TlsReadinessView judged(List<DomainVerdict> domains, Map<Domain, Fared> fared) {
        return new Readiness("banks", domains, fared, Map.of(), NOW.minus(Duration.ofDays(7)), NOW).by(MINIMUM, 0.5);
    }

    private static Instant hours(long ago) { return NOW.minus(Duration.ofHours(ago)); }

    private static DomainVerdict passing(String domain, long messages, long hours) {
        return new DomainVerdict("banks", Domain.of(domain), messages, 0, 0, "", "", "", "", "",
                new Course(hours(hours), NOW, Optional.empty(), Optional.of(hours(hours)), messages, 0,
                        Optional.empty()));
    }

    private static DomainVerdict failing(String domain, long messages, long failed, Instant last,
            @Nullable Instant passes, long passed) {
        return new DomainVerdict("banks", Domain.of(domain), messages, failed, failed, "tlsa-invalid", "mx", "said",
                "mend it", "RECIPIENT", new Course(hours(80), passes == null ? last : passes, Optional.of(last),
                        Optional.ofNullable(passes), passed, 0, Optional.empty()));
    }
}
