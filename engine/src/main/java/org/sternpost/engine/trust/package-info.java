/// Ranks DANE, MTA-STS and the connector into one verdict per MX host, fixed before dialling.
///
/// Implements the tables of [RFC 7672](https://www.rfc-editor.org/rfc/rfc7672) §2.2 and [RFC
/// 8461](https://www.rfc-editor.org/rfc/rfc8461) §2. For a recipient domain and a connector ([TrustJudge]):
///
/// 1. **Hosts.** The MX records, or the connector's smart hosts. Null MX, or a name that does not exist: no mail
///    can go there. A lookup that fails is no route; outside `Enabled` the answer is asked for again without DNSSEC
///    and used, and its failure kept. Ourselves in the list, and all that comes after, are dropped.
/// 2. **Policy.** The MTA-STS policy of the domain; of a smart host, its own.
/// 3. **Each host by itself** ([HostJudge]): addresses, TLSA records, and what both mean here ([PolicyDecision]),
///    in this order: a host that an enforced policy does not list is refused; a TLSA lookup that failed refuses;
///    usable TLSA records decide alone about the certificate; records of which none is usable ask for TLS, and the
///    policy may ask for more; else the policy; else nothing. Then what is `Mandatory` and not there refuses.
/// 4. **The answer** is a [JudgedRoute.TlsVerdict] for each host: `Dane`, `Sts`, `Encrypted`, `None`, or `Refused` with
///    the reason. Beside it stand the verdict under `Mandatory`, and what each mechanism says alone: evidence needs
///    them.
///
/// The answer is used again ([KeptRoutes]) until the first of the DNS answers it was made of ends, or the connector, a
/// policy or our own listeners change.
///
/// A verdict never changes after that. What `-TlsSettings` asks on top is added in `engine.tls`, and whether a host
/// satisfies it is proven there; what becomes of mail that no host may have is decided in `engine.delivery`.
///
/// Each refusal is a [Failure]: a [Reason] with its codes (RFC 8460 §4.3 where it has a word), a sentence, a remedy
/// and whose it is. What our own side keeps us from knowing is *ours* ([Reason#isLocal]) and never told of the
/// recipient. What a sender adds by REQUIRETLS (RFC 8689 §4.2.1) is [RequireTls]. The rows:
/// docs/transport-security.md.
///
/// Start at [Judge] and [JudgedRoute.TlsVerdict]. Decides; proves nothing, and opens no connection but for lookups.
@NullMarked
package org.sternpost.engine.trust;

import org.jspecify.annotations.NullMarked;
