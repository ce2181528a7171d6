/// Who may submit mail by a password, and how that is proven without keeping one.
///
/// Implements the server's side of SASL for [RFC 4954](https://www.rfc-editor.org/rfc/rfc4954): PLAIN (RFC 4616),
/// LOGIN (never an RFC; two questions, as all clients that speak it expect), and SCRAM-SHA-256 (RFC 5802, RFC 7677).
///
/// 1. A [Password] is prepared when it is set and when it is heard, alike by RFC 4013 and RFC 8265: what the two
///    prepare differently is refused in words when it is set.
/// 2. Of it only [ScramKeys] are kept: salt, iterations, stored key and server key (RFC 5802 §3). All three mechanisms
///    are checked against these, so nothing on the disk is a password or can be sent for one.
/// 3. [SubmissionUsers] keeps the users in the store and in memory. A name that nobody has gets keys that fit no
///    password, and always the same, so that neither a challenge nor the time of an answer tells who is there.
/// 4. [Authenticator] begins a [SaslExchange]: octets in, a [SaslExchange.Step] out. It knows no base64 and no replies.
/// 5. [FailurePace] counts failures by client and by user. Who failed often is told to come later, at once and without
///    a check: no thread waits, and a right password is not told from a wrong one meanwhile.
///
/// Left out: channel binding (SCRAM-SHA-256-PLUS), as no client of submission is known that insists on it; acting for
/// another user, as an authorization identity that differs is refused. Start at [Authenticator]. Knows no sockets.
@NullMarked
package org.sternpost.engine.credential;

import org.jspecify.annotations.NullMarked;
