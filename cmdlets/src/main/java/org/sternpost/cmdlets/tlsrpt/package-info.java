/// Reports to the owners of domains (RFC 8460), and the keys that sign them.
///
/// Start at [GetTlsRptReport].
@NullMarked
package org.sternpost.cmdlets.tlsrpt;

import org.jspecify.annotations.NullMarked;
