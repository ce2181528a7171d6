/// The only door to clock, waiting and randomness, so that tests can turn the clock themselves.
///
/// Start at [Time]. Knows nothing else.
@NullMarked
package org.sternpost.engine.time;

import org.jspecify.annotations.NullMarked;
