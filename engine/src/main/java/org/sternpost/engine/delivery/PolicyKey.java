package org.sternpost.engine.delivery;

import java.net.InetAddress;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.RequireTlsTag;
import org.sternpost.engine.tls.Requirement;

/// All that must be equal for mail to share a session, so that the policy of one domain never serves another
/// (docs/transport-security.md#session-reuse).
record PolicyKey(String connector, long revision, TlsValidation mode, Domain host, InetAddress address, int port,
        String sni, String requirement, boolean requireTls) {

    static PolicyKey of(Consignment mail, Domain host, InetAddress address, int port, Requirement asked) {
        return new PolicyKey(mail.connector().id(), mail.connector().revision(), mail.mode(), host, address, port,
                asked.sni(), asked.key(), mail.message().tls() == RequireTlsTag.Required);
    }
}
