package org.sternpost.engine.delivery;

import java.net.InetAddress;
import org.sternpost.engine.mail.Domain;

/// All that must be equal for mail to share a session, so that the policy of one domain never serves another
/// (docs/transport-security.md#session-reuse).
record PolicyKey(String connector, long revision, DeliveryMode mode, Domain host, InetAddress address, int port,
        String sni, String requirement, boolean requireTls) {

    static PolicyKey of(DeliveryTerms terms, DeliveryStep.Connect step) {
        var connector = terms.connector();
        return new PolicyKey(connector.id(), connector.stored().revision(), terms.mode(), step.host().host(),
                step.address(),
                step.host().port(), step.asked().sni(), step.asked().key(), terms.requireTls());
    }
}
