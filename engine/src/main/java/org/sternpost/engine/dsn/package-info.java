/// Notifications of failure and delay that tell a sender what became of mail, why, and who can fix it.
///
/// Implements [RFC 3464](https://www.rfc-editor.org/rfc/rfc3464) in the frame of RFC 6522, as RFC 3461 asks for, and
/// under the protection that RFC 8689 §5 asks for.
/// Start at [DsnWriter]. Knows messages and outcomes; knows no queue.
@NullMarked
package org.sternpost.engine.dsn;

import org.jspecify.annotations.NullMarked;
