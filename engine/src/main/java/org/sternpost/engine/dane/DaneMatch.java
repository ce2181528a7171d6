package org.sternpost.engine.dane;

import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.sternpost.engine.certificate.Certificate;
import org.sternpost.engine.mail.Domain;

/// What the certificates of a host prove under its TLSA records.
public sealed interface DaneMatch {

    /// A record matched.
    ///
    /// @param depth of the certificate it matched: 0 is the host's own; one past the sent chain for an anchor that came
    ///              from the record itself
    record Matched(Tlsa by, int depth) implements DaneMatch {}

    /// No record matched in a way that authenticates the host.
    ///
    /// @param detail one sentence: which certificate, what was seen
    record Mismatch(Kind kind, String detail) implements DaneMatch {}

    /// What failed, from far off to near miss; the nearest miss is told.
    enum Kind {
        /// No record matches any certificate.
        TlsaInvalid,
        /// A record matches, but one with a stronger digest stands beside it and does not (RFC 7671 §9).
        StrongerDigest,
        /// A record of usage DANE-TA names the host's own certificate, which is no authority (RFC 7671 §5.2).
        UsageMistaken,
        /// A record names an authority whose certificate is not among those the host sends (RFC 7671 §5.2.2).
        AnchorNotSent,
        /// Our library cannot judge the chain, so it is not known whether a record matches.
        Unjudged,
        /// A record matches an issuer in the chain, but the chain does not lead to it.
        CertificateNotTrusted,
        /// The chain leads to the anchor, but a certificate is outside its dates.
        CertificateExpired,
        /// The chain is good, but no name in the certificate is the host's.
        CertificateHostMismatch
    }

    /// Judges a chain, and says so if a mismatch is for a record that does not count.
    ///
    /// @param outweighed from [TlsaLookup.Found#outweighed]
    static DaneMatch of(List<Tlsa> usable, List<Tlsa> outweighed, List<byte[]> chainDer, List<Domain> names,
            Instant now) {
        DaneMatch judged = of(usable, chainDer, names, now);
        if (judged instanceof Matched || outweighed.isEmpty()
                || !(of(outweighed, chainDer, names, now) instanceof Matched(var weaker, _)))
            return judged;
        return new Mismatch(Kind.StrongerDigest, "the record " + weaker.brief()
                + " matches, but it does not count beside " + usable.stream()
                        .filter(record -> record.usage() == weaker.usage() && record.selector() == weaker.selector())
                        .map(Tlsa::brief).collect(Collectors.joining(" and "))
                + ", whose digest is stronger and does not match");
    }

    /// Judges a chain.
    ///
    /// @param usable   records that count, from [TlsaLookup.Found#usable]
    /// @param chainDer as sent by the host, its own certificate first
    /// @param names    reference names for DANE-TA (RFC 7672 §3.2.2)
    static DaneMatch of(List<Tlsa> usable, List<byte[]> chainDer, List<Domain> names, Instant now) {
        if (chainDer.isEmpty()) return new Mismatch(Kind.TlsaInvalid, "the host sent no certificate");
        List<Certificate> chain = Certificate.chain(chainDer);
        // RFC 7671 §5.1, RFC 7672 §3.1.1: DANE-EE looks at nothing but the host's own certificate or key.
        for (Tlsa record : usable)
            if (record.usage() == 3 && record.matches(chain.getFirst())) return new Matched(record, 0);
        List<Tlsa> anchors = usable.stream().filter(record -> record.usage() == 2).toList();
        if (anchors.isEmpty())
            return new Mismatch(Kind.TlsaInvalid, "no record matches " + chain.getFirst().described());
        return new AnchorSearch(anchors, chain).search(names, now);
    }
}
