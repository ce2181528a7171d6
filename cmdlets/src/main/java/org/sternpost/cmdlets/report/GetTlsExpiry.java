package org.sternpost.cmdlets.report;

import java.time.Duration;
import java.util.stream.Stream;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.view.TlsExpiryView;

/// Certificates as hosts showed them last, signatures of their records, policies that could not be renewed, our own.
@Name(verb = Verb.Get, noun = "TlsExpiry", summary = "Shows what ends soon and what becomes of mail then.")
@Example(shows = "See which certificates of partners are over", run = "Get-TlsExpiry -Within 1d | Where-Object Kind "
        + "-eq Certificate | Format-List Subject, Owner", prints = """
        Subject : mx.old.example
        Owner   : RECIPIENT
        """)
public record GetTlsExpiry(
        @Param(value = "Only what ends within this time, or has ended.", defaultValue = "30d") Duration within)
        implements
            Cmdlet.Query<TlsExpiryView> {

    @Override
    public Stream<TlsExpiryView> run(Management engine) throws ManagementException {
        return engine.flows().endsWithin(within).stream();
    }
}
