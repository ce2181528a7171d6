package org.sternpost.engine.delivery;

import java.net.InetAddress;
import org.sternpost.engine.delivery.DeliveryPlan.Step;
import org.sternpost.engine.delivery.DeliveryPlan.Terms;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.tls.Requirement;

/// All that must be equal for mail to share a session, so that the policy of one domain never serves another
/// (docs/transport-security.md#session-reuse). A connector's revision stands for its credentials and its source
/// address, the requirement for the records or the policy that it comes from.
record PolicyKey(String connector, long revision, DeliveryMode mode, Domain host, InetAddress address, int port,
        String sni, String requirement, boolean requireTls) {

    static PolicyKey of(Terms terms, Step.Connect step) { return of(terms, step, step.asked()); }

    /// The key of another requirement at the same place.
    static PolicyKey of(Terms terms, Step.Connect step, Requirement asked) {
        var connector = terms.connector();
        return new PolicyKey(connector.id(), connector.stored().revision(), terms.mode(), step.host().host(),
                step.address(), step.host().port(), asked.sni(), asked.key(), terms.requireTls());
    }
}
