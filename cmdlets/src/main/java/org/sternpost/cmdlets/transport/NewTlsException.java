package org.sternpost.cmdlets.transport;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name.Impact;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.connector.MtaStsMode;
import org.sternpost.engine.connector.SmtpDaneMode;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.Plan;
import org.sternpost.engine.control.Management.TlsExceptionDraft;
import org.sternpost.engine.control.view.TlsExceptionView;
import org.sternpost.engine.mail.Domain;

/// Lets one domain be judged differently for a while; it goes before any rollout and ends by itself.
@Name(verb = Verb.New, noun = "TlsException", summary = "Lets a connector judge one recipient domain by another mode, "
        + "for a reason and until a moment.", impact = Impact.Medium)
@Example(shows = "Deliver to a partner whose certificate is broken while the rest stays strict", run = ""
        + "New-TlsException -Connector gov -Domain tax.gov.example -TlsValidation Opportunistic "
        + "-Reason 'ticket 4711' -Owner ops@example.com -Expires 2027-01-31", prints = """
        …
        …tax.gov.example…Opportunistic  InForce…
        …
        """)
@Example(shows = "See what it would change", run = "New-TlsException gov tax.gov.example -TlsValidation Disabled "
        + "-Reason test -Owner ops -Expires +2d -WhatIf", prints = """
        …
        …TlsException gov/tax.gov.example…
        …
        """)
public record NewTlsException(
        @Param(value = "Name of the connector.", position = 0, pipeline = true, names = "connectors") String connector,
        @Param(value = "Recipient domain, this one alone.", position = 1, names = "domains") Domain domain,
        @Param("Mode that its mail gets; Opportunistic delivers and keeps the evidence.") TlsValidation tlsValidation,
        @Param("Whether DANE is looked at and demanded; the connector's own when not "
                + "given.") @Nullable SmtpDaneMode smtpDaneMode,
        @Param("Whether MTA-STS is looked at and demanded; the connector's own when not "
                + "given.") @Nullable MtaStsMode mtaStsMode,
        @Param("Why, for whoever reads it in a year.") String reason,
        @Param("Who answers for it.") String owner,
        @Param("When it ends by itself.") Instant expires) implements Cmdlet.Change<TlsExceptionView> {

    public NewTlsException {
        if (reason.isBlank()) throw new IllegalArgumentException("-Reason is empty");
        if (owner.isBlank()) throw new IllegalArgumentException("-Owner is empty");
    }

    @Override
    public Plan<TlsExceptionView> plan(Management engine) throws ManagementException {
        return engine.tlsExceptions()
                .create(TlsExceptionDraft.of(connector, domain, tlsValidation, reason, owner, expires)
                        .withModes(smtpDaneMode, mtaStsMode));
    }
}
