/// Everything an operator can say: one record per cmdlet, by noun, and the plain facts that others derive from it.
///
/// Start at [Cmdlet]; the list of all is in the package `catalogue`. Knows the engine through `control`
/// alone; no terminal.
@NullMarked
package org.sternpost.cmdlets;

import org.jspecify.annotations.NullMarked;
