/// Records as they pass through a pipeline: named values of a view, whatever made them.
///
/// Start at [ViewItem]; [ViewType] tells names, types and columns before there is a record. Knows views; knows no
/// text, no terminal and no engine.
@NullMarked
package org.sternpost.shell.item;

import org.jspecify.annotations.NullMarked;
