/// Keeps the records that a PowerShell comparison in braces describes, without any Groovy.
///
/// The language is small and closed: properties, literals, some dozen operators, `-and`, `-or`, `-not`.
/// Left out: arithmetic, methods, text with variables inside; those are Groovy.
/// Start at [FilterReader], which also tells filter from Groovy; [FilterEvaluator] applies a filter to [Fields].
/// Knows no engine and no Groovy.
@NullMarked
package org.sternpost.shell.filter;

import org.jspecify.annotations.NullMarked;
