package org.sternpost.cmdlets.report;

import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.Management.DkimAlgorithm;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.Plan;
import org.sternpost.engine.control.view.DkimKeyView;
import org.sternpost.engine.mail.Domain;

/// Makes a key that signs our reports; they go out once DNS shows it.
@Name(verb = Verb.New, noun = "DkimKey", summary = "Makes a key for TLS reports, and shows the record to publish.")
@Example(shows = "Make a key and see the TXT record to publish", run = "New-DkimKey example.com s3 "
        + "| Select-Object DnsName, DnsText", prints = """
        DkimKey s3._domainkey.example.com: key → RSA s3._domainkey.example.com
        DnsName                    DnsText
        -------------------------  …
        s3._domainkey.example.com  v=DKIM1; k=rsa; s=*; p=…
        """)
public record NewDkimKey(
        @Param(value = "Domain that signs: that of the reports' From, or one above it.", position = 0) Domain domain,
        @Param(value = "Name of the key within the domain.", position = 1) String selector,
        @Param(value = "RSA of 2048 bits, which all receivers know, or "
                + "Ed25519.", defaultValue = "RSA") DkimAlgorithm algorithm)
        implements
            Cmdlet.Change<DkimKeyView> {

    @Override
    public Plan<DkimKeyView> plan(Management engine) throws ManagementException {
        return engine.tlsReports().createKey(domain, selector, algorithm);
    }
}
