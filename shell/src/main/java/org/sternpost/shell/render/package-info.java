/// Shows records: tables that fit the width, lists, trees, JSON Lines, CSV.
///
/// Start at [Printer]; [ValueFormat] turns one value into text, [TableLayout], [ListLayout] and [TreeLayout] lay
/// records out. Nothing is lost silently: what a table drops, its last line names. Knows records; knows no terminal
/// library.
@NullMarked
package org.sternpost.shell.render;

import org.jspecify.annotations.NullMarked;
