/// A handshake that satisfies a requirement, and the facts it leaves.
///
/// Start at [SessionProofs]. Knows certificates and sockets; knows no SMTP and no queue.
@NullMarked
package org.sternpost.engine.tls;

import org.jspecify.annotations.NullMarked;

