/// One outgoing SMTP session: it says what it is told, keeps every limit, and decides nothing about policy.
///
/// Implements the client's side of [RFC 5321](https://www.rfc-editor.org/rfc/rfc5321), with PIPELINING (RFC 2920),
/// CHUNKING (RFC 3030), SIZE (RFC 1870), 8BITMIME (RFC 6152), SMTPUTF8 (RFC 6531), DSN (RFC 3461), STARTTLS (RFC 3207)
/// and REQUIRETLS (RFC 8689). Left out: BINARYMIME and AUTH.
/// Start at [SmtpSession]; [MailTransaction] says which commands go together. Knows sockets and replies; knows no queue
/// and no verdict.
@NullMarked
package org.sternpost.engine.smtp.client;

import org.jspecify.annotations.NullMarked;
