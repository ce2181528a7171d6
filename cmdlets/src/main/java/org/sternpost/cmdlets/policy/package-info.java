/// The MTA-STS policies that the engine holds.
///
/// Start at [GetStsPolicy]. Knows the engine's management and nothing below it.
@NullMarked
package org.sternpost.cmdlets.policy;

import org.jspecify.annotations.NullMarked;
