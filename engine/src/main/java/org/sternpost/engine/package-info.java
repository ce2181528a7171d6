/// The delivery engine: accepts mail, keeps it safely and delivers it over connectors with provable security.
///
/// Start at `Engine`, which builds all parts. Knows everything below it; no terminal, no Groovy.
@NullMarked
package org.sternpost.engine;

import org.jspecify.annotations.NullMarked;
