/// All an operator may see (views) or do (plans, then commit).
///
/// Start at [Management]. Knows every part of the engine below it; knows no terminal and no wire.
@NullMarked
package org.sternpost.engine.control;

import org.jspecify.annotations.NullMarked;
