/// Words that all protocols share: domains, addresses, message identities, and what is asked of the message trace.
///
/// Implements the names of [RFC 5321](https://www.rfc-editor.org/rfc/rfc5321) §4.1.2, RFC 5890 and RFC 6531.
/// Start at [Address]. Knows no protocol and no state.
@NullMarked
package org.sternpost.engine.mail;

import org.jspecify.annotations.NullMarked;
