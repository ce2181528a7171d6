/// Counts and reports: what was delivered and what was not, what domains are told (RFC 8460), how the engine does.
///
/// Start at [GetDeliveryReport]; [GetTlsRptReport] shows what the owners of domains get.
@NullMarked
package org.sternpost.cmdlets.report;

import org.jspecify.annotations.NullMarked;
