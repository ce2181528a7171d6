/// What is owed to whom, and when.
///
/// A message is one row with its envelope, its content stands in a segment file, and each recipient is a row that
/// is in exactly one state: Waiting, Active, Suspended, Delivered, Failed or Removed. [Queue] is the one class that
/// changes it, always through the store, and answers when the disk has it: what was said to a client, or came from
/// a host, survives `kill -9` and power loss.
///
/// 1. **Accepted**: message and recipients, each with the connector that serves it, are one record before the content
///    ([RecordHeader]). Many messages share one sync of the disk; 250 is said after it. While that takes long, delivery
///    begins little ([IntakePace]). Their rows follow a moment later; a start writes those that a crash kept from being
///    written.
/// 2. **Waiting**: [DestinationQueues] has in memory, for each connector and next-hop domain
///    ([DestinationQueues.DestinationKey]), which recipients wait and when they are due. A start reads it from the
///    tables ([Recovery]); nothing in it is the only copy.
/// 3. **Claimed**: a session takes the recipients of one message that are due, from memory where it was accepted
///    lately ([RecentMessages]), else from the tables. Nobody else gets them until they are settled or put back. If the
///    engine dies they are due again: at least once, never zero.
/// 4. **Settled** ([QueueUpdate]): new states, the next attempt, trace, evidence, counts and the notifications that
///    follow are one transaction. A session goes on while that is written, up to eight messages ahead of it. While the
///    disk has no room for it, nothing is handed out ([DiskHold]), so that nobody gets mail twice. What is settled for
///    all before it has rows of mail that waits has those of its trace alone.
/// 5. **Final**: the message leaves the queue when its last recipient does; [Trace] remembers it for a while.
///
/// A row or content that the disk did not keep makes a [Queue.DamagedMessage]: it is shown, never sent and never
/// removed by us. What an operator may do with waiting mail is [QueueAdmin].
///
/// Start at [Queue] and [QueuedMessage]. Knows the store; knows no DNS and no session.
@NullMarked
package org.sternpost.engine.queue;

import org.jspecify.annotations.NullMarked;
