/// Who may submit mail by a password.
///
/// Start at [NewSubmissionUser].
@NullMarked
package org.sternpost.cmdlets.submission;

import org.jspecify.annotations.NullMarked;
