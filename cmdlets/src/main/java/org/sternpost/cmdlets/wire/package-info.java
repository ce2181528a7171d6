/// The wire between shell and engine: JSON lines over a Unix-domain socket, one request a cmdlet with typed arguments.
///
/// Start at [EngineClient]. The engine never evaluates code: what crosses is a name and values.
@NullMarked
package org.sternpost.cmdlets.wire;

import org.jspecify.annotations.NullMarked;
