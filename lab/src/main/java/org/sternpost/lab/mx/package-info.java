/// Plays the mail hosts of the practice internet, well-behaved or not.
///
/// Implements the receiving half of [RFC 5321](https://www.rfc-editor.org/rfc/rfc5321) with STARTTLS (RFC 3207),
/// PIPELINING (RFC 2920), CHUNKING (RFC 3030), SIZE (RFC 1870), 8BITMIME (RFC 6152), SMTPUTF8 (RFC 6531) and REQUIRETLS
/// (RFC 8689).
/// What arrives is on disk, though not synced, before it is answered `250`: practice mail need not survive a power cut.
/// Left out: AUTH, BINARYMIME, DSN, limits against abuse.
/// Start at [MxServer]. Knows sockets and a mailbox; knows neither DNS nor who expects what.
@NullMarked
package org.sternpost.lab.mx;

import org.jspecify.annotations.NullMarked;
