package org.sternpost.engine.certificate;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentVerifier;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.sternpost.engine.certificate.Certificate.Places;
import org.sternpost.engine.certificate.PathRules.Strength;

/// Looks for a path of signatures from a host's certificate to an anchor that nothing forbids (RFC 5280 §6.1), in
/// whatever order and with whatever else the host sent it. One use each.
public final class PathSearch {

    private static final int PATH_MAX = 20; // as many as are looked at of what a host sends
    private static final int SIGNATURES_MAX = 100; // a hostile chain must not cost more
    private static final BouncyCastleProvider LIBRARY = new BouncyCastleProvider();
    /// Signatures that hold, by all that they follow from. Whether they count is judged for each path.
    private static final Remembered<ByteBuffer, Boolean> HOLDS = new Remembered<>(20_000);

    /// What became of the search.
    public sealed interface Result {

        /// A path that holds.
        ///
        /// @param bareKey the anchor above the path's last certificate; empty if that is the anchor
        record Found(List<Certificate> path, Optional<byte[]> bareKey) implements Result {}

        /// None; the nearest miss is told.
        ///
        /// @param detail which certificate, and what was seen; empty text where there is no path at all
        record Missed(Miss kind, String detail) implements Result {}
    }

    /// What is missing, from far off to near.
    public enum Miss {
        /// No signatures lead to an anchor.
        NoPath,
        /// Our library does not know an algorithm or stumbles over a certificate: what is missing is our knowledge
        /// (docs/transport-security.md#cert-library).
        Unjudged,
        /// A certificate on the way cannot be read, is too weak, or may not do what it does.
        Forbidden,
        /// A certificate on the way is outside its dates.
        OutOfDate
    }

    private final List<Certificate> chain;
    private final Anchors anchors;
    private final Instant now;
    private Result best = new Result.Missed(Miss.NoPath, "");
    private int signatures;

    private PathSearch(List<Certificate> chain, Anchors anchors, Instant now) {
        this.chain = chain;
        this.anchors = anchors;
        this.now = now;
    }

    /// @param chain as the host sent it, its own certificate first
    public static Result of(List<Certificate> chain, Anchors anchors, Instant now) {
        if (chain.isEmpty()) return new Result.Missed(Miss.NoPath, "the host sent no certificate");
        Certificate host = chain.getFirst();
        if (host.content().isEmpty())
            return new Result.Missed(Miss.Forbidden, host.described() + " " + host.unreadable() + " (RFC 5280 §4)");
        try {
            var search = new PathSearch(chain, anchors, now);
            search.extend(new ArrayList<>(List.of(host)));
            return search.best;
        } catch (RuntimeException thrown) {
            // The one border of judging: whatever a library throws is a verdict, and a limit of ours.
            return new Result.Missed(Miss.Unjudged, "the chain of " + host.described()
                    + " cannot be judged here, because our library ends with " + thrown.getClass().getSimpleName());
        }
    }

    private void extend(List<Certificate> path) {
        if (best instanceof Result.Found) return;
        Certificate last = path.getLast();
        CertificateContent signed = last.content().orElseThrow();
        if (anchors.end(last, path.size() - 1)) conclude(path, Optional.empty());
        for (byte[] key : anchors.bareKeys())
            if (isSignedBy(last, signed, key)) conclude(path, Optional.of(key));
        if (path.size() >= PATH_MAX) return;
        for (Certificate issuer : issuers(last)) {
            if (best instanceof Result.Found) return;
            if (path.contains(issuer)) continue;
            Optional<CertificateContent> content = issuer.content();
            if (content.isEmpty()) {
                unreadable(issuer, signed);
            } else if (content.get().names().subject().equals(signed.names().issuer())
                    && isSignedBy(last, signed, issuer.key().orElseThrow())) {
                path.add(issuer);
                extend(path);
                path.removeLast();
            }
        }
    }

    private List<Certificate> issuers(Certificate signed) {
        var all = new ArrayList<>(chain.subList(1, chain.size()));
        for (Certificate known : anchors.known(signed))
            if (!all.contains(known)) all.add(known);
        return all;
    }

    /// An issuer by its subject, as far as that can be told, whose other parts cannot be read.
    private void unreadable(Certificate issuer, CertificateContent signed) {
        boolean names;
        try {
            names = Places.subject(issuer.der()).map(X500Name::getInstance).filter(signed.names().issuer()::equals)
                    .isPresent();
        } catch (RuntimeException unlike) {
            return;
        }
        if (names)
            miss(Miss.Forbidden, issuer.described() + " " + issuer.unreadable() + " (RFC 5280 §4)");
    }

    /// RFC 5280 §6.1.3 (a) (1), over the octets as they were sent.
    private boolean isSignedBy(Certificate one, CertificateContent content, byte[] key) {
        CertificateContent.Signed signed = content.signed();
        if (++signatures > SIGNATURES_MAX || !signed.sound()) return false;
        ByteBuffer name = name(signed, key);
        if (HOLDS.find(name).isPresent()) return true;
        boolean holds = verifies(one, signed, key);
        if (holds) HOLDS.put(name, true);
        return holds;
    }

    /// Of the octets that are signed, among them the algorithm, the signature, and the key.
    private static ByteBuffer name(CertificateContent.Signed signed, byte[] key) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(ByteBuffer.allocate(8).putInt(signed.octets().length).putInt(key.length).flip());
            digest.update(signed.octets());
            digest.update(key);
            return ByteBuffer.wrap(digest.digest(signed.signature()));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private boolean verifies(Certificate one, CertificateContent.Signed signed, byte[] key) {
        ContentVerifier verifier;
        try {
            verifier = new JcaContentVerifierProviderBuilder().setProvider(LIBRARY)
                    .build(SubjectPublicKeyInfo.getInstance(key)).get(signed.algorithm());
        } catch (OperatorCreationException | RuntimeException unfit) {
            // A key of another kind than the signature, or an algorithm that is not known here.
            if (isUnknown(unfit))
                miss(Miss.Unjudged, one.described() + " is signed by an algorithm that our library does not know ("
                        + signed.algorithm().getAlgorithm() + ")");
            return false;
        }
        try {
            OutputStream in = verifier.getOutputStream();
            in.write(signed.octets());
            in.close();
            return verifier.verify(signed.signature());
        } catch (IOException | RuntimeException unlike) {
            return false; // a signature that has not even the form of one
        }
    }

    private static boolean isUnknown(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause())
            if (cause instanceof NoSuchAlgorithmException) return true;
        return false;
    }

    private void conclude(List<Certificate> path, Optional<byte[]> bareKey) {
        if (best instanceof Result.Found) return;
        Optional<Result.Missed> problem = PathRules.problem(path, bareKey.isEmpty(), now);
        if (problem.isEmpty() && bareKey.isPresent())
            problem = Strength.keyProblem(SubjectPublicKeyInfo.getInstance(bareKey.get()))
                    .map(weak -> new Result.Missed(Miss.Forbidden, "the anchor of " + path.getFirst().described() + " "
                            + weak));
        if (problem.isPresent()) miss(problem.get().kind(), problem.get().detail());
        else
            best = new Result.Found(List.copyOf(path), bareKey);
    }

    private void miss(Miss kind, String detail) {
        // Of equal misses the later one is nearer: what a path lacks says more than that there was none.
        if (best instanceof Result.Missed earlier && kind.compareTo(earlier.kind()) >= 0)
            best = new Result.Missed(kind, detail);
    }

    /// Where a path may end.
    public interface Anchors {

        /// True if the path may end at this certificate.
        ///
        /// @param above certificates below it in the path; 0 for the host's own
        boolean end(Certificate certificate, int above);

        /// Certificates that a path may use although the host did not send them.
        List<Certificate> known(Certificate signed);

        /// Public keys (SubjectPublicKeyInfo) that end a path without a certificate of their own.
        List<byte[]> bareKeys();
    }
}
