/// What became of messages, one row for each recipient, and every event on their way.
///
/// Start at [GetMessageTrace].
@NullMarked
package org.sternpost.cmdlets.trace;

import org.jspecify.annotations.NullMarked;
