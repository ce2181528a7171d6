/// Turns a parsed text into typed cmdlets: which parameter takes which value, and what each value means.
///
/// The whole text is bound before anything runs, so a slip in the last line stops it before its first effect.
/// Start at [Binder]; [Conversion] knows the types. Knows descriptors; knows no engine and no terminal.
@NullMarked
package org.sternpost.shell.bind;

import org.jspecify.annotations.NullMarked;
