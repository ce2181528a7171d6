package org.sternpost.engine.dane;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.sternpost.engine.dane.DaneMatch.Kind;
import org.sternpost.engine.mail.Domain;

/// Looks for a chain of signatures from the host's certificate to an anchor that a DANE-TA record names
/// (RFC 7671 §5.2). One use each.
final class AnchorSearch {

    private static final int PATH_MAX = 10;
    private static final int SIGNATURES_MAX = 100; // a hostile chain must not cost more

    private final List<Tlsa> anchors;
    private final List<Sent> chain;
    private final List<Domain> names;
    private final Instant now;
    private final List<Sent> issuers = new ArrayList<>();
    private int signatures;
    private DaneMatch best;

    AnchorSearch(List<Tlsa> anchors, List<Sent> chain, List<Domain> names, Instant now) {
        this.anchors = anchors;
        this.chain = chain;
        this.names = names;
        this.now = now;
        this.best = new DaneMatch.Mismatch(Kind.TlsaInvalid,
                "no record matches an issuer in the chain of " + chain.getFirst().described());
        issuers.addAll(chain.subList(1, chain.size()));
        // RFC 7671 §5.2.2: an anchor given in full by a 2 0 0 record may be left out of the chain.
        for (Tlsa anchor : anchors)
            if (anchor.selector() == 0 && anchor.matchingType() == 0) issuers.add(Sent.of(anchor.data(), chain.size()));
    }

    DaneMatch search() {
        for (Sent issuer : issuers)
            for (Tlsa anchor : anchors)
                if (issuer.depth() < chain.size() && issuer.matches(anchor))
                    miss(Kind.CertificateNotTrusted, "a record matches " + issuer.described()
                            + ", but the host's certificate is not signed by it");
        var path = new ArrayList<Sent>();
        path.add(chain.getFirst());
        try {
            extend(path);
        } catch (RuntimeException unreadable) {
            // Bouncy Castle decodes names and extensions when they are asked for, and throws what it likes.
            miss(Kind.CertificateNotTrusted, "a certificate in the chain of " + chain.getFirst().described()
                    + " has parts that cannot be read");
        }
        return best;
    }

    private void extend(List<Sent> path) {
        if (best instanceof DaneMatch.Matched || path.size() > PATH_MAX) return;
        Sent last = path.getLast();
        if (last.read().isEmpty()) return;
        X509CertificateHolder signed = last.read().get();
        if (path.size() > 1)
            for (Tlsa anchor : anchors)
            if (last.matches(anchor)) conclude(path, anchor, last.depth());
        for (Tlsa anchor : anchors)
            bareKey(anchor).filter(key -> signedBy(signed, key)).ifPresent(_ -> conclude(path, anchor, path.size()));
        for (Sent issuer : issuers) {
            if (path.contains(issuer) || issuer.read().isEmpty()) continue;
            X509CertificateHolder candidate = issuer.read().get();
            if (candidate.getSubject().equals(signed.getIssuer())
                    && signedBy(signed, candidate.getSubjectPublicKeyInfo())) {
                path.add(issuer);
                extend(path);
                path.removeLast();
            }
        }
    }

    /// RFC 7671 §5.2.3: a 2 1 0 record gives the bare key of an issuer.
    private static Optional<SubjectPublicKeyInfo> bareKey(Tlsa anchor) {
        return anchor.selector() == 1 && anchor.matchingType() == 0
                ? Optional.of(SubjectPublicKeyInfo.getInstance(anchor.data()))
                : Optional.empty();
    }

    private boolean signedBy(X509CertificateHolder signed, SubjectPublicKeyInfo key) {
        return ++signatures <= SIGNATURES_MAX && Certificates.isSignedBy(signed, key);
    }

    /// The path leads to the anchor: now dates, constraints and names (RFC 7671 §5.2, RFC 7672 §3.1.2).
    private void conclude(List<Sent> path, Tlsa anchor, int depth) {
        for (int i = 0; i < path.size(); i++) {
            Optional<DaneMatch.Mismatch> problem = problem(path.get(i), i);
            if (problem.isPresent()) {
                miss(problem.get().kind(), problem.get().detail());
                return;
            }
        }
        X509CertificateHolder host = path.getFirst().read().orElseThrow();
        List<X509CertificateHolder> above = path.stream().skip(1).map(sent -> sent.read().orElseThrow()).toList();
        if (!NameLimits.permit(host, above)) {
            miss(Kind.CertificateNotTrusted, path.getFirst().described()
                    + " has a name that the name constraints of its issuers forbid");
            return;
        }
        List<String> seen = CertificateNames.of(host);
        if (names.stream().noneMatch(name -> CertificateNames.cover(seen, name.ascii()))) {
            miss(Kind.CertificateHostMismatch, path.getFirst().described() + " is for " + seen + ", not for any of "
                    + names);
            return;
        }
        best = new DaneMatch.Matched(anchor, depth);
    }

    /// What forbids one certificate of the path; `above` is 0 for the host's own.
    private Optional<DaneMatch.Mismatch> problem(Sent sent, int above) {
        X509CertificateHolder certificate = sent.read().orElseThrow();
        try {
            Optional<String> dates = Certificates.dateProblem(certificate, now);
            if (dates.isPresent())
                return Optional
                        .of(new DaneMatch.Mismatch(Kind.CertificateExpired, sent.described() + " " + dates.get()));
            return (above == 0
                    ? Certificates.hostProblem(certificate)
                    : Certificates.issuerProblem(certificate, above - 1))
                    .map(form -> new DaneMatch.Mismatch(Kind.CertificateNotTrusted, sent.described() + " " + form));
        } catch (RuntimeException unreadable) { // a stranger's dates or extensions, read only when they matter
            return Optional.of(new DaneMatch.Mismatch(Kind.CertificateNotTrusted,
                    sent.described() + " has dates or extensions that cannot be read"));
        }
    }

    private void miss(Kind kind, String detail) {
        // Of equal misses the later one is nearer: what a path lacks says more than that there was none.
        if (best instanceof DaneMatch.Mismatch earlier && kind.compareTo(earlier.kind()) >= 0)
            best = new DaneMatch.Mismatch(kind, detail);
    }
}
