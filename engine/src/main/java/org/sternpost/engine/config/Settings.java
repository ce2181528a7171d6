package org.sternpost.engine.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sternpost.engine.alert.AlertTerms;
import org.sternpost.engine.connector.DomainPattern;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.pickup.PickupTerms;
import org.sternpost.engine.smtp.server.SmtpServer.ServerLimits;

/// All that is set outside the store. Every part has a default; paths are absolute here. The parts are called as the
/// sections of the file.
///
/// @param pickup files that are mail; empty: none
public record Settings(Path home, String hostName, Path dataDirectory, Path adminSocket, Submission submission,
        Optional<PickupTerms> pickup, Dns dns, Tls tls, MtaSts mtaSts, Delivery delivery, Retention retention,
        TlsRpt tlsRpt, Readiness readiness, Flows flows, AlertTerms alerts) {

    /// Where mail comes in, and how much of it at once.
    public record Submission(List<Listener> listeners, ServerLimits limits) {}

    /// One submission listener.
    ///
    /// @param allow networks in CIDR form that may relay without a password
    /// @param tls   what TLS shows; empty: it is not offered
    /// @param proxies networks whose connections begin with the address of the client
    /// @param lenient odd commands of old devices are taken for what they mean
    public record Listener(InetSocketAddress address, List<String> allow, Optional<ListenerTls> tls, Auth auth,
            List<String> proxies, boolean lenient) {}

    /// Whether clients of a listener may prove by a password who they are, and whether they must.
    public enum Auth { none, offered, required }

    /// PEM files: the chain, leaf first, and its private key.
    ///
    /// @param implicit a session begins with the handshake, as on port 465; else by STARTTLS
    public record ListenerTls(Path certificate, Path key, boolean implicit) {}

    /// @param servers empty: the system's
    /// @param timeout for one answer of one server; a proof may take ten times that
    /// @param testSecureName a domain that is known to be signed well, for Test-Resolver
    /// @param testBogusName  one that is known to be signed badly
    public record Dns(List<InetSocketAddress> servers, Duration timeout, Validation validation,
            Optional<Path> trustAnchors,
            Domain testSecureName, Domain testBogusName) {}

    /// Who proves DNS answers: the engine itself, or a resolver on loopback whose AD bit is believed.
    public enum Validation { local, resolver }

    /// Which authorities are trusted for certificates.
    ///
    /// @param system those of the machine too
    public record Tls(List<Path> trustedCertificates, boolean system) {}

    /// How policy hosts are reached.
    ///
    /// @param allowPrivateAddresses they may have loopback and private addresses; for laboratories only
    public record MtaSts(int httpsPort, boolean allowPrivateAddresses) {}

    /// @param sessionIdle    how long a session waits for its next message
    /// @param retryIntervals the last one repeats
    /// @param allowLoopback  MX records may lead to this machine; for laboratories only
    public record Delivery(int smtpPort, int maxSessions, int maxSessionsPerHost, int maxSessionsPerDomain,
            int maxMessagesPerSession, Duration sessionIdle, Duration messageExpiration,
            List<Duration> retryIntervals, Duration delayNotice, long maxMessageBytes,
            boolean allowLoopback) {}

    /// Reports of RFC 8460 to the owners of domains.
    ///
    /// @param send    each day by itself, once there is a DKIM key for the domain of `from`
    /// @param contact mailbox for questions, of the same domain as `from`
    public record TlsRpt(boolean send, String organization, Address contact, Address from) {}

    /// How long what is over is remembered.
    ///
    /// @param trace    of mail that is final, since it was received
    /// @param evidence what was proven of hosts, verdicts on messages, reports to the owners of domains
    /// @param counts   of each day, which `Get-DeliveryReport` sums
    /// @param audit    who changed what; rollouts that have ended, and alerts that are over
    public record Retention(Duration trace, Duration evidence, Duration counts, Duration audit) {}

    /// What must have been judged before a connector counts as ready for `Enabled`.
    ///
    /// @param minDays also for how long a domain that failed must have passed
    public record Readiness(int minMessages, int minDomains, int minDays) {}

    /// Which domains `Get-MailFlow` suggests a connector of their own for.
    ///
    /// @param sensitive   whatever their mail shows
    /// @param minMessages that must have been judged before what they show says anything
    public record Flows(List<DomainPattern> sensitive, int minMessages) {}

    /// Reads the file that `-Settings` names, or `sternpost.yaml` in the home directory if there is one; otherwise all
    /// defaults. The home is `STERNPOST_HOME`, else `.sternpost` in the user's own.
    public static Settings locate(Optional<Path> given, Map<String, String> environment) throws SettingsException {
        String named = environment.getOrDefault("STERNPOST_HOME", "");
        Path home = named.isEmpty() ? Path.of(environment.getOrDefault("HOME", "."), ".sternpost") : Path.of(named);
        if (given.isPresent()) return load(given.get());
        Path file = home.resolve("sternpost.yaml");
        return file.toFile().exists() ? load(file) : SettingsFile.defaults(home.toAbsolutePath().normalize());
    }

    /// Reads one file; relative paths in it start at its directory.
    public static Settings load(Path file) throws SettingsException { return SettingsFile.load(file); }
}
