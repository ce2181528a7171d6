/// Header fields and MIME as far as a relay must know them (RFC 5322 §2.2, §3.6).
///
/// Start at the class that names the field you look for. Knows octets only.
@NullMarked
package org.sternpost.engine.message;

import org.jspecify.annotations.NullMarked;
