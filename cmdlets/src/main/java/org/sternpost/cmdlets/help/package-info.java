/// What can be said, and how: read from the same facts that bind a line.
///
/// Start at [GetHelp]. Left out: help for properties of records; `Format-List *` shows them.
@NullMarked
package org.sternpost.cmdlets.help;

import org.jspecify.annotations.NullMarked;
