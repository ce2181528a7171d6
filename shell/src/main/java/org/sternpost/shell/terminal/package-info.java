/// The prompt: reading lines with completion, colours and history, and asking before changes.
///
/// Start at [Prompt]; [Completions] works without a terminal. The only package that knows JLine.
@NullMarked
package org.sternpost.shell.terminal;

import org.jspecify.annotations.NullMarked;
