/// Questions asked of evidence: what was delivered, and what stricter settings would have cost.
///
/// Start at [Bookkeeper], which writes what is asked for later, in the transaction of each attempt.
@NullMarked
package org.sternpost.engine.report;

import org.jspecify.annotations.NullMarked;
