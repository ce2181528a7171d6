package org.sternpost.engine.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;
import org.sternpost.engine.certificate.Certificate;
import org.sternpost.engine.certificate.CertificateNames;

/// Trust managers of our TLS, where we are always the client: nobody shows us a client's certificate.
abstract sealed class ClientTrust extends X509ExtendedTrustManager {

    @Override
    public final void checkClientTrusted(X509Certificate[] shown, String authType, Socket socket) { refuse(); }

    @Override
    public final void checkClientTrusted(X509Certificate[] shown, String authType, SSLEngine engine) { refuse(); }

    @Override
    public final void checkClientTrusted(X509Certificate[] shown, String authType) { refuse(); }

    @Override
    public final X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }

    private static void refuse() { throw new IllegalStateException("we are always the client"); }

    /// Keeps the chain a peer shows and refuses none: [Prover] judges it once the session stands.
    ///
    /// Only so can `Opportunistic` deliver over a session whose certificate it would refuse, and say why it would.
    static final class ChainWitness extends ClientTrust {

        // A manager serves all connections of a context, and a connection shakes hands on one thread.
        private static final ScopedValue<List<X509Certificate>> SHOWN = ScopedValue.newInstance();

        /// Runs a handshake.
        ///
        /// @return the chain as the peer sent it, end entity first; empty if it sent none, as in a session that is
        /// resumed
        static <X extends Throwable> List<X509Certificate> of(ScopedValue.CallableOp<?, X> handshake) throws X {
            var chain = new ArrayList<X509Certificate>();
            ScopedValue.where(SHOWN, chain).call(handshake);
            return List.copyOf(chain);
        }

        private static void keep(X509Certificate[] shown) {
            var chain = SHOWN.get();
            chain.clear();
            chain.addAll(List.of(shown));
        }

        @Override
        public void checkServerTrusted(X509Certificate[] shown, String authType, Socket socket) { keep(shown); }

        @Override
        public void checkServerTrusted(X509Certificate[] shown, String authType, SSLEngine engine) { keep(shown); }

        @Override
        public void checkServerTrusted(X509Certificate[] shown, String authType) { keep(shown); }
    }

    /// The certificates of HTTPS servers, judged as those of mail hosts are: policy hosts (RFC 8461 §3.3) and
    /// collectors of reports. By alternative names only, and a wildcard is the whole left-most label.
    static final class HttpsTrust extends ClientTrust {

        private final Pkix pkix;
        private final InstantSource time;

        HttpsTrust(Pkix pkix, InstantSource time) {
            this.pkix = pkix;
            this.time = time;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] shown, String authType, Socket socket)
                throws CertificateException {
            if (!(socket instanceof SSLSocket tls)) throw new CertificateException("no TLS");
            check(shown, tls.getHandshakeSession());
        }

        @Override
        public void checkServerTrusted(X509Certificate[] shown, String authType, SSLEngine engine)
                throws CertificateException {
            check(shown, engine.getHandshakeSession());
        }

        @Override
        public void checkServerTrusted(X509Certificate[] shown, String authType) throws CertificateException {
            throw new CertificateException("whose certificate it is must be known");
        }

        private void check(X509Certificate[] shown, SSLSession session) throws CertificateException {
            List<Certificate> chain = Pkix.chain(List.of(shown));
            String host = session.getPeerHost();
            switch (pkix.judge(chain, time.instant())) {
                case Pkix.Verdict.Valid() -> {
                    var names = CertificateNames.alternatives(chain.getFirst());
                    if (!CertificateNames.cover(names, host.replace("[", "").replace("]", "")))
                        throw new CertificateException("the certificate names "
                                + (names.isEmpty() ? "nobody (a common name does not count)" : names) + ", not "
                                + host);
                }
                case Pkix.Verdict.OutOfDate(var detail) -> throw new CertificateException(detail);
                case Pkix.Verdict.Untrusted(var detail) -> throw new CertificateException(detail);
                case Pkix.Verdict.Forbidden(var detail) -> throw new CertificateException(detail);
                case Pkix.Verdict.Unjudged(var detail) -> throw new CertificateException(detail);
            }
        }
    }
}
