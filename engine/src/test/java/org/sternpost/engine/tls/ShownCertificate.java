package org.sternpost.engine.tls;

import java.math.BigInteger;
import java.net.Socket;
import java.security.KeyPair;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// A certificate that goes over the wire as other octets than its own, for hosts that show what no authority issues.
public final class ShownCertificate extends X509Certificate {

    private static final long serialVersionUID = 1;

    private final X509Certificate like;
    private final byte[] der;

    public ShownCertificate(X509Certificate like, byte[] der) {
        this.like = like;
        this.der = der;
    }

    /// For a host that holds the key and shows the chain.
    public static SSLContext context(KeyPair pair, List<? extends X509Certificate> chain) throws Exception {
        var context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[]{new Keys(pair.getPrivate(), List.copyOf(chain))}, null, null);
        return context;
    }

    private static final class Keys extends X509ExtendedKeyManager {
        private final PrivateKey key;
        private final List<X509Certificate> chain;

        Keys(PrivateKey key, List<X509Certificate> chain) {
            this.key = key;
            this.chain = chain;
        }

        @Override
        public String @Nullable [] getClientAliases(String type, Principal[] issuers) { return null; }

        @Override
        public @Nullable String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) { return null; }

        @Override
        public String @Nullable [] getServerAliases(String type, Principal[] issuers) {
            return type.startsWith("EC") ? new String[]{"host"} : null;
        }

        @Override
        public @Nullable String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            return type.startsWith("EC") ? "host" : null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) { return chain.toArray(X509Certificate[]::new); }

        @Override
        public PrivateKey getPrivateKey(String alias) { return key; }
    }

    @Override
    public byte[] getEncoded() { return der.clone(); }

    @Override
    public PublicKey getPublicKey() { return like.getPublicKey(); }

    @Override
    public void checkValidity() {}

    @Override
    public void checkValidity(Date date) {}

    @Override
    public int getVersion() { return 3; }

    @Override
    public BigInteger getSerialNumber() { return BigInteger.ONE; }

    @Override
    @SuppressWarnings("deprecation")
    public Principal getIssuerDN() { return like.getIssuerDN(); }

    @Override
    @SuppressWarnings("deprecation")
    public Principal getSubjectDN() { return like.getSubjectDN(); }

    @Override
    public Date getNotBefore() { return like.getNotBefore(); }

    @Override
    public Date getNotAfter() { return like.getNotAfter(); }

    @Override
    public byte[] getTBSCertificate() { return der.clone(); }

    @Override
    public byte[] getSignature() { return like.getSignature(); }

    @Override
    public String getSigAlgName() { return like.getSigAlgName(); }

    @Override
    public String getSigAlgOID() { return like.getSigAlgOID(); }

    @Override
    public byte @Nullable [] getSigAlgParams() { return like.getSigAlgParams(); }

    @Override
    public boolean @Nullable [] getIssuerUniqueID() { return null; }

    @Override
    public boolean @Nullable [] getSubjectUniqueID() { return null; }

    @Override
    public boolean @Nullable [] getKeyUsage() { return like.getKeyUsage(); }

    @Override
    public int getBasicConstraints() { return -1; }

    @Override
    public void verify(PublicKey key) {}

    @Override
    public void verify(PublicKey key, String provider) {}

    @Override
    public String toString() { return "odd certificate of " + der.length + " octets"; }

    @Override
    public boolean hasUnsupportedCriticalExtension() { return false; }

    @Override
    public @Nullable Set<String> getCriticalExtensionOIDs() { return null; }

    @Override
    public @Nullable Set<String> getNonCriticalExtensionOIDs() { return null; }

    @Override
    public byte @Nullable [] getExtensionValue(String oid) { return null; }
}
