/// Stages that work on any records: they filter, select, sort, group and count, or make text or a file of them.
///
/// Start at [WhereObject], then [FormatTable]. They run in the shell; how a table looks is its matter
/// (`Cmdlet.Layout`). Values of different kinds compare by [ValueOrder].
@NullMarked
package org.sternpost.cmdlets.pipeline;

import org.jspecify.annotations.NullMarked;
