/// The policies by which domains promise TLS for their mail hosts: found, read, held, renewed and matched.
///
/// Implements [RFC 8461](https://www.rfc-editor.org/rfc/rfc8461). Left out: reports (RFC 8460), written elsewhere.
/// Start at [MtaSts] and [Policy]. Knows DNS, one HTTPS request and a table; knows no connector and no DANE.
@NullMarked
package org.sternpost.engine.mtasts;

import org.jspecify.annotations.NullMarked;
