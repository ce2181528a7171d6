package org.sternpost.engine.evidence;

import java.time.Instant;
import java.util.Optional;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.tls.SessionFacts;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.HostFacts;

/// What one attempt proved about one host, whatever the mode (docs/transport-security.md#evidence).
///
/// @param mode      in force for this recipient domain at this attempt
/// @param pass      1 the strict pass that does as `Enabled`, 2 the relaxed one of `Opportunistic` or the only one of
///                  `Disabled`
/// @param address   dialled, `192.0.2.1:25`; empty text when none was
/// @param pkix      verdict of PKIX in words, `valid` or why not; empty text when there was no certificate
/// @param dane      verdict of DANE by itself
/// @param sts       verdict of MTA-STS by itself
/// @param opportunistic what that mode would have done with this host; empty: delivered there
/// @param enabled   why `Enabled` refuses this host; empty: it does not
/// @param mandatory why `Enabled` with everything `Mandatory` refuses it; empty: it does not
/// @param result    what the attempt came to at this host, `250 2.0.0 Ok` or the sentence of its failure
public record HostEvidence(Instant at, String connector, long connectorRevision, TlsValidation mode, int pass,
        Domain recipientDomain, Domain host, String address, int preference, HostFacts facts,
        Optional<SessionFacts> session, String pkix, Finding dane, Finding sts, Level achieved, Level required,
        Optional<Failure> opportunistic, Optional<Failure> enabled, Optional<Failure> mandatory, boolean delivered,
        String result) {}
