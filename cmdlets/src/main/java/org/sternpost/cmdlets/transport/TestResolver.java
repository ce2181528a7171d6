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
import org.sternpost.engine.control.view.ResolverView;
import org.sternpost.engine.mail.Domain;

/// Asks each server what is known: one domain that is signed well and one that is signed badly.
@Name(verb = Verb.Test, noun = "Resolver", summary = "Says whether the answers of the DNS servers in use may be "
        + "trusted.")
@Example(shows = "Look at DNS before looking at partners", run = "Test-Resolver", prints = """
    The answers of 127.0.0.1:… may be trusted.

    ok    127.0.0.1:…
      first answer after: …
    …
      ok    Signatures  Good
        … SOA: with its signature (RRSIG)
        It passes the signatures of DNSSEC on. (RFC 3225 §3)
    …
    """)
@Example(shows = "Keep what a job compares", run = "Test-Resolver | Format-Table Server, Trusted", prints = """
    Server           Trusted
    ---------------  -------
    127.0.0.1:…True
    """)
public record TestResolver(
        @Param("A well signed domain; without it dns.testSecureName of the settings.") @Nullable Domain secureName,
        @Param("A badly signed domain; without it dns.testBogusName of the settings.") @Nullable Domain bogusName)
        implements
            Cmdlet.Query<ResolverView> {

    @Override
    public Stream<ResolverView> run(Management engine) throws ManagementException {
        return engine.tls().resolvers(secureName, bogusName).stream();
    }
}
