package org.sternpost.engine.dnssec;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What one DNS server showed when it was asked what is known.
///
/// @param took of the first question over UDP
public record ServerCheck(InetSocketAddress server, List<Finding> findings, Duration took) {
    public ServerCheck { findings = List.copyOf(findings); }

    /// What was looked at.
    public enum Subject { Loopback, Udp, Tcp, Edns, Signatures, TrustAnchor, Clock, Secure, AuthenticData, Bogus }

    /// What it came to.
    public enum Result {
        Good,
        /// It could not be told, or it does not matter in this mode.
        Odd, Bad
    }

    /// @param seen    in the words of the protocol
    /// @param meaning half a sentence for someone who never read an RFC
    /// @param remedy  what to do; empty text when nothing is wrong
    public record Finding(Subject subject, Result result, String seen, String meaning, String remedy, String rule) {}

    /// The server as the settings name it.
    public String name() { return ResolverCheck.name(server); }

    /// The finding that weighs most; empty when all is well.
    public Optional<Finding> worst() {
        // A clock that is wrong makes proofs fail, so it explains them.
        return findings.stream().filter(one -> one.result() == Result.Bad && one.subject() == Subject.Clock).findFirst()
                .or(() -> findings.stream().filter(one -> one.result() == Result.Bad).findFirst());
    }

    /// True if answers may be used.
    public boolean isTrusted() { return worst().isEmpty(); }
}
