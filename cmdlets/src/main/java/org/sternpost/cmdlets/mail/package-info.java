/// Messages: written at the prompt, waiting in queues, and what became of each recipient.
///
/// Start at [GetQueue], then [GetMessageTrace]. Left out: Exchange's filter strings; `Where-Object` does that.
@NullMarked
package org.sternpost.cmdlets.mail;

import org.jspecify.annotations.NullMarked;
