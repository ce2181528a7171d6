package org.sternpost.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.sternpost.lab.Expectation.Outcome;

class LabDomainsTest {
    static final java.util.List<LabDomain> ALL = LabDomains.ALL;

    @Test
    void thereAreManyDomainsAndNoNameTwice() {
        assertTrue(ALL.size() >= 30, () -> ALL.size() + " domains");
        assertEquals(ALL.size(), ALL.stream().map(LabDomain::ascii).collect(Collectors.toSet()).size());
    }

    @Test
    void domainIsFoundInEitherSpelling() {
        assertEquals(LabDomains.find("bücher.test"), LabDomains.find("XN--bcher-kva.test"));
        assertTrue(LabDomains.find("bücher.test").isPresent());
        assertTrue(LabDomains.find("elsewhere.test").isEmpty());
    }

    @ParameterizedTest
    @FieldSource("ALL")
    void disabledAndOpportunisticEndAlike(LabDomain domain) {
        assertEquals(domain.disabled().outcome(), domain.opportunistic().outcome());
        assertEquals("", domain.disabled().wouldFail());
    }

    @ParameterizedTest
    @FieldSource("ALL")
    void opportunisticKnowsWhatEnabledWouldHaveRefused(LabDomain domain) {
        // Where nothing can be delivered at all, the reason is that of the delay itself.
        boolean delivered = domain.opportunistic().outcome() == Outcome.Delivered;
        assertEquals(domain.enabled().reason(),
                delivered ? domain.opportunistic().wouldFail() : domain.opportunistic().reason());
        if (!domain.enabled().reason().isEmpty()) {
            assertEquals(Outcome.Deferred, domain.enabled().outcome());
            assertFalse(domain.enabled().code().isEmpty());
        }
    }

    @ParameterizedTest
    @FieldSource("ALL")
    void mendedDomainRefusesNothing(LabDomain domain) {
        var mended = domain.mended();
        assertEquals("", mended.enabled().reason());
        assertTrue(mended.hosts().isEmpty() || mended.enabled().outcome() == Outcome.Delivered);
    }

    @Test
    void sharedHostIsDescribedAlikeByBothItsDomains() {
        var byName = ALL.stream().flatMap(domain -> domain.hosts().stream()).distinct()
                .collect(Collectors.groupingBy(LabHost::name));
        assertTrue(byName.values().stream().allMatch(hosts -> hosts.size() == 1));
    }
}
