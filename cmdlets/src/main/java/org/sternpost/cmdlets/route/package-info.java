/// What route a recipient gets, and why.
///
/// Start at [ResolveMailRoute].
@NullMarked
package org.sternpost.cmdlets.route;

import org.jspecify.annotations.NullMarked;
