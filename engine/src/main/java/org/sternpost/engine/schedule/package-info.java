/// When mail is attempted and how much of it at once: sessions, retries, expiry, shutdown.
///
/// [Scheduler] is one thread that sleeps until something is due. It starts sessions, one thread each, which take
/// message after message of one destination until nothing is due there.
///
/// 1. **How many at once?** [Slots] has the places of all. Destinations that have not answered lately share half of
///    them, no client and no sender may fill the rest, and no destination has more than are free, so that one hanging
///    host or one huge mailing holds nobody up. A destination that has not answered has one session, to find out
///    whether it does; then several, and more while they help (`queue.SessionGrowth`), up to its limit; one that said
///    421 gets fewer for a while. While others wait for a slot, a session ends after its turn.
/// 2. **Which settings?** [SessionQueue] claims a message and looks at its connector now: a change, an exception or
///    the share of a rollout takes effect with the next attempt, also for mail that waited before.
/// 3. **What did it come to?** [AttemptRecorder] makes of each outcome what the queue keeps: delivered; waiting until
///    the next retry interval, or as long as the host says ([RetryHint]); or failed, with a notification. Several
///    listeners write their part into the same transaction.
/// 4. **When is it given up?** When the time of the message is over (RFC 5321 §4.5.4.1). Mail that a policy held
///    back is judged once more by what is published now ([PolicyRecheck], RFC 8461 §5.1).
/// 5. **What if we fail?** A defect met at a message counts for it, and after three it is set aside. A disk that is
///    full holds everything. [OpenSessions] ends all when the engine stops: what is being sent may hear its reply, all
///    else goes back at once.
///
/// Start at [Scheduler]. Knows the queue and the delivery agent; knows no protocol.
@NullMarked
package org.sternpost.engine.schedule;

import org.jspecify.annotations.NullMarked;
