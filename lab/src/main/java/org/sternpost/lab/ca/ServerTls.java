package org.sternpost.lab.ca;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;

import org.jspecify.annotations.Nullable;

/// The server's half of a handshake: picks the identity for the name a client asks for.
public final class ServerTls {
    private static final String NO_NAME = "-";

    private static final String OLD_SUITES = "TLS_RSA_*";

    static {
        // Java reads this once, at the first use of TLS; hosts that know nothing newer must be able to speak.
        var disabled = Optional.ofNullable(Security.getProperty("jdk.tls.disabledAlgorithms")).orElse("");
        Security.setProperty("jdk.tls.disabledAlgorithms", Arrays.stream(disabled.split(",")).map(String::strip)
                .filter(one -> !one.equals(OLD_SUITES)).collect(Collectors.joining(", ")));
    }

    private ServerTls() {}

    /// A context that shows `identity` whatever the client asks for.
    public static SSLContext of(Identity identity) { return of(_ -> identity); }

    /// A context that shows what `identities` answers for the name in SNI (RFC 6066 §3), or for `-` without
    /// one. It is asked at each handshake, so identities need not exist before.
    public static SSLContext of(Function<String, Identity> identities) {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[]{new BySni(identities)}, null, null);
            return context;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static final class BySni extends X509ExtendedKeyManager {
        private final Function<String, Identity> identities;

        BySni(Function<String, Identity> identities) { this.identities = identities; }

        @Override
        public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, Socket socket) {
            return socket instanceof SSLSocket tls ? alias(keyType, tls.getHandshakeSession()) : null;
        }

        @Override
        public @Nullable String chooseEngineServerAlias(String keyType, Principal @Nullable [] issuers,
                SSLEngine engine) {
            return alias(keyType, engine.getHandshakeSession());
        }

        private @Nullable String alias(String keyType, SSLSession session) {
            var name = asked(session).orElse(NO_NAME);
            return identities.apply(name).key().getAlgorithm().equals(keyType) ? name : null;
        }

        private static Optional<String> asked(SSLSession session) {
            var names = session instanceof ExtendedSSLSession extended
                    ? extended.getRequestedServerNames()
                    : List.<Object>of();
            return names.stream().filter(SNIHostName.class::isInstance).map(SNIHostName.class::cast)
                    .map(name -> name.getAsciiName().toLowerCase(Locale.ROOT)).findFirst();
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return identities.apply(alias).chain().toArray(X509Certificate[]::new);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) { return identities.apply(alias).key(); }

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
