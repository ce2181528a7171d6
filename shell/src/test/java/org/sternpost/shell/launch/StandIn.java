package org.sternpost.shell.launch;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Plain;
import org.sternpost.cmdlets.Ports;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.Plan;
import org.sternpost.engine.control.view.ConnectorTestView;
import org.sternpost.engine.control.view.ConnectorView;
import org.sternpost.engine.control.view.MessageTraceDetailView;
import org.sternpost.engine.control.view.MessageTraceView;
import org.sternpost.engine.mail.Address;
import org.sternpost.cmdlets.wire.InProcessClient;
import org.sternpost.engine.mail.TraceQuery;

/// An engine with three connectors in memory, for tests of the shell alone.
public final class StandIn {

    private static final Instant MADE = Instant.parse("2026-11-23T10:00:05Z");

    private static final MessageTraceView ROW = Plain.of(MessageTraceView.class, "received", MADE, "cursor",
            "2026-11-01T10:00:00Z/01J9ZK3M5T00000C/0",
            "recipientAddress", "b@bank.example", "status", "Delivered", "messageTraceId", "01J9ZK3M5T00000A");

    /// Of `Default` under `Enabled`.
    static final String RISK = "3 of 9 messages to old.example in the last 7 days would have failed: no match";

    private final List<ConnectorView> connectors = new ArrayList<>();
    public final AtomicInteger commits = new AtomicInteger();
    /// How many rows the trace has.
    public int traceRows;
    /// Whether a search of the trace ends behind them, before it has looked at all.
    public boolean traceEndsEarly;

    public StandIn() {
        connectors.add(view("banks", TlsValidation.Enabled, List.of("bank.example"), 41));
        connectors.add(view("Default", TlsValidation.Opportunistic, List.of("*"), 1));
        connectors.add(view("gov", TlsValidation.Enabled, List.of("*.gov.example", "例え.example"), 7));
    }

    public InProcessClient client() {
        return new InProcessClient(Ports.of(new Management.ConnectorPort() {
            @Override
            public List<ConnectorView> all() { return List.copyOf(connectors); }

            @Override
            public ConnectorView named(String name) throws ManagementException { return find(name); }

            @Override
            public Plan<ConnectorView> create(String name, UnaryOperator<OutboundConnector> settings) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Plan<ConnectorView> change(String name, UnaryOperator<OutboundConnector> edit)
                    throws ManagementException {
                return set(name, edit);
            }

            @Override
            public Plan<ConnectorView> remove(String name) throws ManagementException { return gone(name); }
        }, new Management.TracePort() {
            @Override
            public Stream<MessageTraceView> search(TraceQuery query, UnaryOperator<String> again) {
                return trace(query);
            }

            @Override
            public Stream<MessageTraceView> follow(TraceQuery query) { return trace(query); }

            @Override
            public List<MessageTraceDetailView> events(String id, @Nullable Address recipient) {
                throw new UnsupportedOperationException();
            }
        }, Ports.answering(Management.TlsPort.class,
                () -> List.of(new ConnectorTestView("TLS", false, "mx.example", "no",
                        "mend")))),
                "relay.example", "tester");
    }

    private Stream<MessageTraceView> trace(TraceQuery query) {
        Stream<MessageTraceView> rows = Collections.nCopies(Math.min(traceRows, query.limit()), ROW).stream();
        return traceEndsEarly ? Stream.concat(rows, Stream.generate(() -> {
            throw new ManagementException(ManagementException.Kind.Timeout, "older ones were not looked at",
                    "-EndDate goes on from there").inStream();
        })) : rows;
    }

    private ConnectorView find(String name) throws ManagementException {
        return connectors.stream().filter(c -> c.name().equalsIgnoreCase(name)).findFirst()
                .orElseThrow(() -> new ManagementException(ManagementException.Kind.NotFound,
                        "there is no connector " + name, "did you mean: banks"));
    }

    private Plan<ConnectorView> set(String name, UnaryOperator<OutboundConnector> edit) throws ManagementException {
        ConnectorView before = find(name);
        TlsValidation mode = edit.apply(Connectors.fresh(before.name(), List.of(), before.whenCreated())
                .withMode(before.tlsValidation())).tls().tlsValidation();
        var after = view(before.name(), mode, before.recipientDomains(), before.revision() + 1);
        List<Plan.Change> changes = mode == before.tlsValidation()
                ? List.of()
                : List.of(new Plan.Change("tlsValidation", before.tlsValidation().name(), mode.name()));
        return new Plan<>("Set-OutboundConnector", "OutboundConnector " + before.name(), changes, "12 queued messages",
                List.of(), before.name().equals("Default") && mode == TlsValidation.Enabled ? List.of(RISK) : List.of(),
                _ -> {
                    commits.incrementAndGet();
                    connectors.replaceAll(c -> c.name().equals(after.name()) ? after : c);
                    return List.of(after);
                });
    }

    private Plan<ConnectorView> gone(String name) throws ManagementException {
        ConnectorView gone = find(name);
        return new Plan<>("Remove-OutboundConnector", "OutboundConnector " + gone.name(), List.of(), "", List.of(),
                _ -> {
                    commits.incrementAndGet();
                    connectors.remove(gone);
                    return List.of();
                });
    }

    private static ConnectorView view(String name, TlsValidation mode, List<String> domains, long revision) {
        return Plain.of(ConnectorView.class, "name", name, "enabled", true, "tlsValidation", mode, "recipientDomains",
                domains, "useMxRecord", true, "port", 25, "maxMessageBytes", 26_214_400L, "revision", revision,
                "whenCreated", MADE, "whenChanged", MADE);
    }
}
