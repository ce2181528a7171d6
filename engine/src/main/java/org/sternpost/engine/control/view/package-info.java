/// The records an operator sees. A component is a column; its annotation says how a table may treat it.
///
/// Start at [Column]. Component types are those of the wire: text, numbers, booleans, enums, instants, durations,
/// lists, maps and further views. A name that ends in `Bytes` is a size, one that ends in `Percent` a share.
@NullMarked
package org.sternpost.engine.control.view;

import org.jspecify.annotations.NullMarked;
