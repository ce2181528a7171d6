package org.sternpost.engine.certificate;

import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.sternpost.engine.certificate.Certificate.Places;

/// What one certificate says, as far as a path is judged by it (RFC 5280 §4.1, §4.2). Read at once and in whole.
///
/// @param signed       the octets that its issuer has signed, as they were sent
/// @param authority    as its basic constraints say; empty without them
/// @param purposes     of its extended key usage; empty without one
/// @param constraints  on the names of certificates below it
/// @param alternatives its alternative names of every kind
record CertificateContent(Names names, Dates dates, Signed signed, Optional<Authority> authority, Usage usage,
        NameConstraints constraints, List<GeneralName> alternatives) {

    private static final byte[] NO_NAME = {0x30, 0x00}; // a sequence of nothing

    record Names(X500Name subject, X500Name issuer) {}

    record Dates(Instant from, Instant until) {}

    /// @param algorithm of the signature; `sound` if it is the same inside and outside (RFC 5280 §4.1.1.2)
    record Signed(byte[] octets, byte[] signature, AlgorithmIdentifier algorithm, boolean sound,
            SubjectPublicKeyInfo key, int version) {}

    /// @param pathLength authorities allowed below; negative for any number
    record Authority(boolean isAuthority, int pathLength) {}

    record Usage(Optional<KeyUsage> key, Optional<Set<KeyPurposeId>> purposes, Set<ASN1ObjectIdentifier> critical) {}

    /// A part that is not what it should be.
    static final class UnreadableException extends Exception {
        private static final long serialVersionUID = 1;

        UnreadableException(String clause) { super(clause); }

        String clause() { return String.valueOf(getMessage()); }
    }

    /// @throws UnreadableException naming the first part that is missing or cannot be read
    static CertificateContent of(byte[] der) throws UnreadableException {
        // RFC 5280 §4.1.2.4: without an issuer nobody vouches for it.
        if (Places.issuer(der).filter(name -> Arrays.equals(name, NO_NAME)).isPresent())
            throw new UnreadableException("lacks an issuer");
        X509CertificateHolder holder = part("a shape", () -> new X509CertificateHolder(der));
        var names = part("an issuer or a subject", () -> names(holder));
        var dates = part("dates", () -> new Dates(holder.getNotBefore().toInstant(), holder.getNotAfter().toInstant()));
        var structure = holder.toASN1Structure();
        var signed = part("a signature", () -> new Signed(signedOctets(der), holder.getSignature(),
                holder.getSignatureAlgorithm(),
                structure.getSignatureAlgorithm().equals(structure.getTBSCertificate().getSignature()),
                holder.getSubjectPublicKeyInfo(), holder.getVersionNumber()));
        Extensions extensions = holder.getExtensions();
        var authority = part("basic constraints", () -> value(extensions, Extension.basicConstraints,
                BasicConstraints::getInstance).map(basic -> new Authority(basic.isCA(), length(basic))));
        var usage = new Usage(part("a key usage", () -> value(extensions, Extension.keyUsage, KeyUsage::getInstance)),
                part("an extended key usage", () -> value(extensions, Extension.extendedKeyUsage,
                        ExtendedKeyUsage::getInstance).map(all -> Set.copyOf(Arrays.asList(all.getUsages())))),
                part("extensions", () -> critical(holder)));
        var constraints = part("name constraints", () -> value(extensions, Extension.nameConstraints,
                org.bouncycastle.asn1.x509.NameConstraints::getInstance).map(NameConstraints::of)
                .orElse(NameConstraints.NONE));
        var alternatives = part("alternative names", () -> value(extensions, Extension.subjectAlternativeName,
                GeneralNames::getInstance).map(CertificateContent::decoded).orElse(List.of()));
        return new CertificateContent(names, dates, signed, authority, usage, constraints, alternatives);
    }

    boolean isSelfIssued() { return names.subject().equals(names.issuer()); }

    private interface Reading<T> {
        T read() throws IOException;
    }

    /// The library decodes a part when it is asked for, and throws what it likes then.
    private static <T> T part(String what, Reading<T> reading) throws UnreadableException {
        try {
            return reading.read();
        } catch (IOException | RuntimeException broken) {
            throw new UnreadableException("has " + what + " that cannot be read");
        }
    }

    private static Names names(X509CertificateHolder holder) {
        var names = new Names(holder.getSubject(), holder.getIssuer());
        // Comparing decodes each value: done once here, so that it cannot fail later.
        if (names.subject().hashCode() == names.issuer().hashCode()) names.subject().equals(names.issuer());
        return names;
    }

    private static <T> Optional<T> value(Extensions extensions, ASN1ObjectIdentifier id, Function<Object, T> type) {
        if (extensions == null || extensions.getExtension(id) == null) return Optional.empty();
        return Optional.of(type.apply(extensions.getExtension(id).getParsedValue()));
    }

    private static List<GeneralName> decoded(GeneralNames names) {
        for (GeneralName name : names.getNames())
            switch (name.getTagNo()) {
                case GeneralName.directoryName -> X500Name.getInstance(name.getName()).hashCode();
                case GeneralName.iPAddress -> ASN1OctetString.getInstance(name.getName());
                default -> {
                    // A text, or a kind that nobody here looks into.
                }
            }
        return List.of(names.getNames());
    }

    private static int length(BasicConstraints basic) {
        return basic.getPathLenConstraint() == null ? -1 : basic.getPathLenConstraint().intValueExact();
    }

    private static Set<ASN1ObjectIdentifier> critical(X509CertificateHolder holder) {
        var all = new HashSet<ASN1ObjectIdentifier>();
        for (Object one : holder.getCriticalExtensionOIDs())
            all.add((ASN1ObjectIdentifier) one);
        return Set.copyOf(all);
    }

    /// The octets of the first part of the certificate as they are: encoded anew, they might differ, and a signature
    /// is over what was sent (RFC 5280 §4.1.1.3).
    private static byte[] signedOctets(byte[] der) {
        int inner = headLength(der, 0);
        int length = headLength(der, inner) + contentLength(der, inner);
        return Arrays.copyOfRange(der, inner, inner + length);
    }

    private static int headLength(byte[] der, int at) {
        return 2 + ((der[at + 1] & 0x80) == 0 ? 0 : der[at + 1] & 0x7f);
    }

    private static int contentLength(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        if (first < 0x80) return first;
        int length = 0;
        if (first == 0x80 || first > 0x84) throw new IllegalArgumentException("no length of DER");
        for (int i = 0; i < (first & 0x7f); i++)
            length = length << 8 | der[at + 2 + i] & 0xff;
        return length;
    }
}
