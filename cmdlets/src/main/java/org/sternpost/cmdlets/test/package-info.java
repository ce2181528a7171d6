/// What a domain can prove, and whether DNS answers may be trusted, shown step by step without sending mail.
///
/// Start at [TestTlsValidation].
@NullMarked
package org.sternpost.cmdlets.test;

import org.jspecify.annotations.NullMarked;
