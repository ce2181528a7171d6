/// The pickup directory: a file dropped there is a message on its way in.
///
/// For applications that write a file more easily than they speak SMTP, by the rules of Exchange's pickup directory
/// where it has them. A file `x.eml` is text as RFC 5322 has it; its header says who sends it to whom. One file goes
/// this way, in this order:
///
/// 1. It is looked at twice, some seconds apart, until it no longer grows.
/// 2. It is claimed: moved into a directory within, which is the engine's alone, under the id that its message will
///    have. From there on nobody exchanges it for another, and a start after a crash asks the queue for that id: what
///    was accepted is not accepted again, what was not is.
/// 3. It is read ([PickupFile]): what of it is envelope, and what goes on ([PickupHeader]).
/// 4. It is handed in by the door that all mail comes by ([org.sternpost.engine.intake.Acceptance]), and removed once
///    the disk has it there.
///
/// What came of it is a [Pickup]: taken, to be tried again later, or set aside as `x.bad` with the reason beside it.
///
/// Start at [PickupDirectory]. Knows files, headers and the door; knows no socket, no table and no settings file.
@NullMarked
package org.sternpost.engine.pickup;

import org.jspecify.annotations.NullMarked;
