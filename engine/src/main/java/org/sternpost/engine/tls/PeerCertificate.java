package org.sternpost.engine.tls;

import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.sternpost.engine.certificate.Certificate;

/// From the runtime's certificates to their octets, which are all that is judged.
final class PeerCertificate {

    private PeerCertificate() {}

    static List<Certificate> chain(List<X509Certificate> certificates) {
        var all = new ArrayList<Certificate>();
        for (X509Certificate one : certificates)
            all.add(Certificate.of(der(one)));
        return List.copyOf(all);
    }

    static byte[] der(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException impossible) {
            throw new IllegalStateException("a certificate read from DER has no DER", impossible);
        }
    }
}
