package org.sternpost.cmdlets.report;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.view.DkimKeyView;
import org.sternpost.engine.mail.Domain;

/// Shows the keys that sign our reports, and whether DNS shows them.
@Name(verb = Verb.Get, noun = "DkimKey", summary = "Shows the keys that sign TLS reports, and whether DNS has them.")
@Example(shows = "See which key is not published yet", run = "Get-DkimKey", prints = """
        Domain       Selector  Algorithm  Published  Problem …
        -----------  --------  ---------  ---------  …
        example.com  s2        RSA        False      there is no TXT record …
        example.com  s1        RSA        True …
        """)
@Example(shows = "Copy the record to publish", run = "Get-DkimKey example.com | Where-Object Published -eq $false "
        + "| Select-Object DnsName, DnsText", prints = """
        DnsName …DnsText
        ------- …
        s2._domainkey.example.com …v=DKIM1; k=rsa; s=*; p=…
        """)
public record GetDkimKey(
        @Param(value = "Domain that signs; all when not given.", position = 0, pipeline = true) @Nullable Domain domain)
        implements
            Cmdlet.Query<DkimKeyView> {

    @Override
    public Stream<DkimKeyView> run(Management engine) throws ManagementException {
        return engine.tlsReports().keys(domain).stream();
    }
}
