package org.sternpost.engine.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.connector.Connectors.Choice;
import org.sternpost.engine.connector.OutboundConnector.MessageLimits;
import org.sternpost.engine.connector.OutboundConnector.Route;
import org.sternpost.engine.connector.OutboundConnector.TlsPolicy;
import org.sternpost.engine.mail.Domain;

class ChoiceTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    private final List<OutboundConnector> connectors = List.of(route("Default", "*"), route("exact", "a.b.example"),
            route("below", "*.b.example"), route("wide", "*.example"), route("both", ".c.example"),
            route("tie-2", "t.example"), route("Tie-1", "t.example"));

    @ParameterizedTest
    @CsvSource({"a.b.example,exact", "x.b.example,below", "y.x.b.example,below", "b.example,wide", "c.example,both",
            "d.c.example,both", "other.org,Default", "t.example,Tie-1", "example,Default"})
    void mostSpecificPatternWinsAndTiesGoToTheLowestName(String domain, String winner) {
        assertEquals(winner, Choice.of(connectors, Domain.of(domain), 0).connector().name());
    }

    @Test
    void losersAreToldWhy() {
        var choice = Choice.of(connectors, Domain.of("a.b.example"), 0);
        assertTrue(choice.losers().contains("below: *.b.example is less specific than a.b.example"),
                choice.losers()::toString);
        assertTrue(choice.losers().contains("both: serves no a.b.example"), choice.losers()::toString);
        assertEquals(connectors.size() - 1, choice.losers().size(), choice.losers()::toString);
    }

    @Test
    void aTieIsLostByName() {
        assertTrue(Choice.of(connectors, Domain.of("t.example"), 0).losers()
                .contains("tie-2: as specific, but Tie-1 comes first by name"));
    }

    @Test
    void whatIsTooSmallOrDisabledLosesByThat() {
        var small = route("small", "a.example").withLimits(MessageLimits.OF_ENGINE.withMaxMessageSize(1000));
        var off = route("off", "a.example");
        var all = List.of(route("Default", "*"), small, off.withGeneral(
                new OutboundConnector.General("off", false, off.general().recipientDomains(), "")));
        assertEquals(List.of("small: takes at most 1000 octets, the message has 1001", "off: disabled"),
                Choice.of(all, Domain.of("a.example"), 1001).losers());
    }

    /// `notexample.org` ends in `example.org` and is no sub-domain of it.
    @ParameterizedTest
    @CsvSource({"*.example.org,a.example.org,true", "*.example.org,example.org,false",
            "*.example.org,notexample.org,false", ".example.org,example.org,true", ".example.org,notexample.org,false",
            ".example.org,b.a.example.org,true"})
    void aPatternEndsAtALabel(String pattern, String domain, boolean matches) {
        assertEquals(matches, DomainPattern.of(pattern).matches(Domain.of(domain)));
    }

    @Test
    void connectorTooSmallForTheMessageIsPassedOver() {
        var small = route("small", "a.example").withLimits(MessageLimits.OF_ENGINE.withMaxMessageSize(1000));
        var all = List.of(route("Default", "*"), small);
        assertEquals("small", Choice.of(all, Domain.of("a.example"), 1000).connector().name());
        assertEquals("Default", Choice.of(all, Domain.of("a.example"), 1001).connector().name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*x.gov", "a.*.gov", "x.gov.", "a b", "*.", "."})
    void malformedPatternsAreRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> DomainPattern.of(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"h:0", "h:65536", "h:x", "", ":25", "a b:25"})
    void malformedSmartHostsAreRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> HostPort.of(text));
    }

    @ParameterizedTest
    @CsvSource({"h.example,h.example", "h.example:26,h.example:26", "192.0.2.1:25,192.0.2.1:25",
            "[2001:db8::1]:25,[2001:db8::1]:25", "2001:db8::1,[2001:db8::1]"})
    void smartHostsKeepTheirPort(String text, String shown) { assertEquals(shown, HostPort.of(text).toString()); }

    @Test
    void contradictorySettingsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> connector(false, List.of(), TlsSettings.None, null));
        assertThrows(IllegalArgumentException.class,
                () -> connector(true, List.of(HostPort.of("h.example")), TlsSettings.None, null));
        assertThrows(IllegalArgumentException.class, () -> connector(true, List.of(), TlsSettings.None, "d.example"));
        assertThrows(IllegalArgumentException.class,
                () -> connector(true, List.of(), TlsSettings.DomainValidation, null));
    }

    @Test
    void largerShareOnlyAddsDomainsAndNeverDropsOne() {
        int covered = 0;
        for (int i = 0; i < 2_000; i++) {
            Domain domain = Domain.of("d" + i + ".example");
            boolean before = false;
            for (double percent : new double[]{5, 25, 50, 100}) {
                boolean now = RolloutShare.of("R-1", TlsValidation.Enabled, percent, "banks", List.of(), 0)
                        .covers("banks", domain);
                assertTrue(now || !before, domain + " left the share at " + percent);
                before = now;
                if (now && percent == 25) covered++;
            }
            assertTrue(before, domain + " is not in the whole");
        }
        assertTrue(covered > 400 && covered < 600, "25 % of 2000 domains were " + covered);
    }

    /// 20 % of six domains once held none of them, and the rollout waited for mail that never came.
    @Test
    void aShareHoldsSoManyOfTheDomainsServedAndAtLeastOne() {
        for (int served = 1; served < 40; served++) {
            var domains = new ArrayList<Domain>();
            for (int i = 0; i < served; i++)
                domains.add(Domain.of("d" + i + ".example"));
            var held = List.<Domain>of();
            long before = 0;
            for (double percent : new double[]{1, 20, 50, 100}) {
                var share = RolloutShare.of("R-1", TlsValidation.Enabled, percent, "banks", domains, before);
                var now = domains.stream().filter(domain -> share.covers("banks", domain)).toList();
                assertEquals(Math.max(1, Math.round(served * percent / 100)), now.size(), percent + " % of " + served);
                assertTrue(now.containsAll(held), percent + " % of " + served);
                held = now;
                before = share.below();
            }
        }
    }

    @Test
    void aShareNeverShrinksWhenTheConnectorServesOtherDomainsThanBefore() {
        var many = IntStream.range(0, 100).mapToObj(i -> Domain.of("d" + i + ".example")).toList();
        long before = RolloutShare.of("R-1", TlsValidation.Enabled, 50, "banks", many, 0).below();
        for (Domain one : many)
            assertTrue(RolloutShare.of("R-1", TlsValidation.Enabled, 50, "banks", List.of(one), before)
                    .below() >= before);
    }

    private static OutboundConnector connector(boolean mx, List<HostPort> hosts, TlsSettings tls, String tlsDomain) {
        return Connectors.fresh("c", List.of(), NOW).withRoute(new Route(mx, hosts)).withTls(
                new TlsPolicy(TlsValidation.Enabled, SmtpDaneMode.Opportunistic, MtaStsMode.Opportunistic, tls,
                        tlsDomain));
    }

    private static OutboundConnector route(String name, String pattern) {
        return Connectors.fresh(name, List.of(DomainPattern.of(pattern)), NOW);
    }
}
