package org.sternpost.cmdlets.transport;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.view.TlsExceptionView;
import org.sternpost.engine.mail.Domain;

/// Shows exceptions; those that have ended stay in the list until they are removed.
@Name(verb = Verb.Get, noun = "TlsException", summary = "Shows the domains that a connector judges differently, and "
        + "until when.")
@Example(shows = "See all, with those that have ended", run = "Get-TlsException", prints = """
    Identity              Connector  Domain            TlsValidation  State    Expires …
    --------------------  …
    gov/old.gov.example   gov        old.gov.example   Opportunistic  Expired  2026-11-20 …
    gov/town.gov.example  gov        town.gov.example  Opportunistic  InForce  2027-01-31 …
    """)
@Example(shows = "Clear away what has ended", run = "Get-TlsException | Where-Object State -eq Expired "
        + "| Remove-TlsException -WhatIf", prints = """
        What if: Remove-TlsException on TlsException gov/old.gov.example
        …
        """)
public record GetTlsException(
        @Param(value = "Name of the connector; all when not "
                + "given.", position = 0, pipeline = true, names = "connectors") @Nullable String connector,
        @Param(value = "Recipient domain; all when not "
                + "given.", position = 1, names = "domains") @Nullable Domain domain)
        implements
            Cmdlet.Query<TlsExceptionView> {

    @Override
    public Stream<TlsExceptionView> run(Management engine) throws ManagementException {
        return engine.tlsExceptions().all(connector, domain).stream();
    }
}
