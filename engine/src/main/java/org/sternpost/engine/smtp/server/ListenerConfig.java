package org.sternpost.engine.smtp.server;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.tls.ServerIdentity;

/// What all sessions of one listener share.
///
/// @param hostName  our name in greeting and `Received`
/// @param allowed   networks whose clients may relay
/// @param admission of all listeners
/// @param spool     directory for messages that do not fit in memory while they arrive
/// @param identity  what STARTTLS shows; empty: it is not offered
public record ListenerConfig(Domain hostName, List<Network> allowed, Admission admission, MessageSink sink,
        Path spool, Optional<ServerIdentity> identity, Time time) {

    public ListenerConfig { allowed = List.copyOf(allowed); }

    ServerLimits limits() { return admission.limits(); }

    boolean mayRelay(InetAddress client) { return allowed.stream().anyMatch(network -> network.contains(client)); }
}
