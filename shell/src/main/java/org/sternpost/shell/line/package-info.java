/// Reads what an administrator types: text to a syntax tree, and nothing that a cmdlet must know.
///
/// Implements docs/shell.md#lines: statements, pipelines, parameters, values, blocks.
/// Left out: what a name means (the binder), what a block does (filter and Groovy), dollar-slashy Groovy strings.
/// Start at [LineParser]; [Cursor] serves completion, [Highlight] colours, [Literal] the values behind the words.
/// Knows no terminal, no engine, no Groovy.
@NullMarked
package org.sternpost.shell.line;

import org.jspecify.annotations.NullMarked;
