package org.sternpost.engine.tls;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.security.NoSuchProviderException;
import java.security.Provider;
import java.security.Security;
import java.security.cert.CRL;
import java.security.cert.CRLException;
import java.security.cert.CertPath;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateFactorySpi;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;

/// Lets our handshakes, and nothing else of this process, read certificates that the runtime refuses to read.
///
/// The runtime ends a handshake when it cannot read a certificate, before anybody has asked whether it matches; DANE-EE
/// looks at its octets alone (RFC 7671 §5.1). There is no other door than a provider of certificate factories.
final class OddCertificates extends Provider {

    private static final long serialVersionUID = 1;
    private static final String NAME = "SternpostOddCertificates";
    private static final ScopedValue<Boolean> ACCEPTED = ScopedValue.newInstance();

    private OddCertificates() {
        super(NAME, "1", "X.509 certificates as they are, within handshakes of Sternpost");
        put("CertificateFactory.X.509", Factory.class.getName());
    }

    /// Runs a handshake in which odd certificates are read.
    static <T, X extends Throwable> T acceptMalformed(ScopedValue.CallableOp<T, X> handshake) throws X {
        if (Security.getProvider(NAME) == null) Security.insertProviderAt(new OddCertificates(), 1);
        return ScopedValue.where(ACCEPTED, true).call(handshake);
    }

    /// The runtime's own factory, with a second try where one is accepted.
    public static final class Factory extends CertificateFactorySpi {

        private final CertificateFactory strict;

        public Factory() throws CertificateException, NoSuchProviderException {
            strict = CertificateFactory.getInstance("X.509", "SUN");
        }

        @Override
        public Certificate engineGenerateCertificate(InputStream in) throws CertificateException {
            if (!ACCEPTED.isBound() || !(in instanceof ByteArrayInputStream octets))
                return strict.generateCertificate(in);
            octets.mark(0);
            try {
                return strict.generateCertificate(octets);
            } catch (CertificateException odd) {
                octets.reset();
                return new OddCertificate(octets.readAllBytes());
            }
        }

        @Override
        public Collection<? extends Certificate> engineGenerateCertificates(InputStream in)
                throws CertificateException {
            return strict.generateCertificates(in);
        }

        @Override
        public CertPath engineGenerateCertPath(InputStream in) throws CertificateException {
            return strict.generateCertPath(in);
        }

        @Override
        public CertPath engineGenerateCertPath(InputStream in, String encoding) throws CertificateException {
            return strict.generateCertPath(in, encoding);
        }

        @Override
        public CertPath engineGenerateCertPath(List<? extends Certificate> path) throws CertificateException {
            return strict.generateCertPath(path);
        }

        @Override
        public Iterator<String> engineGetCertPathEncodings() { return strict.getCertPathEncodings(); }

        @Override
        public CRL engineGenerateCRL(InputStream in) throws CRLException { return strict.generateCRL(in); }

        @Override
        public Collection<? extends CRL> engineGenerateCRLs(InputStream in) throws CRLException {
            return strict.generateCRLs(in);
        }
    }
}
