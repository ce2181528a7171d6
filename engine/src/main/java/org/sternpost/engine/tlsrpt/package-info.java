/// Tells the owners of domains how TLS to their hosts went: one report per domain and UTC day.
///
/// Implements the sender of [RFC 8460](https://www.rfc-editor.org/rfc/rfc8460): record, counts, report, both ways out.
/// Left out: receiving reports.
/// Start at [Aggregates] for counting, at [ReportOfDay] for the report and at [Sender] for sending.
@NullMarked
package org.sternpost.engine.tlsrpt;

import org.jspecify.annotations.NullMarked;
