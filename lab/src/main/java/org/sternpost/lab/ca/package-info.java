/// Issues every certificate of the practice internet: good, expired, misnamed, self-signed.
///
/// Two authorities: one the engine is told to trust (`ca.pem`), one it is not, for hosts whose TLSA records name
/// their own authority (RFC 7672 §3.1.2).
/// Start at [Authorities]. Knows names and dates; knows no hosts and no sockets.
@NullMarked
package org.sternpost.lab.ca;

import org.jspecify.annotations.NullMarked;
