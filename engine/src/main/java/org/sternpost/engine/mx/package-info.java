/// The way to a domain: its mail hosts in the order to try, and their addresses.
///
/// Implements [RFC 5321](https://www.rfc-editor.org/rfc/rfc5321) §5.1, RFC 7505 and the lookups of RFC 7672 §2.2.
/// Start at [MxRoute]. Knows DNS answers and their status; knows no connector, no TLSA record and no policy.
@NullMarked
package org.sternpost.engine.mx;

import org.jspecify.annotations.NullMarked;
