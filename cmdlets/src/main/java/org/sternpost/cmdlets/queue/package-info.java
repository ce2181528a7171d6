/// The mail that waits: queues, one for each connector and next hop, and their messages.
///
/// Start at [GetQueue]. Left out: suspending, and Exchange's filter strings; `Where-Object` does that.
@NullMarked
package org.sternpost.cmdlets.queue;

import org.jspecify.annotations.NullMarked;
