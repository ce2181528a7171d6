/// From looking to insisting: whether a connector is ready for `Enabled`, and the way there in shares.
///
/// Start at [GetTlsReadiness], then [StartTlsRollout].
@NullMarked
package org.sternpost.cmdlets.rollout;

import org.jspecify.annotations.NullMarked;
