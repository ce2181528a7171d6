/// Durable state: one SQLite database and append-only segment files for message bodies.
///
/// Start at [Database]. Subjects keep their own tables and SQL; this package keeps the promise that what it
/// acknowledged is on the disk, and that SQLite's native calls hold no virtual thread's carrier: they are made on
/// platform threads of [Writer] and [Readers]. Knows no mail.
@NullMarked
package org.sternpost.engine.store;

import org.jspecify.annotations.NullMarked;
