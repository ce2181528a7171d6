package org.sternpost.engine.delivery;

import java.net.InetAddress;
import java.util.Optional;
import org.sternpost.engine.evidence.HostEvidence;
import org.sternpost.engine.trust.Failure;

/// A session that was opened, or an attempt at one that came far enough to say something of TLS.
///
/// One session carries many messages and leaves evidence of each; it is one opening, of the first of them.
///
/// @param local     our address on the connection; empty when nothing was dialled
/// @param handshake why the handshake failed, if it did
public record TlsSession(HostEvidence evidence, Optional<InetAddress> local, Optional<Failure> handshake) {}
