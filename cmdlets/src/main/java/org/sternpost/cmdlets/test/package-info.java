/// What a domain can prove, shown step by step without sending mail.
///
/// Start at [TestSmtpDane].
@NullMarked
package org.sternpost.cmdlets.test;

import org.jspecify.annotations.NullMarked;
