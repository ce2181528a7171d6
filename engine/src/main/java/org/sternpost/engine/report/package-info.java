/// Questions asked of evidence: what was delivered, and what stricter settings would have cost.
///
/// Start at [AttemptStatistics], which writes what is asked for later, in the transaction of each attempt;
/// [ShadowSchedule] then finds out what became of routes that `Enabled` would have refused.
@NullMarked
package org.sternpost.engine.report;

import org.jspecify.annotations.NullMarked;
