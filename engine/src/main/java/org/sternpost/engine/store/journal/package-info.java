/// How a segment file says by itself what it holds: records with a header, a content, and checksums of both.
///
/// A segment begins with a preamble ([Preamble]) that has a random number of its own. Records follow one another
/// ([RecordFrame]), each with that number: whoever sends mail cannot know it, so no content passes for a record, also
/// where a reader looks for the next one behind damage. [SegmentReader] reads a segment from any place, by checksums
/// alone, and tells in numbers what it could not read.
///
/// Beside a segment lies a file of [Finals] (`.done`): for whom a record is done. It is written without a sync and says
/// what need not be sent again if the tables are lost.
///
/// Segments of versions without records hold bare contents; [Preamble#read] tells them apart.
///
/// Start at [RecordFrame]. Knows files and octets; knows no table and no mail: what a header means is the queue's.
@NullMarked
package org.sternpost.engine.store.journal;

import org.jspecify.annotations.NullMarked;
