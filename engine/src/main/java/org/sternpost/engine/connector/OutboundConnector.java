package org.sternpost.engine.connector;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.QueueId;

/// One route and all that an administrator said about it. A value: a change makes a new one with the next revision.
///
/// Its settings lie in groups whose components are called as Exchange calls the parameters. A new setting is a
/// component here, a column of [ConnectorRow], a parameter of `New-` and `Set-OutboundConnector`
/// (`ConnectorParameters`) and a property of `ConnectorView`; what a change would alter follows from here.
///
/// @param stored what the engine keeps of it besides its settings
public record OutboundConnector(General general, Route route, TlsPolicy tls, ConnectionSettings connection,
        MessageLimits limits, Pace pace, Stored stored) {

    /// The name of the connector that serves what no other does and cannot be removed.
    public static final String DEFAULT = "Default";

    /// Which connector it is and whose mail it takes.
    ///
    /// @param recipientDomains which domains it serves; empty serves none
    public record General(String name, boolean enabled, List<DomainPattern> recipientDomains, String comment) {

        public General { recipientDomains = List.copyOf(recipientDomains); }

        public General withName(String other) { return new General(other, enabled, recipientDomains, comment); }

        public General withRecipientDomains(List<DomainPattern> others) {
            return new General(name, enabled, others, comment);
        }
    }

    /// Where its mail goes next.
    ///
    /// @param smartHosts next hops when `useMXRecord` is false; empty otherwise
    public record Route(boolean useMXRecord, List<HostPort> smartHosts) {

        /// To the MX hosts of each recipient's domain.
        public static final Route MX = new Route(true, List.of());

        public Route {
            smartHosts = List.copyOf(smartHosts);
            refuse(!useMXRecord && smartHosts.isEmpty(), "UseMXRecord $false needs -SmartHosts");
            refuse(useMXRecord && !smartHosts.isEmpty(), "-SmartHosts needs -UseMXRecord $false");
        }
    }

    /// What each session must prove, and what becomes of mail when it does not.
    ///
    /// @param tlsDomain the name that `DomainValidation` wants, exact or `*.name`; null without it
    public record TlsPolicy(TlsValidation tlsValidation, SmtpDaneMode smtpDaneMode, MtaStsMode mtaStsMode,
            TlsSettings tlsSettings, @Nullable String tlsDomain) {

        /// Of a connector that was given none (docs/transport-security.md#modes).
        public static final TlsPolicy FRESH = new TlsPolicy(TlsValidation.Opportunistic, SmtpDaneMode.Opportunistic,
                MtaStsMode.Opportunistic, TlsSettings.None, null);

        public TlsPolicy {
            refuse(tlsDomain != null && tlsSettings != TlsSettings.DomainValidation,
                    "-TlsDomain needs -TlsSettings DomainValidation");
            refuse(tlsDomain == null && tlsSettings == TlsSettings.DomainValidation,
                    "-TlsSettings DomainValidation needs -TlsDomain");
            refuse("*".equals(tlsDomain), "-TlsDomain '*' names no domain");
            // As certificates write it: in A-labels.
            if (tlsDomain != null) tlsDomain = DomainPattern.of(tlsDomain).toString();
        }

        public TlsPolicy withTlsValidation(TlsValidation mode) {
            return new TlsPolicy(mode, smtpDaneMode, mtaStsMode, tlsSettings, tlsDomain);
        }

        public TlsPolicy withModes(SmtpDaneMode dane, MtaStsMode sts) {
            return new TlsPolicy(tlsValidation, dane, sts, tlsSettings, tlsDomain);
        }

        /// With a floor for every session that wants no name of its own.
        public TlsPolicy withTlsSettings(TlsSettings floor) {
            return new TlsPolicy(tlsValidation, smtpDaneMode, mtaStsMode, floor, null);
        }

        public TlsPolicy withTlsDomain(String wanted) {
            return new TlsPolicy(tlsValidation, smtpDaneMode, mtaStsMode, TlsSettings.DomainValidation, wanted);
        }
    }

    /// How a session to a next hop is opened.
    ///
    /// @param port            TCP port of its next hops; 0 means the engine's `delivery.smtpPort`
    /// @param sourceIPAddress local address to connect from; null leaves it to the system
    /// @param fqdn            name said in EHLO; null means the engine's `hostName`
    public record ConnectionSettings(int port, @Nullable String sourceIPAddress, @Nullable String fqdn) {

        /// As the engine does it where nothing else is said.
        public static final ConnectionSettings OF_ENGINE = new ConnectionSettings(0, null, null);

        public ConnectionSettings { refuse(port < 0 || port > 65_535, "port " + port + " is not in 0..65535"); }

        public ConnectionSettings withPort(int wanted) { return new ConnectionSettings(wanted, sourceIPAddress, fqdn); }
    }

    /// How large its mail may be and how long it may wait.
    ///
    /// @param maxMessageSize    octets; 0 means no limit of its own
    /// @param messageExpiration null means the engine's `delivery.messageExpiration`
    public record MessageLimits(long maxMessageSize, @Nullable Duration messageExpiration) {

        /// No limits of its own.
        public static final MessageLimits OF_ENGINE = new MessageLimits(0, null);

        public MessageLimits { refuse(maxMessageSize < 0, "a message size is not negative"); }

        public MessageLimits withMaxMessageSize(long octets) { return new MessageLimits(octets, messageExpiration); }

        public MessageLimits withMessageExpiration(Duration wait) { return new MessageLimits(maxMessageSize, wait); }
    }

    /// How many sessions carry its mail at once, and when what was deferred is tried again.
    ///
    /// @param maxSessions           at once in all; 0 means no limit of its own
    /// @param maxSessionsPerDomain  at once to one domain; 0 means the engine's `delivery.maxSessionsPerDomain`
    /// @param maxMessagesPerSession 0 means the engine's `delivery.maxMessagesPerSession`
    /// @param retryIntervals        of which the last repeats; empty means the engine's `delivery.retryIntervals`
    public record Pace(int maxSessions, int maxSessionsPerDomain, int maxMessagesPerSession,
            List<Duration> retryIntervals) {

        /// As the engine does it where nothing else is said.
        public static final Pace OF_ENGINE = new Pace(0, 0, 0, List.of());

        private static final int INTERVALS_MAX = 50;
        private static final Duration INTERVAL_MIN = Duration.ofSeconds(1);
        private static final Duration INTERVAL_MAX = Duration.ofDays(1); // RFC 5321 §4.5.4.1 speaks of hours at most

        public Pace {
            refuse(maxSessions < 0 || maxSessionsPerDomain < 0, "a number of sessions is not negative");
            refuse(maxMessagesPerSession < 0, "a number of messages is not negative");
            retryIntervals = List.copyOf(retryIntervals);
            refuse(retryIntervals.size() > INTERVALS_MAX, "-RetryIntervals takes " + INTERVALS_MAX + " spans at most");
            refuse(retryIntervals.stream().anyMatch(span -> span.compareTo(INTERVAL_MIN) < 0),
                    "-RetryIntervals takes no span under a second");
            refuse(retryIntervals.stream().anyMatch(span -> span.compareTo(INTERVAL_MAX) > 0),
                    "-RetryIntervals takes no span over a day; 15m is a quarter of an hour");
        }

        public Pace withMaxSessions(int sessions) {
            return new Pace(sessions, maxSessionsPerDomain, maxMessagesPerSession, retryIntervals);
        }

        public Pace withMaxSessionsPerDomain(int sessions) {
            return new Pace(maxSessions, sessions, maxMessagesPerSession, retryIntervals);
        }

        public Pace withMaxMessagesPerSession(int messages) {
            return new Pace(maxSessions, maxSessionsPerDomain, messages, retryIntervals);
        }

        public Pace withRetryIntervals(List<Duration> spans) {
            return new Pace(maxSessions, maxSessionsPerDomain, maxMessagesPerSession, spans);
        }
    }

    /// What the engine keeps of a connector besides its settings.
    ///
    /// @param id      what queues, evidence, exceptions and rollouts know it by, whatever its name becomes
    /// @param rollout the share of domains that a running rollout judges by another mode; null when none runs
    public record Stored(String id, long revision, Instant whenCreated, Instant whenChanged,
            @Nullable RolloutShare rollout) {

        /// Of one that is new; its identity is its name unless the store has that already.
        static Stored first(String name, Instant now) { return new Stored(name, 1, now, now, null); }

        Stored withRollout(@Nullable RolloutShare share) {
            return new Stored(id, revision, whenCreated, whenChanged, share);
        }
    }

    /// All groups of settings.
    public List<Record> settings() { return List.of(general, route, tls, connection, limits, pace); }

    public String id() { return stored.id(); }

    public String name() { return general.name(); }

    public @Nullable RolloutShare rollout() { return stored.rollout(); }

    public boolean isDefault() { return name().equals(DEFAULT); }

    public OutboundConnector withGeneral(General other) {
        return new OutboundConnector(other, route, tls, connection, limits, pace, stored);
    }

    public OutboundConnector withRoute(Route other) {
        return new OutboundConnector(general, other, tls, connection, limits, pace, stored);
    }

    public OutboundConnector withTls(TlsPolicy other) {
        return new OutboundConnector(general, route, other, connection, limits, pace, stored);
    }

    public OutboundConnector withConnection(ConnectionSettings other) {
        return new OutboundConnector(general, route, tls, other, limits, pace, stored);
    }

    public OutboundConnector withLimits(MessageLimits other) {
        return new OutboundConnector(general, route, tls, connection, other, pace, stored);
    }

    public OutboundConnector withPace(Pace other) {
        return new OutboundConnector(general, route, tls, connection, limits, other, stored);
    }

    /// In a mode of its own for all its domains.
    public OutboundConnector withMode(TlsValidation mode) {
        return withTls(tls.withTlsValidation(mode)).with(stored.withRollout(null));
    }

    /// In a mode of its own, with a share of its domains in another.
    public OutboundConnector withMode(TlsValidation mode, RolloutShare share) {
        return withTls(tls.withTlsValidation(mode)).with(stored.withRollout(share));
    }

    OutboundConnector withId(String identity) {
        return with(new Stored(identity, stored.revision, stored.whenCreated, stored.whenChanged, stored.rollout));
    }

    OutboundConnector revised(long next, Instant now) {
        return with(new Stored(stored.id, next, stored.whenCreated, now, stored.rollout));
    }

    private OutboundConnector with(Stored other) {
        return new OutboundConnector(general, route, tls, connection, limits, pace, other);
    }

    /// The mode that a message to a recipient domain gets now: a running rollout may have moved its share.
    ///
    /// A connector that [ConnectorRouting] chose has the exception for that domain applied, and then no rollout.
    public TlsValidation modeFor(Domain recipient, QueueId message) {
        RolloutShare rollout = stored.rollout;
        return rollout != null && rollout.covers(stored.id, recipient, message) ? rollout.to() : tls.tlsValidation;
    }

    /// The strictest mode that mail to a recipient domain may get now: of a share of messages it is not known which.
    public TlsValidation modeFor(Domain recipient) {
        RolloutShare rollout = stored.rollout;
        if (rollout == null || !rollout.covers(stored.id, recipient)) return tls.tlsValidation;
        boolean both = rollout.by() == ShareOf.Message && rollout.to().compareTo(tls.tlsValidation) < 0;
        return both ? tls.tlsValidation : rollout.to();
    }

    private static void refuse(boolean broken, String why) { if (broken) throw new IllegalArgumentException(why); }
}
