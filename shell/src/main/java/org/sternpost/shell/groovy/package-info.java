/// Groovy for operators: blocks in pipelines, expressions, and script files with the cmdlets as methods.
///
/// Start at [GroovyScripting]; [ScriptBase] is what a script file can say. The only package that knows Groovy; loaded
/// when the first block or file asks for it. Groovy runs with the operator's rights in the shell's process, never in
/// the engine.
@NullMarked
package org.sternpost.shell.groovy;

import org.jspecify.annotations.NullMarked;
