/// Durable state: one SQLite database and append-only segment files for message bodies.
///
/// What is accepted is safe once its record in a segment is synced ([Journal]): nobody who submits waits for more than
/// that. Its rows follow ([Unwritten], [Writer]): bounded, in the order of acceptance, with the number of the last
/// record that is applied in the same transaction. A start finds the records behind that number and writes their rows
/// ([JournalTail]). Whoever reads or changes tables has the rows written first. A transaction is synced before it is
/// acknowledged (SQLite's `synchronous = FULL`), as nothing else tells what was settled; no 250 waits for that.
///
/// Start at [Database]. Subjects keep their own tables and SQL; this package keeps the promise that what it
/// acknowledged is on the disk, and that SQLite's native calls hold no virtual thread's carrier: they are made on
/// platform threads of [Writer] and [Readers]. Knows no mail.
@NullMarked
package org.sternpost.engine.store;

import org.jspecify.annotations.NullMarked;
