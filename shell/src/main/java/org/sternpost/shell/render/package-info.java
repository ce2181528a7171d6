/// Shows records: tables that fit the width, lists, trees, JSON Lines, CSV.
///
/// Start at [Printer]; [Show] turns one value into text, [Table], [Listing] and [TreeSheet] lay records out. Nothing
/// is lost silently: what a table drops, its last line names. Knows records; knows no terminal library.
@NullMarked
package org.sternpost.shell.render;

import org.jspecify.annotations.NullMarked;
