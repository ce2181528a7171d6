/// Stages that end a pipeline: they turn records into text or a file. They run in the shell.
///
/// Start at [FormatTable]. How a table looks is the shell's matter (`Cmdlet.Layout`).
@NullMarked
package org.sternpost.cmdlets.format;

import org.jspecify.annotations.NullMarked;
