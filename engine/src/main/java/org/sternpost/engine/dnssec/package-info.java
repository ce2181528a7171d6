/// Proves answers of the DNS by the signatures of DNSSEC, or trusts a resolver on this machine that does.
///
/// Implements [RFC 4033](https://www.rfc-editor.org/rfc/rfc4033) to RFC 4035, RFC 5155 and RFC 9276 by dnsjava.
/// Left out: trust anchors that renew themselves (RFC 5011, but for revoked keys); a new root key is a new
/// line in a file.
/// dnsjava sees only what can be part of an answer ([Sieve]), and within a bound for each question ([Work]).
/// Start at [LocalValidation], [ResolverValidation] and [TrustAnchors]; [ResolverCheck] finds out whether servers may
/// be trusted. Knows keys and replies; knows no mail.
@NullMarked
package org.sternpost.engine.dnssec;

import org.jspecify.annotations.NullMarked;
