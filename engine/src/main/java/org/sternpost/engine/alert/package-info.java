/// Tells within minutes of what somebody must look at: a domain whose mail stops validating, a change that delays or
/// returns mail, a rollout that stands or went back, a policy or certificate about to end, a resolver that cannot be
/// trusted, trouble of this gateway.
///
/// Start at [Alerts]: it asks each [AlertRule] once a minute, and keeps what began and what is over. An alert is told
/// once when it begins and once when it is over, whatever is restarted in between. Knows counts, policies, rollouts;
/// knows no operator.
@NullMarked
package org.sternpost.engine.alert;

import org.jspecify.annotations.NullMarked;
