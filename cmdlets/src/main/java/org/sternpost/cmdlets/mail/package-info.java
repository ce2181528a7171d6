/// Mail written at the prompt.
///
/// Start at [SendMailMessage].
@NullMarked
package org.sternpost.cmdlets.mail;

import org.jspecify.annotations.NullMarked;
