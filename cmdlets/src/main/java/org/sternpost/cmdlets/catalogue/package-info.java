/// The list of all cmdlets, and the two that tell of it: read from the same facts that bind a line.
///
/// Start at [AllCmdlets], which stands above all other packages; the build writes its list.
/// Left out: help for properties of records; `Format-List *` shows them.
@NullMarked
package org.sternpost.cmdlets.catalogue;

import org.jspecify.annotations.NullMarked;
