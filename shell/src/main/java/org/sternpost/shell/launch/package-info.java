/// The process: what its command line asks for, which engine it speaks to, how it ends.
///
/// Start at [Launcher]. [EngineHost] is the seam to the engine in the same process; nothing here loads JLine or Groovy
/// unless the command line asks for a prompt or a script.
@NullMarked
package org.sternpost.shell.launch;

import org.jspecify.annotations.NullMarked;
