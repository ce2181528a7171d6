package org.sternpost.bench;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.sternpost.lab.ca.Identity;
import org.sternpost.lab.ca.ServerTls;

/// TLS of one mail host: its certificate, and session tickets that only it takes back.
///
/// Java does not say whether a handshake resumed a session. But a session keeps the time at which it was made, in its
/// ticket too: one that is older than the handshake was resumed.
final class SinkTls {

    /// As OpenSSL gives, so that a client that uses each ticket once can still have several sessions.
    private static final String TICKETS = "jdk.tls.server.newSessionTicketCount";

    static {
        System.setProperty(TICKETS, System.getProperty(TICKETS, "2"));
    }

    private final SSLContext context;

    SinkTls(Identity identity) { context = ServerTls.of(identity); }

    SSLEngine engine() {
        var engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        return engine;
    }

    /// Whether the handshake that began then made a new session.
    static boolean isFull(SSLEngine engine, long begunMillis) {
        return engine.getSession().getCreationTime() >= begunMillis;
    }
}
