/// What is known of records in a pipeline besides their values: types, columns, and their form as JSON.
///
/// Start at [ViewType]; it tells names, types and columns before there is a record. Knows views; knows no
/// text, no terminal and no engine.
@NullMarked
package org.sternpost.shell.item;

import org.jspecify.annotations.NullMarked;
