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
import org.sternpost.engine.control.view.ProofView;
import org.sternpost.engine.mail.Domain;

/// Shows every record, its status, the rule that decides, what each host showed, and what each mode makes of it.
@Name(verb = Verb.Test, noun = "TlsValidation", summary = "Shows what would become of mail to a domain in each mode, "
        + "and the whole proof.")
@Example(shows = "Learn what is wrong with a domain and who must fix it", run = "Test-TlsValidation "
        + "tax.gov.example", prints = """
    Mail to tax.gov.example would wait under Enabled: the mail host mx.tax.gov.example shows another certificate …

    What to do: Publish a TLSA record for the certificate in use under mx.tax.gov.example, …
    Who must act: the recipient's postmaster (postmaster@tax.gov.example)
    …
    FAIL  tax.gov.example
      ok    tax.gov.example MX  Secure
        10 mx.tax.gov.example
        1 host by preference. (RFC 5321 §5.1)
    …
    """)
@Example(shows = "Compare several domains", run = "'tax.gov.example', 'old.example' | Test-TlsValidation "
        + "| Format-Table Domain, Satisfied", prints = """
    Domain           Satisfied
    ---------------  ---------
    tax.gov.example  False
    old.example      False
    """)
@Example(shows = "See what each mode would do", run = "Test-TlsValidation tax.gov.example -Connector gov "
        + "| Select-Object -ExpandProperty Modes | Format-Table Mode, Outcome, Code", prints = """
    Mode                Outcome    Code
    ------------------  ---------  -------
    Disabled            delivered
    Opportunistic       delivered
    Enabled             waits      4.7.323
    Enabled, Mandatory  waits      4.7.323
    """)
public record TestTlsValidation(
        @Param(value = "Recipient domain.", position = 0, pipeline = true, names = "domains") Domain domainName,
        @Param(value = "Connector to test with; without it the one that serves the "
                + "domain.", names = "connectors") @Nullable String connector,
        @Param("Looks at DNS and policy alone and connects to no host.") boolean noConnect)
        implements
            Cmdlet.Query<ProofView> {

    @Override
    public Stream<ProofView> run(Management engine) throws ManagementException {
        return Stream.of(engine.tls().validation(domainName, connector, !noConnect));
    }
}
