/// One attempt at one destination, and the one file that says what each failure means.
///
/// Start at [DeliveryAgent]; what a failure means stands in `FailurePolicy`. Knows hosts, sessions and proof; knows no
/// schedule.
@NullMarked
package org.sternpost.engine.delivery;

import org.jspecify.annotations.NullMarked;
