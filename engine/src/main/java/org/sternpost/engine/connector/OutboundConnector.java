package org.sternpost.engine.connector;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One route and all that an administrator said about it. A value: a change makes a new one with the next revision.
///
/// @param id               what queues, evidence, exceptions and rollouts know it by, whatever its name becomes
/// @param recipientDomains which domains it serves; empty serves none
/// @param smartHosts       next hops when `useMxRecord` is false; empty otherwise
/// @param tlsDomain        the name that `DomainValidation` wants, exact or `*.name`; null without it
/// @param port             TCP port of its next hops; 0 means the engine's `delivery.smtpPort`
/// @param sourceIpAddress  local address to connect from; null leaves it to the system
/// @param fqdn             name said in EHLO; null means the engine's `hostName`
/// @param maxMessageSize   octets; 0 means no limit of its own
/// @param messageExpiration null means the engine's `delivery.messageExpiration`
/// @param rollout          the share of domains that a running rollout judges by another mode; null when none runs
public record OutboundConnector(String id, String name, boolean enabled, String comment,
        List<DomainPattern> recipientDomains,
        boolean useMxRecord, List<HostPort> smartHosts, TlsValidation tlsValidation, SmtpDaneMode smtpDaneMode,
        MtaStsMode mtaStsMode, TlsSettings tlsSettings, @Nullable String tlsDomain, int port,
        @Nullable String sourceIpAddress, @Nullable String fqdn, long maxMessageSize,
        @Nullable Duration messageExpiration, long revision, Instant whenCreated, Instant whenChanged,
        @Nullable RolloutShare rollout) {

    /// The name of the connector that serves what no other does and cannot be removed.
    public static final String DEFAULT = "Default";
    private static final int NAME_CHARACTERS_MAX = 64; // as Exchange

    public OutboundConnector {
        recipientDomains = List.copyOf(recipientDomains);
        smartHosts = List.copyOf(smartHosts);
        refuse(name.isBlank() || name.length() > NAME_CHARACTERS_MAX, "a connector's name has 1 to 64 characters");
        refuse(name.chars().anyMatch(c -> c < 0x20 || c == 0x7f), "a connector's name has no control characters");
        refuse(!useMxRecord && smartHosts.isEmpty(), "UseMXRecord $false needs -SmartHosts");
        refuse(useMxRecord && !smartHosts.isEmpty(), "-SmartHosts needs -UseMXRecord $false");
        refuse(tlsDomain != null && tlsSettings != TlsSettings.DomainValidation,
                "-TlsDomain needs -TlsSettings DomainValidation");
        refuse(tlsDomain == null && tlsSettings == TlsSettings.DomainValidation,
                "-TlsSettings DomainValidation needs -TlsDomain");
        refuse(port < 0 || port > 65_535, "port " + port + " is not in 0..65535");
        refuse(maxMessageSize < 0, "a message size is not negative");
        refuse("*".equals(tlsDomain), "-TlsDomain '*' names no domain");
        // As certificates write it: in A-labels.
        if (tlsDomain != null) tlsDomain = DomainPattern.of(tlsDomain).toString();
    }

    /// One that is new; its identity is its name unless the store has that already.
    public OutboundConnector(String name, boolean enabled, String comment, List<DomainPattern> recipientDomains,
            boolean useMxRecord, List<HostPort> smartHosts, TlsValidation tlsValidation, SmtpDaneMode smtpDaneMode,
            MtaStsMode mtaStsMode, TlsSettings tlsSettings, @Nullable String tlsDomain, int port,
            @Nullable String sourceIpAddress, @Nullable String fqdn, long maxMessageSize,
            @Nullable Duration messageExpiration, long revision, Instant whenCreated, Instant whenChanged,
            @Nullable RolloutShare rollout) {
        this(name, name, enabled, comment, recipientDomains, useMxRecord, smartHosts, tlsValidation, smtpDaneMode,
                mtaStsMode, tlsSettings, tlsDomain, port, sourceIpAddress, fqdn, maxMessageSize, messageExpiration,
                revision, whenCreated, whenChanged, rollout);
    }

    public boolean isDefault() { return name.equals(DEFAULT); }

    /// In a mode of its own, with a share of its domains in another or without.
    public OutboundConnector withMode(TlsValidation mode, @Nullable RolloutShare share) {
        return with(id, mode, smtpDaneMode, mtaStsMode, revision, whenChanged, share);
    }

    /// As an exception judges one domain: no share of a rollout reaches it.
    OutboundConnector judging(TlsValidation mode, SmtpDaneMode dane, MtaStsMode sts) {
        return with(id, mode, dane, sts, revision, whenChanged, null);
    }

    OutboundConnector withId(String identity) {
        return with(identity, tlsValidation, smtpDaneMode, mtaStsMode, revision, whenChanged, rollout);
    }

    OutboundConnector revised(long next, Instant now) {
        return with(id, tlsValidation, smtpDaneMode, mtaStsMode, next, now, rollout);
    }

    private OutboundConnector with(String identity, TlsValidation mode, SmtpDaneMode dane, MtaStsMode sts, long number,
            Instant changed, @Nullable RolloutShare share) {
        return new OutboundConnector(identity, name, enabled, comment, recipientDomains, useMxRecord, smartHosts, mode,
                dane, sts, tlsSettings, tlsDomain, port, sourceIpAddress, fqdn, maxMessageSize, messageExpiration,
                number, whenCreated, changed, share);
    }

    /// The mode that mail to a recipient domain gets now: a running rollout may have moved its share.
    ///
    /// A connector that [ConnectorRouting] chose has the exception for that domain applied, and then no rollout.
    public TlsValidation modeFor(org.sternpost.engine.mail.Domain recipient) {
        return rollout != null && rollout.covers(id, recipient) ? rollout.to() : tlsValidation;
    }

    private static void refuse(boolean broken, String why) { if (broken) throw new IllegalArgumentException(why); }
}
