/// The program that an operator starts: its `main`, which hands the command line to `launch`.
///
/// Start at [Main]. Knows nothing else.
@NullMarked
package org.sternpost.shell;

import org.jspecify.annotations.NullMarked;
