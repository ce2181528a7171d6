/// Counts of what was delivered, what was not, and what would not have been.
///
/// Start at [GetDeliveryReport].
@NullMarked
package org.sternpost.cmdlets.report;

import org.jspecify.annotations.NullMarked;
