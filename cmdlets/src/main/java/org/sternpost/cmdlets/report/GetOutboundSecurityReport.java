package org.sternpost.cmdlets.report;

import java.time.Instant;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.Management.ReportQuery.Group;
import org.sternpost.engine.control.Management.ReportQuery;
import org.sternpost.engine.control.view.OutboundSecurityView;
import org.sternpost.engine.mail.Domain;

/// Counts mail by how it was secured on its way, and what validation blocked, as Exchange's report of the same name.
@Name(verb = Verb.Get, noun = "OutboundSecurityReport", summary = "Counts mail sent with DANE, MTA-STS, TLS and "
        + "without TLS, and what was blocked.")
@Example(shows = "See which partners' mail is authenticated", run = "Get-OutboundSecurityReport gov", prints = """
        Connector       : gov
        Domain          : tax.gov.example
        Dane            : 0
        MtaSts          : 0
        Tls             : 0
        NoTls           : 0
        MessagesBlocked : …
        SecurityType    : DANE
        Errors          : tlsa-invalid
        """)
public record GetOutboundSecurityReport(
        @Param(value = "Only this "
                + "connector.", position = 0, pipeline = true, names = "connectors") @Nullable String connector,
        @Param(value = "From the minute of this time.", defaultValue = "-7d") Instant startDate,
        @Param("Before this time.") @Nullable Instant endDate,
        @Param(value = "Only this recipient domain.", names = "domains") @Nullable Domain domain)
        implements
            Cmdlet.Query<OutboundSecurityView> {

    @Override
    public Stream<OutboundSecurityView> run(Management engine) throws ManagementException {
        return engine.deliveryReports().security(new ReportQuery(startDate, endDate, connector,
                domain == null ? null : domain.ascii(), Set.of(Group.Connector, Group.Domain))).stream();
    }
}
