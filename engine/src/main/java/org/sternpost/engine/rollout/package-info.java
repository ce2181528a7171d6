/// Changes a connector's mode by growing shares of recipient domains, guarded by what that share's own mail shows.
///
/// Start at [Rollouts]; the decision is [Guard]'s. Knows connectors and outcomes; knows no operator.
@NullMarked
package org.sternpost.engine.rollout;

import org.jspecify.annotations.NullMarked;
