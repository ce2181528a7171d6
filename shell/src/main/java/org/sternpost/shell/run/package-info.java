/// Runs what was bound: pipelines, changes with their plans and questions, variables, errors and exit codes.
///
/// Start at [Session]; [Changes] holds the rules of `-WhatIf` and `-Confirm` (docs/shell.md#changes).
/// Knows a link to the engine and a [Voice]; knows no terminal library and loads no Groovy until asked.
@NullMarked
package org.sternpost.shell.run;

import org.jspecify.annotations.NullMarked;
