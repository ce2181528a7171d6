package org.sternpost.engine.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchProviderException;
import java.security.Principal;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.cert.CRL;
import java.security.cert.CRLException;
import java.security.cert.CertPath;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateFactorySpi;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.util.Collection;
import java.util.Date;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.jspecify.annotations.Nullable;

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

    /// A certificate that breaks a rule of RFC 5280 §4 which DANE-EE does not look at (RFC 7671 §5.1): it names no
    /// issuer or no subject, or an extension of it cannot be read. Its key is what it needs for TLS; it proves nothing
    /// by PKIX.
    static final class OddCertificate extends X509Certificate {

        private static final long serialVersionUID = 1;

        private final byte[] der;
        private final transient AlgorithmIdentifier algorithm;
        private final transient BigInteger serial;
        private final X500Principal issuer;
        private final X500Principal subject;
        private final Date from;
        private final Date until;
        private final PublicKey key;
        private final byte[] signature;
        private final byte[] signed;
        private final int version;

        /// Reads the parts by their places (RFC 5280 §4.1).
        ///
        /// @throws CertificateException if the octets have not the shape of a certificate
        OddCertificate(byte[] der) throws CertificateException {
            try {
                var whole = ASN1Sequence.getInstance(ASN1Primitive.fromByteArray(der));
                var parts = ASN1Sequence.getInstance(whole.getObjectAt(0));
                int at = parts.getObjectAt(0) instanceof ASN1TaggedObject ? 1 : 0;
                var dates = ASN1Sequence.getInstance(parts.getObjectAt(at + 3));
                var info = SubjectPublicKeyInfo.getInstance(parts.getObjectAt(at + 5));
                this.der = der.clone();
                this.version = at == 0 ? 1 : 3;
                this.serial = ASN1Integer.getInstance(parts.getObjectAt(at)).getValue();
                this.algorithm = AlgorithmIdentifier.getInstance(parts.getObjectAt(at + 1));
                this.issuer = name(parts.getObjectAt(at + 2));
                this.from = Time.getInstance(dates.getObjectAt(0)).getDate();
                this.until = Time.getInstance(dates.getObjectAt(1)).getDate();
                this.subject = name(parts.getObjectAt(at + 4));
                this.key = KeyFactory.getInstance(info.getAlgorithm().getAlgorithm().getId())
                        .generatePublic(new X509EncodedKeySpec(info.getEncoded()));
                this.signature = ASN1BitString.getInstance(whole.getObjectAt(2)).getOctets();
                this.signed = parts.getEncoded();
            } catch (IOException | GeneralSecurityException | RuntimeException unlike) {
                throw new CertificateException("no certificate: " + unlike.getMessage(), unlike);
            }
        }

        private static X500Principal name(ASN1Encodable part) throws IOException {
            return new X500Principal(part.toASN1Primitive().getEncoded());
        }

        @Override
        public byte[] getEncoded() { return der.clone(); }

        @Override
        public PublicKey getPublicKey() { return key; }

        @Override
        public X500Principal getIssuerX500Principal() { return issuer; }

        @Override
        public X500Principal getSubjectX500Principal() { return subject; }

        @Override
        public Date getNotBefore() { return new Date(from.getTime()); }

        @Override
        public Date getNotAfter() { return new Date(until.getTime()); }

        @Override
        public int getVersion() { return version; }

        @Override
        public BigInteger getSerialNumber() { return serial; }

        @Override
        public byte[] getSignature() { return signature.clone(); }

        @Override
        public byte[] getTBSCertificate() { return signed.clone(); }

        @Override
        public String getSigAlgName() { return getSigAlgOID(); }

        @Override
        public String getSigAlgOID() { return algorithm.getAlgorithm().getId(); }

        @Override
        public byte @Nullable [] getSigAlgParams() { return null; }

        /// It is believed for its octets alone, so nobody may take it for one that a signature vouches for.
        @Override
        public void verify(PublicKey signer) throws CertificateException { throw unproven(); }

        @Override
        public void verify(PublicKey signer, String provider) throws CertificateException { throw unproven(); }

        private static CertificateException unproven() {
            return new CertificateException("a certificate without issuer, subject or readable extensions");
        }

        @Override
        public void checkValidity() {}

        @Override
        public void checkValidity(Date date) {}

        @Override
        @Deprecated
        public Principal getIssuerDN() { return issuer; }

        @Override
        @Deprecated
        public Principal getSubjectDN() { return subject; }

        @Override
        public boolean @Nullable [] getIssuerUniqueID() { return null; }

        @Override
        public boolean @Nullable [] getSubjectUniqueID() { return null; }

        @Override
        public boolean @Nullable [] getKeyUsage() { return null; }

        @Override
        public int getBasicConstraints() { return -1; }

        @Override
        public boolean hasUnsupportedCriticalExtension() { return true; }

        @Override
        public @Nullable Set<String> getCriticalExtensionOIDs() { return null; }

        @Override
        public @Nullable Set<String> getNonCriticalExtensionOIDs() { return null; }

        @Override
        public byte @Nullable [] getExtensionValue(String oid) { return null; }

        @Override
        public String toString() { return "odd certificate of '" + subject + "' by '" + issuer + "'"; }
    }
}
