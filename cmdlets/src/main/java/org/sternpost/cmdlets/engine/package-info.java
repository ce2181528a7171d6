/// The engine itself.
///
/// Start at [GetEngineStatus].
@NullMarked
package org.sternpost.cmdlets.engine;

import org.jspecify.annotations.NullMarked;
