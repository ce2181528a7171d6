/// One incoming session: the dialogue, its limits, and a message handed to a [MessageSink].
///
/// Implements the receiving side of [RFC 5321](https://www.rfc-editor.org/rfc/rfc5321) with PIPELINING (RFC 2920),
/// 8BITMIME (RFC 6152), SMTPUTF8 (RFC 6531), SIZE (RFC 1870), ENHANCEDSTATUSCODES (RFC 2034), DSN (RFC 3461),
/// STARTTLS (RFC 3207) and REQUIRETLS (RFC 8689). Left out: AUTH, as submission is by network; BDAT.
/// Start at [SmtpServer]. Knows sockets and grammar; knows no queue.
@NullMarked
package org.sternpost.engine.smtp.server;

import org.jspecify.annotations.NullMarked;
