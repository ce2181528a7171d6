/// What each attempt proved about one host, whatever the mode, kept once however often it is seen.
///
/// Start at [HostEvidence]. Everything that is reported later is read from here; nothing is judged twice.
@NullMarked
package org.sternpost.engine.evidence;

import org.jspecify.annotations.NullMarked;
