/// Domains that a connector judges by other settings than its own, each with a reason, an owner and an end.
///
/// Start at [NewTlsException]. Knows the engine's management and nothing below it.
@NullMarked
package org.sternpost.cmdlets.exception;

import org.jspecify.annotations.NullMarked;
