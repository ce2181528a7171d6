package org.sternpost.cmdlets.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.sternpost.cmdlets.Descriptor;
import org.sternpost.cmdlets.catalogue.AllCmdlets;
import org.sternpost.cmdlets.wire.RecordJson;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.DomainPattern;
import org.sternpost.engine.connector.HostPort;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.OutboundConnector.ConnectionSettings;
import org.sternpost.engine.connector.OutboundConnector.General;
import org.sternpost.engine.connector.OutboundConnector.MessageLimits;
import org.sternpost.engine.connector.OutboundConnector.Pace;
import org.sternpost.engine.connector.OutboundConnector.Route;
import org.sternpost.engine.connector.OutboundConnector.TlsPolicy;
import org.sternpost.engine.control.view.ConnectorView;

class ConnectorParametersTest {

    private static final OutboundConnector FRESH = Connectors.fresh("gov", List.of(DomainPattern.of("gov.example")),
            Instant.EPOCH);
    private static final OutboundConnector FULL = FRESH
            .withGeneral(new General("gov", false, List.of(DomainPattern.of("gov.example")), "who: ops"))
            .withRoute(new Route(false, List.of(HostPort.of("relay.example:587"))))
            .withTls(TlsPolicy.FRESH.withTlsDomain("*.relay.example"))
            .withConnection(new ConnectionSettings(26, "127.0.0.2", "out.example.org"))
            .withLimits(new MessageLimits(1_000, Duration.ofHours(3)))
            .withPace(new Pace(9, 4, 50, List.of(Duration.ofMinutes(5))));

    @Test
    void whatIsNotGivenStays() {
        assertEquals(FULL, set(FULL, Map.of()));
        assertEquals(FRESH, set(FRESH, Map.of()));
    }

    @Test
    void whatIsGivenIsSetAndTheRestStays() {
        assertEquals(FULL.withConnection(new ConnectionSettings(27, "127.0.0.2", "out.example.org")),
                set(FULL, Map.of("port", 27L)));
        assertEquals(FULL.withLimits(new MessageLimits(1_000, Duration.ofSeconds(90))),
                set(FULL, Map.of("messageExpirationSeconds", 90.0)));
        assertEquals(FULL.withPace(new Pace(10, 4, 50, List.of(Duration.ofSeconds(30), Duration.ofHours(1)))),
                set(FULL, Map.of("maxSessions", 10L, "retryIntervals", List.of(30L, 3600L))));
        var edited = set(FULL, Map.of("recipientDomains", Map.of("add", List.of("city.example"), "remove",
                List.of("gov.example"))));
        assertEquals(List.of(DomainPattern.of("city.example")), edited.general().recipientDomains());
    }

    @Test
    void nullEmptiesWhatMayBeEmpty() {
        for (String setting : List.of("port", "sourceIPAddress", "fqdn", "maxMessageSizeBytes",
                "messageExpirationSeconds", "maxSessions", "maxSessionsPerDomain", "maxMessagesPerSession",
                "retryIntervals", "comment")) {
            var emptied = set(FULL, Collections.singletonMap(setting, null));
            assertEquals(set(FULL, Map.of()).tls(), emptied.tls());
            assertTrue(!emptied.equals(FULL), setting);
        }
        assertEquals(FRESH.connection(), set(set(set(FULL, Collections.singletonMap("port", null)),
                Collections.singletonMap("sourceIPAddress", null)), Collections.singletonMap("fqdn", null))
                .connection());
    }

    @Test
    void aPaceIsNoNonsense() {
        for (Map<String, Object> given : List.<Map<String, Object>>of(Map.of("maxSessions", -1L),
                Map.of("maxMessagesPerSession", -1L), Map.of("retryIntervals", List.of(60L, 0L)),
                Map.of("retryIntervals", List.of(60L, 86_401L))))
            assertThrows(IllegalArgumentException.class, () -> set(FULL, given), given::toString);
        assertEquals(List.of(Duration.ofDays(1)),
                set(FULL, Map.of("retryIntervals", List.of(86_400L))).pace().retryIntervals());
    }

    /// Once nothing was changed, and nothing said.
    @Test
    void aRelayIsNotLeftWithoutAHost() {
        var refused = assertThrows(IllegalArgumentException.class,
                () -> set(FULL, Map.of("smartHosts", List.of())));
        assertTrue(refused.getMessage().contains("UseMXRecord $false needs -SmartHosts"), refused::getMessage);
    }

    @Test
    void goingBackToMxHostsLeavesTheSmartHostsBehind() {
        assertEquals(Route.MX, set(FULL, Map.of("useMXRecord", true)).route());
        assertEquals(Route.MX, set(FULL, Map.of("useMXRecord", true, "smartHosts", List.of())).route());
        assertThrows(IllegalArgumentException.class,
                () -> set(FULL, Map.of("useMXRecord", true, "smartHosts", List.of("other.example"))));
    }

    @Test
    void everyDomainIsMeantOnlyWhenSaidTwice() {
        assertThrows(IllegalArgumentException.class, () -> set(FULL, Map.of("recipientDomains", List.of("*"))));
        assertThrows(IllegalArgumentException.class,
                () -> set(FULL, Map.of("recipientDomains", Map.of("add", List.of("*")))));
        assertEquals(List.of(new DomainPattern.All()),
                set(FULL, Map.of("recipientDomains", List.of("*"), "allDomains", true)).general().recipientDomains());
        assertEquals(List.of(), set(FRESH, Map.of("recipientDomains", Map.of("remove", List.of("*", "gov.example"))))
                .general().recipientDomains());
    }

    /// A setting that nobody could give or see would be none.
    @Test
    void everySettingIsAParameterAndAProperty() {
        Set<String> settings = FRESH.settings().stream().flatMap(group -> components(group.getClass()))
                .collect(Collectors.toSet());
        assertEquals(20, settings.size(), settings::toString);
        Set<String> seen = components(ConnectorView.class)
                .map(name -> name.replace("maxMessageBytes", "maxmessagesize"))
                .collect(Collectors.toSet());
        for (String setting : settings) {
            for (String cmdlet : List.of("New-OutboundConnector", "Set-OutboundConnector"))
                assertTrue(parameters(cmdlet).contains(setting), cmdlet + " " + setting);
            assertTrue(seen.stream().anyMatch(setting::equalsIgnoreCase), setting);
        }
    }

    @Test
    void whatIsMadeHasNothingToEditOrToClear() {
        Descriptor made = new AllCmdlets().find("New-OutboundConnector").orElseThrow();
        assertTrue(made.parameters().stream().noneMatch(Descriptor.Parameter::clearable));
        Descriptor changed = new AllCmdlets().find("Set-OutboundConnector").orElseThrow();
        assertTrue(changed.parameters().stream().allMatch(each -> each.defaultValue().isEmpty()));
        assertEquals(12, changed.parameters().stream().filter(Descriptor.Parameter::clearable).count());
    }

    private static OutboundConnector set(OutboundConnector now, Map<String, ? extends @Nullable Object> arguments) {
        var all = new java.util.LinkedHashMap<String, @Nullable Object>(arguments);
        all.put("identity", now.name());
        return RecordJson.read(SetOutboundConnector.class, all).settings().apply(now);
    }

    private static List<String> parameters(String cmdlet) {
        return new AllCmdlets().find(cmdlet).orElseThrow().parameters().stream()
                .map(each -> Character.toLowerCase(each.name().charAt(0)) + each.name().substring(1)).toList();
    }

    private static Stream<String> components(Class<?> record) {
        return Arrays.stream(record.getRecordComponents()).map(RecordComponent::getName);
    }
}
