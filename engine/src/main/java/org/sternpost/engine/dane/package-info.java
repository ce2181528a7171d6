/// Authenticates a mail host by TLSA records that DNSSEC has proven.
///
/// Implements [RFC 7672](https://www.rfc-editor.org/rfc/rfc7672) over RFC 6698 §2.1 and RFC 7671. A domain signs
/// its zones and publishes, below the name of its mail host, what certificate that host shows. Whoever can forge
/// neither signature nor key can then neither read its mail nor keep TLS from being used: that the records exist is
/// proven, so leaving STARTTLS out of a reply does not help either.
///
/// For one MX host, once its addresses are known (`engine.mx`):
///
/// 1. **May TLSA be asked for?** Only if the addresses are signed (RFC 7672 §2.2.2): servers of unsigned zones
///    often fail on the question, and a failure would hold the mail up. A signed alias into an unsigned zone counts
///    by itself.
/// 2. **Where?** At `_port._tcp.` and the TLSA base name: the end of the alias first, then the name in the MX
///    record (RFC 7672 §2.2.3). A lookup that fails is no proof of absence, so it stops here: not this host, now.
/// 3. **Which records are usable?** Usages DANE-TA(2) and DANE-EE(3), with a selector and matching type that are
///    known and data of the right form ([Tlsa#problem], RFC 7672 §3.1.3). If none is, TLS is required and nobody is
///    authenticated.
/// 4. **Which count?** Of the digests of one usage and selector the strongest alone (RFC 7671 §9).
/// 5. **Does the host match?** After the handshake [DaneMatch] compares. DANE-EE: the host's own certificate or
///    key, and nothing else. DANE-TA: a chain to the certificate or key that the record names, within its dates,
///    for one of the reference names, which grow only by proven steps ([TlsaSearch#referenceNames]).
///
/// What the answers come to is ranked in `engine.trust`; the rows are docs/transport-security.md#dane.
///
/// Left out: usages PKIX-TA and PKIX-EE, which SMTP treats as unusable. Start at [TlsaSearch], then [DaneMatch].
/// Knows DNS answers and certificates; knows no sockets and no queue.
@NullMarked
package org.sternpost.engine.dane;

import org.jspecify.annotations.NullMarked;
