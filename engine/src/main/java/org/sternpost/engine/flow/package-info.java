/// Which mail goes where and what its TLS was: sums by day, of which flows and the inventory of TLS are read.
///
/// Start at [Flows], which adds to them in the transaction that settles an attempt. What strangers choose (their hosts,
/// certificates, algorithms) makes a bounded number of rows a day; the rest of them is counted together.
@NullMarked
package org.sternpost.engine.flow;

import org.jspecify.annotations.NullMarked;
