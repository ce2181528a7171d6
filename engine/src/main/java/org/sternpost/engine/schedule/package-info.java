/// When mail is attempted and how much of it at once: lanes, sessions, retries, expiry, shutdown.
///
/// Start at [Scheduler]; what an attempt changes is [Settler]'s. Knows the queue and the delivery agent; knows
/// no protocol.
@NullMarked
package org.sternpost.engine.schedule;

import org.jspecify.annotations.NullMarked;
