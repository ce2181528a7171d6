/// What a certificate says, and what a chain of them proves ([RFC 5280](https://www.rfc-editor.org/rfc/rfc5280)).
///
/// One reader and one judge for DANE-TA, MTA-STS, its policy hosts and the connector's own wishes, so that no two of
/// them read a certificate differently. Left out: revocation (mail has no user to ask, and a blocked CRL host would
/// stop mail) and certificate policies (mail asks for none). What is held to be enough is told in
/// `docs/transport-security.md`. Start at [Certificate] and [PathSearch].
@NullMarked
package org.sternpost.engine.certificate;

import org.jspecify.annotations.NullMarked;
