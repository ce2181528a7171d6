/// The process itself: the threads that it cannot live without, how it takes connections, what machine
/// code it loads, and how it ends when it must.
///
/// Start at [EssentialThread]. Knows threads and listeners; knows nothing of mail.
@NullMarked
package org.sternpost.engine.process;

import org.jspecify.annotations.NullMarked;
