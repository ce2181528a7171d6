/// Shows records: tables that fit the width, lists, JSON Lines, CSV.
///
/// Start at [Printer]; [Show] turns one value into text, [Table] and [Listing] lay records out. Nothing is lost
/// silently: what a table drops, its last line names. Knows records; knows no terminal library.
@NullMarked
package org.sternpost.shell.render;

import org.jspecify.annotations.NullMarked;
