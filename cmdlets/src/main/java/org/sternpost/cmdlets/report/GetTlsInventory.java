package org.sternpost.cmdlets.report;

import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.engine.control.FlowPort;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.view.TlsInventoryView;

/// Sums of the days (UTC) from one time to another, of every session that a host gave our mail.
@Name(verb = Verb.Get, noun = "TlsInventory", summary = "Shows by which TLS partners take mail.")
@Example(shows = "Count by version", run = "Get-TlsInventory -GroupBy Protocol "
        + "| Format-Table Protocol, Hosts", prints = """
        Protocol  Hosts
        --------  -----
        TLSv1.3   …
        """)
@Example(shows = "Find who has a key of some kind", run = "Get-TlsInventory -Key 'EC *' -Domain tax.* "
        + "| Format-Table Host, Key, Protocol", prints = """
        Host                Key     Protocol
        ------------------  ------  --------
        mx.tax.gov.example  EC 256  TLSv1.3
        """)
public record GetTlsInventory(
        @Param(value = "From the day of this time.", defaultValue = "-30d") Instant startDate,
        @Param("Up to the day of this time; today when not given.") @Nullable Instant endDate,
        @Param(value = "Only this recipient domain; with * for "
                + "several.", pipeline = true, names = "domains") @Nullable String domain,
        @Param("Only this mail host; with * for several.") @Nullable String mailHost,
        @Param("Only this version, TLSv1.2 or none; with * for several.") @Nullable String protocol,
        @Param("Only this group of the key exchange; with * for several.") @Nullable String keyExchange,
        @Param("Only certificates with such a key, 'RSA 1024'; with * for several.") @Nullable String key,
        @Param("Only key exchanges that are not post-quantum.") boolean noPostQuantum,
        @Param(value = "One row for each of these "
                + "together.", defaultValue = "Domain, Host, Protocol, KeyExchange, Key") List<FlowPort.Shown> groupBy,
        @Param(value = "Most rows shown, what was seen most; or "
                + "Unlimited.", defaultValue = "1000", names = "unlimited") Integer resultSize)
        implements
            Cmdlet.Query<TlsInventoryView>,
            Cmdlet.Limited {

    public GetTlsInventory { Cmdlet.Limited.checkStreamed(resultSize); }

    @Override
    public Stream<TlsInventoryView> run(Management engine) throws ManagementException {
        Map<FlowPort.Shown, String> only = new EnumMap<>(FlowPort.Shown.class);
        put(only, FlowPort.Shown.Domain, domain);
        put(only, FlowPort.Shown.Host, mailHost);
        put(only, FlowPort.Shown.Protocol, protocol);
        put(only, FlowPort.Shown.KeyExchange, keyExchange);
        put(only, FlowPort.Shown.Key, key);
        return engine.flows().inventory(new FlowPort.Span(startDate, endDate), groupBy, only,
                noPostQuantum ? Boolean.FALSE : null).stream();
    }

    private static void put(Map<FlowPort.Shown, String> only, FlowPort.Shown what, @Nullable String pattern) {
        if (pattern != null) only.put(what, pattern);
    }
}
