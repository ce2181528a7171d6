/// Conditions on what waits, as Exchange's `-Filter` has them: read from text that anybody may have written, judged for
/// a record, and turned into SQL as far as the store has the property.
///
/// Start at [OpathReader].
@NullMarked
package org.sternpost.engine.filter;

import org.jspecify.annotations.NullMarked;
