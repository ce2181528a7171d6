package org.sternpost.engine.dane;

import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.sternpost.engine.certificate.Certificate;
import org.sternpost.engine.certificate.CertificateNames;
import org.sternpost.engine.certificate.PathSearch;
import org.sternpost.engine.certificate.PathSearch.Anchors;
import org.sternpost.engine.dane.DaneMatch.Kind;
import org.sternpost.engine.dane.DaneMatch.Matched;
import org.sternpost.engine.dane.DaneMatch.Mismatch;
import org.sternpost.engine.mail.Domain;

/// Looks for a chain from the host's certificate to an anchor that a DANE-TA record names (RFC 7671 §5.2,
/// RFC 7672 §3.1.2).
///
/// @param records usable ones of usage DANE-TA
record AnchorSearch(List<Tlsa> records, List<Certificate> chain) implements Anchors {

    DaneMatch search(List<Domain> names, Instant now) {
        return switch (PathSearch.of(chain, this, now)) {
            case PathSearch.Result.Found found -> named(found, names);
            case PathSearch.Result.Missed(var miss, var detail) -> switch (miss) {
                case NoPath -> noPath();
                case Unjudged -> new Mismatch(Kind.Unjudged, detail);
                case Forbidden -> new Mismatch(Kind.CertificateNotTrusted, detail);
                case OutOfDate -> new Mismatch(Kind.CertificateExpired, detail);
            };
        };
    }

    /// The path leads to the anchor; now the name (RFC 7672 §3.2.3).
    private DaneMatch named(PathSearch.Result.Found found, List<Domain> names) {
        List<String> seen = CertificateNames.withCommonNames(chain.getFirst());
        if (names.stream().noneMatch(name -> CertificateNames.cover(seen, name.ascii())))
            return new Mismatch(Kind.CertificateHostMismatch, chain.getFirst().described() + " is for " + seen
                    + ", not for any of " + names);
        if (found.bareKey().isPresent())
            return new Matched(records.stream().filter(AnchorSearch::isBareKey)
                    .filter(record -> java.util.Arrays.equals(record.data(), found.bareKey().get())).findFirst()
                    .orElseThrow(), found.path().size());
        Certificate anchor = found.path().getLast();
        int depth = chain.indexOf(anchor);
        return new Matched(records.stream().filter(record -> record.matches(anchor)).findFirst().orElseThrow(),
                depth == -1 ? chain.size() : depth);
    }

    private Mismatch noPath() {
        for (Certificate issuer : chain.subList(1, chain.size()))
            if (records.stream().anyMatch(record -> record.matches(issuer)))
                return new Mismatch(Kind.CertificateNotTrusted, "a record matches " + issuer.described()
                        + ", but the host's certificate is not signed by it");
        for (Tlsa record : records)
            if (record.matches(chain.getFirst()))
                return new Mismatch(Kind.UsageMistaken, "the record " + record.brief() + " names "
                        + chain.getFirst().described() + ", which is the host's own; usage 3 (DANE-EE) is meant");
        Certificate last = chain.getLast();
        // RFC 7671 §5.2.2: what a digest names must be sent; a chain that ends with a root is whole, and of another CA.
        if (records.stream().allMatch(record -> record.matchingType() != 0) && !last.issuer().equals(last.subject()))
            return new Mismatch(Kind.AnchorNotSent, records.stream().map(Tlsa::brief).collect(Collectors.joining(", "))
                    + (records.size() == 1 ? " matches" : " match") + " none of the certificates that the host sends ("
                    + chain.size() + ", the last issued by '" + last.issuer() + "')");
        return new Mismatch(Kind.TlsaInvalid, "no record matches an issuer in the chain of "
                + chain.getFirst().described());
    }

    /// The host's own certificate is no anchor of itself.
    @Override
    public boolean end(Certificate certificate, int above) {
        return above > 0 && records.stream().anyMatch(record -> record.matches(certificate));
    }

    /// RFC 7671 §5.2.2: an anchor given in full by a 2 0 0 record may be left out of the chain.
    @Override
    public List<Certificate> known(Certificate signed) {
        return records.stream().filter(record -> record.selector() == 0 && record.matchingType() == 0)
                .map(record -> Certificate.of(record.data())).toList();
    }

    /// RFC 7671 §5.2.3: a 2 1 0 record gives the bare key of an issuer.
    @Override
    public List<byte[]> bareKeys() { return records.stream().filter(AnchorSearch::isBareKey).map(Tlsa::data).toList(); }

    private static boolean isBareKey(Tlsa record) { return record.selector() == 1 && record.matchingType() == 0; }
}
