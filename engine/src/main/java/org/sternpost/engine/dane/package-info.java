/// Authenticates a mail host by TLSA records that DNSSEC has proven.
///
/// Implements [RFC 7672](https://www.rfc-editor.org/rfc/rfc7672) over RFC 6698 §2.1 and RFC 7671.
/// Left out: usages PKIX-TA and PKIX-EE, which SMTP treats as unusable (RFC 7672 §3.1.3).
/// Start at [Tlsa]. Knows DNS answers and certificates; knows no sockets and no queue.
@NullMarked
package org.sternpost.engine.dane;

import org.jspecify.annotations.NullMarked;
