package org.sternpost.engine.tls;

import java.net.Socket;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/// What both judges of servers share: here we are the client, and nobody shows us a client's certificate.
abstract sealed class ClientTrust extends X509ExtendedTrustManager permits ChainWitness, HttpsTrust {

    @Override
    public final void checkClientTrusted(X509Certificate[] shown, String authType, Socket socket) { refuse(); }

    @Override
    public final void checkClientTrusted(X509Certificate[] shown, String authType, SSLEngine engine) { refuse(); }

    @Override
    public final void checkClientTrusted(X509Certificate[] shown, String authType) { refuse(); }

    @Override
    public final X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }

    private static void refuse() { throw new IllegalStateException("we are always the client"); }
}
