package org.sternpost.engine.control;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.control.view.MailFlowView;
import org.sternpost.engine.control.view.TlsExpiryView;
import org.sternpost.engine.control.view.TlsInventoryView;
import org.sternpost.engine.control.view.TlsReadinessView;

/// Which mail goes where, and what its TLS is, see [FlowReports].
public interface FlowPort {

    /// What an inventory may be grouped and chosen by.
    enum Shown { Domain, Host, Protocol, Cipher, KeyExchange, Signature, Key, CertificateSignature, Issuer }

    /// The days (UTC) that are looked at, with that of both times.
    ///
    /// @param until null for now
    record Span(Instant since, @Nullable Instant until) {}

    /// By messages, the most first.
    ///
    /// @param connector null for all; with `*` and `?` for several
    /// @param domain    the same
    List<MailFlowView> flows(Span span, @Nullable String connector, @Nullable String domain)
            throws ManagementException;

    /// What was seen most first.
    ///
    /// @param by   what makes a row
    /// @param only patterns with `*` and `?`
    /// @param postQuantum only with such a key exchange, or only without; null for both
    List<TlsInventoryView> inventory(Span span, List<Shown> by, Map<Shown, String> only, @Nullable Boolean postQuantum)
            throws ManagementException;

    /// What TLS depends on and ends within a time, or has ended; the first end first, see [EndsSoon].
    List<TlsExpiryView> endsWithin(Duration span) throws ManagementException;

    /// What `Enabled` would do to the mail of a connector's domains now, asked of their hosts without mail; see
    /// [ProbedReadiness].
    ///
    /// @param connector null for all
    /// @param since     mail to whose domains is looked at; null for the last 30 days
    /// @param most      domains of each connector, those with most mail first
    List<TlsReadinessView> probed(@Nullable String connector, @Nullable Instant since, double maxFailurePercent,
            int most)
            throws ManagementException;
}
