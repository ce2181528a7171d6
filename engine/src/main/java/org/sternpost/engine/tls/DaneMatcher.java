package org.sternpost.engine.tls;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.dane.DaneMatch;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.trust.DaneFailures;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;

/// Matches a certificate chain against usable TLSA records (RFC 7672 §3).
@FunctionalInterface
public interface DaneMatcher {

    /// @param chain DER, end entity first, as the peer sent it
    /// @return why no record matches; empty when one does
    Optional<Failure> refusal(Domain host, TlsVerdict.Dane asked, List<byte[]> chain, Instant now);

    /// As [DaneMatch] decides.
    static DaneMatcher standard() {
        return (host, asked, chain,
                now) -> switch (DaneMatch.of(asked.usable(), asked.outweighed(), chain, asked.names(), now)) {
                    case DaneMatch.Matched _ -> Optional.empty();
                    case DaneMatch.Mismatch(var kind, var detail) ->
                        Optional.of(DaneFailures.daneMismatch(host, asked.base(), kind, detail));
                };
    }
}
