package org.sternpost.engine.trust;

import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.Domain;

/// Says, before anything is dialled, where mail may go and what each host must prove.
public interface Judge {

    /// Looks up the route and judges every host.
    ///
    /// With [TlsValidation#Disabled] neither TLSA records nor policies are asked for and every verdict is `None`.
    ///
    /// @param mode the mode in force for this recipient; a rollout may have moved it off the connector's own
    JudgedRoute judge(OutboundConnector connector, TlsValidation mode, Domain recipientDomain);

    /// The same for a message with REQUIRETLS: looks everything up, also where mode or connector do not, and judges as
    /// `Enabled` does (RFC 8689 §4.2.1). A judge that looks up no more than it is told does what `Enabled` would.
    default JudgedRoute requiringTls(OutboundConnector connector, TlsValidation mode, Domain recipientDomain) {
        return judge(connector, TlsValidation.Enabled, recipientDomain);
    }
}
