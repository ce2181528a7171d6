/// Runs what was bound: pipelines, changes with their plans and questions, variables, errors and exit codes.
///
/// Start at [ShellSession]; [ChangeRunner] holds the rules of `-WhatIf` and `-Confirm` (docs/shell.md#changes).
/// Knows a client of the engine and a [Console]; knows no terminal library and loads no Groovy until asked.
@NullMarked
package org.sternpost.shell.run;

import org.jspecify.annotations.NullMarked;
