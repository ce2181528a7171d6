package org.sternpost.engine.delivery;

import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.mail.Domain;

/// Under what mail is delivered: all that says, beside the route, which hosts may have it.
///
/// @param domain     of the recipients
/// @param requireTls the sender asks for REQUIRETLS (RFC 8689)
/// @param clearText  the mail has waited long enough to go in clear text where TLS failed and nothing requires it
record DeliveryTerms(OutboundConnector connector, DeliveryMode mode, Domain domain, boolean requireTls,
        boolean clearText) {}
