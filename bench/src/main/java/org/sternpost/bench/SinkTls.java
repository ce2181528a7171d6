package org.sternpost.bench;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.sternpost.lab.ca.Identity;

/// TLS of one mail host: its certificate, and session tickets that only it takes back.
///
/// Java does not say whether a handshake resumed a session. But a session keeps the time at which it was made, in its
/// ticket too: one that is older than the handshake was resumed.
final class SinkTls {

    /// As OpenSSL gives, so that a client that uses each ticket once can still have several sessions.
    private static final String TICKETS = "jdk.tls.server.newSessionTicketCount";
    private static final String ALIAS = "host";

    static {
        System.setProperty(TICKETS, System.getProperty(TICKETS, "2"));
    }

    private final SSLContext context;

    SinkTls(Identity identity) {
        try {
            context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[]{new OneKey(identity)}, null, null);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    SSLEngine engine() {
        var engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        return engine;
    }

    /// Whether the handshake that began then made a new session.
    static boolean isFull(SSLEngine engine, long begunMillis) {
        return engine.getSession().getCreationTime() >= begunMillis;
    }

    private static final class OneKey extends X509ExtendedKeyManager {
        private final Identity identity;

        OneKey(Identity identity) { this.identity = identity; }

        @Override
        public @Nullable String chooseEngineServerAlias(String keyType, Principal @Nullable [] issuers,
                SSLEngine engine) {
            return identity.key().getAlgorithm().equals(keyType) ? ALIAS : null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return identity.chain().toArray(X509Certificate[]::new);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) { return identity.key(); }

        @Override
        public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers,
                @Nullable Socket socket) {
            return null;
        }

        @Override
        public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) { return new String[0]; }

        @Override
        public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) { return new String[0]; }

        @Override
        public @Nullable String chooseClientAlias(String[] keyTypes, Principal @Nullable [] issuers,
                @Nullable Socket socket) {
            return null;
        }
    }
}
