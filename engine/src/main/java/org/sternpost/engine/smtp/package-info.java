/// The grammar that both sides of SMTP share: commands with their parameters, replies, lines, dot-stuffing.
///
/// Implements [RFC 5321](https://www.rfc-editor.org/rfc/rfc5321) §4.1, §4.2, §4.5.2 and RFC 3463.
/// Start at [Command] and [Reply]. Knows streams of octets; knows no session and no queue.
@NullMarked
package org.sternpost.engine.smtp;

import org.jspecify.annotations.NullMarked;
