/// Letters to those whose mail hosts fail validation: what was seen, what is to be changed, and how they see it
/// themselves.
///
/// Start at [LetterWriter]; [PartnerNotices] keeps what was written and sees when it was mended. Knows evidence and
/// failures; knows no operator.
@NullMarked
package org.sternpost.engine.partner;

import org.jspecify.annotations.NullMarked;
