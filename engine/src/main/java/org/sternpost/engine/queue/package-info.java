/// What is owed to whom, and when.
///
/// Start at [QueuedMessage]. A recipient is in exactly one state and changes it only here.
/// Knows the store; knows no DNS and no session.
@NullMarked
package org.sternpost.engine.queue;

import org.jspecify.annotations.NullMarked;
