/// Stages that work on any records: filter, pick, sort, group, count. They run in the shell.
///
/// Start at [WhereObject]. Values of different kinds compare by [ValueOrder].
@NullMarked
package org.sternpost.cmdlets.object;

import org.jspecify.annotations.NullMarked;
