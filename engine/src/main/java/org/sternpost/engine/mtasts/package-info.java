/// The policies by which domains promise TLS for their mail hosts: found, read, held, renewed and matched.
///
/// Implements [RFC 8461](https://www.rfc-editor.org/rfc/rfc8461). A domain without DNSSEC says over HTTPS, under a
/// certificate of a public authority, which hosts take its mail and that they offer TLS. That protects from the
/// second contact on: who keeps us from the policy the first time is not noticed, so a policy that is held is held
/// on to.
///
/// For one recipient domain ([MtaSts]):
///
/// 1. **Is there a policy?** One TXT record at `_mta-sts.`, that begins with `v=STSv1;`, gives its id
///    ([PolicyRecord]).
/// 2. **Is it held already?** The policy of that id, if it is not due to be looked at again, is used as it is.
/// 3. **Fetch** `https://mta-sts.DOMAIN/.well-known/mta-sts.txt`, within 60 seconds, 64 KiB, TLS 1.2 and the public
///    network; status 200 and text/plain, and no redirect ([HttpsPolicyFetch]). One fetch at a time for each
///    domain; after one that failed, five minutes of rest for that domain and id.
/// 4. **Whatever fails, a valid policy held applies** (RFC 8461 §3.3): the record is gone, cannot be read, or
///    announces an id whose file cannot be had. Otherwise an attacker had only to break one of them. It is told as
///    trouble.
/// 5. **Read** the file strictly ([PolicyFile]): what is not understood is no policy.
/// 6. **Match** each MX host against `mx` ([Policy.MxPattern]). In mode `enforce` a host that is not listed is not
///    called, and a listed one must show a certificate for its name; `testing` is judged in full and blocks nothing;
///    `none` takes a policy back.
/// 7. **Renew** what is held long before it runs out, without waiting for mail ([PolicyRefresh]), and warn when
///    that fails.
///
/// How it stands beside DANE is ranked in `engine.trust`; the rows are docs/transport-security.md#mta-sts.
///
/// Left out: reports (RFC 8460), written in `engine.tlsrpt`. Start at [MtaSts] and [Policy]. Knows DNS, one HTTPS
/// request and a table; knows no connector and no DANE.
@NullMarked
package org.sternpost.engine.mtasts;

import org.jspecify.annotations.NullMarked;
