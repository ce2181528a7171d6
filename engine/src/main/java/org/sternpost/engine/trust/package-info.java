/// Ranks DANE, MTA-STS and the connector into one verdict per MX host, fixed before dialling.
///
/// Implements the tables of [RFC 7672](https://www.rfc-editor.org/rfc/rfc7672) §2.2 and
/// [RFC 8461](https://www.rfc-editor.org/rfc/rfc8461) §2. What a sender adds
/// by REQUIRETLS (RFC 8689 §4.2.1) is [RequireTls]. Start at [Judge] and [TlsVerdict]. Decides; proves nothing.
@NullMarked
package org.sternpost.engine.trust;

import org.jspecify.annotations.NullMarked;
