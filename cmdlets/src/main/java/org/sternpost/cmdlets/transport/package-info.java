/// Outbound connectors and what proves their TLS: settings, exceptions, routes, MTA-STS policies, tests of a domain.
///
/// Start at [SetOutboundConnector]; [TestTlsValidation] shows a whole proof without sending mail. Names are Exchange's.
/// Left out: Exchange's parameters for hybrid set-ups and transport rules.
@NullMarked
package org.sternpost.cmdlets.transport;

import org.jspecify.annotations.NullMarked;
