/// Serves MTA-STS policies over HTTPS, or fails to; takes reports that are posted.
///
/// Implements the serving half of [RFC 8461](https://www.rfc-editor.org/rfc/rfc8461) §3.3: one server for all policy
/// hosts, which shows each name its own certificate.
/// Start at [PolicyServer]. Knows names and bodies; knows no mail.
@NullMarked
package org.sternpost.lab.policy;

import org.jspecify.annotations.NullMarked;
