package org.sternpost.engine.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.sternpost.engine.certificate.Certificate;
import org.sternpost.engine.certificate.CertificateNames;

/// The certificates of HTTPS servers, judged as those of mail hosts are: policy hosts (RFC 8461 §3.3) and collectors of
/// reports. By alternative names only, and a wildcard is the whole left-most label.
final class HttpsTrust extends ClientTrust {

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
        List<Certificate> chain = PeerCertificate.chain(List.of(shown));
        String host = session.getPeerHost();
        switch (pkix.judge(chain, time.instant())) {
            case Pkix.Verdict.Valid() -> {
                var names = CertificateNames.alternatives(chain.getFirst());
                if (!CertificateNames.cover(names, host.replaceAll("[\\[\\]]", "")))
                    throw new CertificateException("the certificate names "
                            + (names.isEmpty() ? "nobody (a common name does not count)" : names) + ", not " + host);
            }
            case Pkix.Verdict.OutOfDate(var detail) -> throw new CertificateException(detail);
            case Pkix.Verdict.Untrusted(var detail) -> throw new CertificateException(detail);
            case Pkix.Verdict.Forbidden(var detail) -> throw new CertificateException(detail);
            case Pkix.Verdict.Unjudged(var detail) -> throw new CertificateException(detail);
        }
    }
}
