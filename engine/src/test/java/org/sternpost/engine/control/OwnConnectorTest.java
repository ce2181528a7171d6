package org.sternpost.engine.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.config.Settings;
import org.sternpost.engine.connector.Changed;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.DomainPattern;
import org.sternpost.engine.connector.OutboundConnector.MessageLimits;
import org.sternpost.engine.connector.OutboundConnector.Pace;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.flow.FlowCount.Published;
import org.sternpost.engine.flow.FlowCount.Sums;
import org.sternpost.engine.flow.Flows.Flow;
import org.sternpost.engine.flow.Interception;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SimTime;

/// What is suggested never weakens what a domain's mail has.
class OwnConnectorTest {

    @TempDir
    Path directory;
    private final SimTime time = new SimTime();
    private SqliteDatabase store;
    private Connectors connectors;

    @BeforeEach
    void open() throws Exception {
        store = SqliteDatabase.open(directory, Connectors.SCHEMA);
        connectors = new Connectors(store, time);
    }

    @AfterEach
    void close() throws Exception { store.close(); }

    @Test
    void noModeIsBelowTheOneItHas() throws Exception {
        Changed.replace(connectors, "Default", one -> one.withMode(TlsValidation.Enabled));
        assertEquals("", suggested("never.example", 20, 0, 20));
        assertEquals("New-OutboundConnector x.bank.example -RecipientDomains x.bank.example -TlsValidation Enabled",
                suggested("x.bank.example", 3, 0, 3));
        Changed.replace(connectors, "Default", one -> one.withMode(TlsValidation.Disabled));
        assertEquals("New-OutboundConnector x.bank.example -RecipientDomains x.bank.example -TlsValidation Disabled",
                suggested("x.bank.example", 0, 0, 0));
    }

    @Test
    void whatTheConnectorSetsStandsInTheCommand() throws Exception {
        Changed.replace(connectors, "Default",
                one -> one.withTls(one.tls().withTlsSettings(TlsSettings.EncryptionOnly))
                        .withConnection(one.connection().withPort(26))
                        .withLimits(new MessageLimits(1_000, Duration.ofHours(1)))
                        .withPace(new Pace(7, 0, 0, List.of(Duration.ofMinutes(1), Duration.ofMinutes(2)))));
        assertEquals("New-OutboundConnector never.example -RecipientDomains never.example -TlsValidation Opportunistic "
                + "-TlsSettings EncryptionOnly -Port 26 -MaxMessageSize 1000 -MessageExpiration 3600s -MaxSessions 7 "
                + "-RetryIntervals 60s,120s", suggested("never.example", 20, 0, 20));
    }

    @Test
    void whatOurNetworkDoesSpeaksForNone() {
        assertEquals("", suggested("never.example", 20, 0, 20, new Interception(Interception.Kind.NoTls,
                List.of("mx.never.example"), List.of("never.example"), "")));
    }

    private String suggested(String domain, long judged, long proven, long refused, Interception... ours) {
        String id = connectors.find("Default").orElseThrow().id();
        var sums = new Sums(judged, 0, 0, 0, 0, 0, new Published(judged, judged, 0, 0, proven, refused));
        return new OwnConnector(connectors, new Settings.Flows(List.of(DomainPattern.of("*.bank.example")), 20))
                .of(new Flow(id, domain, sums, time.instant(), List.of(), 0), List.of(ours))
                .map(OwnConnector.Suggestion::command).orElse("");
    }
}
