package org.sternpost.engine.tls;

import java.security.GeneralSecurityException;
import java.security.Security;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.sternpost.engine.net.ForwardSecrecy;

/// What Java's TLS decides once for the whole process, and decides too narrowly for mail: a host that many peers take
/// mail from would be told to have a broken handshake.
///
/// Nothing here weakens a session by itself: what is merely permitted is offered by [Handshake] alone, in its second
/// try.
public final class TlsLimits {

    static final int CHAIN_MAX = 100; // certificates; Java's own limit is 10
    static final int MESSAGE_OCTETS_MAX = 1 << 20; // of one handshake message; Java's own limit is 32,768

    private TlsLimits() {}

    /// Must come before the first use of TLS in the process, since Java reads these once. What somebody has set stays.
    public static void widen() {
        widen("jdk.tls.client.maxInboundCertificateChainLength", CHAIN_MAX);
        widen("jdk.tls.maxHandshakeMessageSize", MESSAGE_OCTETS_MAX);
        String disabled = Optional.ofNullable(Security.getProperty("jdk.tls.disabledAlgorithms")).orElse("");
        Security.setProperty("jdk.tls.disabledAlgorithms", Arrays.stream(disabled.split(",")).map(String::strip)
                .filter(one -> !one.equals(ForwardSecrecy.RSA_KEY_EXCHANGE + "*")).collect(Collectors.joining(", ")));
    }

    /// What Java's TLS does not do in this process although [#widen] asked for it, because something used TLS before;
    /// empty text where it does all of it. What a host fails by then may be ours.
    public static String missing() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, null, null);
            // By what it would offer, since nobody can ask it for the settings it has read.
            return Arrays.stream(context.getSupportedSSLParameters().getCipherSuites())
                    .anyMatch(suite -> suite.startsWith(ForwardSecrecy.RSA_KEY_EXCHANGE))
                            ? ""
                            : "RSA key exchange, and perhaps chains of more than 10 certificates";
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this Java has no TLS", impossible);
        }
    }

    private static void widen(String property, int limit) {
        if (System.getProperty(property) == null) System.setProperty(property, Integer.toString(limit));
    }
}
