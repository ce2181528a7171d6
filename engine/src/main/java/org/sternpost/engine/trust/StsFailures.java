package org.sternpost.engine.trust;

import java.util.List;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.Policy.HeldPolicy;
import org.sternpost.engine.mtasts.PolicyLookup.StsLookup;

/// What is wrong with an MTA-STS policy, or with a host beside it.
final class StsFailures {

    private StsFailures() {}

    /// `MtaStsMode Mandatory`, and no policy in mode `enforce` (docs/transport-security.md#fail-sts-required,
    /// docs/transport-security.md#fail-sts-policy).
    static Failure stsRequired(Domain domain, String seen, List<StsLookup.Trouble> troubles) {
        Reason reason = troubles.stream().map(trouble -> switch (trouble.kind()) {
            case Fetch -> Reason.STS_POLICY_FETCH_ERROR;
            case WebPki -> Reason.STS_WEBPKI_INVALID;
            case Invalid -> Reason.STS_POLICY_INVALID;
            case Record, Lookup, PossibleDowngrade, RunningOut -> Reason.STS_REQUIRED;
            case Local -> Reason.LOCAL;
        }).findFirst().orElse(Reason.STS_REQUIRED);
        String because = troubles.isEmpty() ? "" : ": " + troubles.getFirst().sentence();
        return new Failure(reason, "the connector wants an enforced MTA-STS policy, but " + seen + because
                + " (MtaStsMode Mandatory)",
                "Ask the postmaster of " + domain + " to publish a policy in mode enforce,"
                        + " or except the domain: New-TlsException.")
                .plainly("our connector insists on an enforced mail policy (MTA-STS), which the domain does not offer: "
                        + seen + because);
    }

    /// An enforced policy does not list the host (RFC 8461 §4.1).
    static Failure stsMismatch(Domain host, HeldPolicy held) {
        return new Failure(Reason.STS_MX_MISMATCH, host + " matches no mx of the MTA-STS policy of " + held.domain()
                + " (id " + held.id() + ": " + held.policy().mx() + "), which is enforced (RFC 8461 §4.1)",
                "Add 'mx: " + host + "' to https://mta-sts." + held.domain()
                        + "/.well-known/mta-sts.txt and change the id of _mta-sts." + held.domain()
                        + " TXT, or correct the MX records. A '*' stands for one label alone (RFC 8461 §4.1).")
                .plainly("the domain's own mail policy (MTA-STS) does not allow the mail host " + host
                        + ", to which its DNS leads");
    }

    /// A policy in mode `testing` does not list the host: reported, never blocks (RFC 8461 §5).
    static Failure stsTestingMismatch(Domain host, HeldPolicy held) {
        Failure enforced = stsMismatch(host, held);
        return new Failure(enforced.reason(), enforced.sentence().replace("which is enforced",
                "which is in mode testing and blocks nothing"), enforced.remedy())
                .plainly(enforced.plain() + "; the policy is in testing, so nothing is refused yet");
    }

    /// Something odd about a policy, kept as a note.
    static Failure trouble(Domain domain, StsLookup.Trouble trouble) {
        String url = "https://mta-sts." + domain + "/.well-known/mta-sts.txt";
        String seen = trouble.sentence();
        return switch (trouble.kind()) {
            case Record -> new Failure(Reason.STS_POLICY_INVALID, seen,
                    "Correct the TXT record _mta-sts." + domain + ": exactly one begins with 'v=STSv1;', and it has a"
                            + " valid id (RFC 8461 §3.1).")
                    .plainly("the record that announces a mail policy (MTA-STS) is not valid, so there is none: "
                            + seen);
            case Lookup -> new Failure(Reason.STS_POLICY_FETCH_ERROR, seen,
                    "Repair the name servers that answer '_mta-sts." + domain
                            + " TXT'; this gateway's own DNS servers answer other questions.")
                    .plainly("nobody can learn whether the domain has a mail policy (MTA-STS): " + seen);
            case PossibleDowngrade -> new Failure(Reason.STS_POLICY_FETCH_ERROR, seen,
                    "To end MTA-STS publish mode: none first (RFC 8461 §8.3); else restore _mta-sts." + domain + ".")
                    .plainly("the announcement of the domain's mail policy (MTA-STS) is gone, by mistake or because"
                            + " somebody hides it");
            case Fetch -> new Failure(Reason.STS_POLICY_FETCH_ERROR, seen, "Let " + url
                    + " answer, and directly: HTTPS on port 443, status 200, no redirect, Content-Type text/plain, at"
                    + " most 64 KiB, within a minute (RFC 8461 §3.3).")
                    .plainly("the domain announces a mail policy (MTA-STS) that cannot be had: " + seen);
            case WebPki -> new Failure(Reason.STS_WEBPKI_INVALID, seen,
                    "Give the web server of mta-sts." + domain
                            + " a certificate of a public CA for that name, within its"
                            + " dates and sent with its chain (RFC 8461 §3.3).")
                    .plainly("the domain announces a mail policy (MTA-STS) that cannot be had, because the certificate"
                            + " of its web server is not valid: " + seen);
            case Invalid -> new Failure(Reason.STS_POLICY_INVALID, seen, "Correct the policy file " + url
                    + " (RFC 8461 §3.2), and then change the id of _mta-sts." + domain + " TXT.")
                    .plainly("the domain's mail policy (MTA-STS) was fetched and is not valid: " + seen);
            case RunningOut -> new Failure(Reason.STS_POLICY_FETCH_ERROR, seen,
                    "Make the policy at " + url + " reachable again before it runs out.")
                    .plainly("the domain's mail policy (MTA-STS) is about to run out and cannot be renewed");
            case Local -> new Failure(Reason.LOCAL, seen,
                    "Restore this gateway's DNS servers and network: Test-Resolver.")
                    .plainly("our mail gateway could not look for the domain's mail policy (MTA-STS)");
        };
    }
}
