/// Answers of the DNS with their security status: what a question found, and whether DNSSEC proved it.
///
/// Implements the stub's side of [RFC 1034](https://www.rfc-editor.org/rfc/rfc1034) §5.3.1, RFC 2308 and RFC 8914.
/// Start at [Resolver] and [Answer]. Knows servers and time to live; proves nothing itself and knows no mail.
@NullMarked
package org.sternpost.engine.dns;

import org.jspecify.annotations.NullMarked;
