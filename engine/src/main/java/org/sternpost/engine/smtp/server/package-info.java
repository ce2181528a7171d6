/// One incoming session: the dialogue, its limits, and a message handed to a [SmtpServer.MessageSink].
///
/// Implements the receiving side of [RFC 5321](https://www.rfc-editor.org/rfc/rfc5321) with PIPELINING (RFC 2920),
/// CHUNKING (RFC 3030), 8BITMIME (RFC 6152), SMTPUTF8 (RFC 6531), SIZE (RFC 1870), ENHANCEDSTATUSCODES (RFC 2034),
/// DSN (RFC 3461), STARTTLS (RFC 3207), TLS from the start (RFC 8314), AUTH (RFC 4954) and REQUIRETLS (RFC 8689). A
/// message on its way in:
///
/// 1. [SmtpServer] takes the connection; [Admission] says whether this client, its network and all together may
///    have one more session. Who may not relay, and may not prove who it is either, hears that in the greeting and
///    takes nobody's place ([RefusedSession]). Where a proxy calls, it says first for whom ([ProxyHeader]).
/// 2. [Session] reads one command at a time ([org.sternpost.engine.smtp.Command]) and answers it. A line that ends in a
///    CR or LF alone ends the session, for what follows may be meant for somebody else (RFC 5321 §7.8); so does one
///    that begins like BDAT and cannot be read. Replies leave together while the next command is here whole
///    (RFC 2920 §3.2): a client that sends MAIL behind a content hears of both at once.
///    AUTH, within TLS alone, is an exchange of its own ([Authentication]); what proves it stands in
///    [org.sternpost.engine.credential].
/// 3. MAIL and RCPT fill a [Transaction]. What we could not pass on, and a size that is too large, is refused here,
///    while the client still has the message: later we could only return it. One recipient too many hears 452, and
///    comes in another transaction.
/// 4. DATA, or BDAT chunk by chunk: the content goes to an [IncomingBuffer], in memory and beyond a limit on disk,
///    with our `Received` field in front. [Admission.SessionMemory] counts what all sessions hold; where it is used
///    up, 452 asks the client to come later.
/// 5. The [SmtpServer.MessageSink] keeps the message. Only when it has, and the disk has it, is 250 said; if it cannot,
///    452 is, and the client still has the message. A message that has passed too many hosts is refused as a loop.
///
/// Every command, message and session has a time ([SmtpServer.ServerLimits]), and every line a length.
///
/// Left out: BINARYMIME, as lines end in CRLF all the way. Start at [SmtpServer].
/// Knows sockets and grammar; knows no queue.
@NullMarked
package org.sternpost.engine.smtp.server;

import org.jspecify.annotations.NullMarked;
