/// Durable state: one SQLite database and append-only segment files for message bodies.
///
/// Start at [Database]. Subjects keep their own tables and SQL; this package keeps the promise that what it
/// acknowledged is on the disk. Knows no mail.
@NullMarked
package org.sternpost.engine.store;

import org.jspecify.annotations.NullMarked;
