package org.sternpost.engine.control;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.mail.Domain;

/// Which reports of RFC 8460 are wanted: from one UTC day to another, both included.
///
/// @param domain null for all
public record TlsRptQuery(@Nullable Domain domain, LocalDate from, LocalDate to, int limit) {}
