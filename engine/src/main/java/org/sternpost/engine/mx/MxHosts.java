package org.sternpost.engine.mx;

import java.util.List;
import java.util.Optional;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.Status;
import org.sternpost.engine.dns.Weakness;
import org.sternpost.engine.mail.Domain;

/// Where the mail of a domain goes.
public sealed interface MxHosts {

    /// @param hosts     in the order to try; never empty
    /// @param status    of the MX answer, also when it proved that there is none
    /// @param canonical the domain after its aliases (RFC 7672 §3.2.2)
    /// @param weakness  why it is not secure although its zone is signed
    /// @param notes     what was passed over, one sentence each
    record Hosts(List<MxHost> hosts, Status status, Domain canonical, Optional<Weakness> weakness,
            List<String> notes) implements MxHosts {
        public Hosts {
            hosts = List.copyOf(hosts);
            notes = List.copyOf(notes);
            if (hosts.isEmpty()) throw new IllegalArgumentException("a route has at least one host");
        }
    }

    /// No mail can ever go there.
    ///
    /// @param code permanent enhanced code such as `5.1.10`
    record Impossible(String code, String sentence) implements MxHosts {}

    /// The MX question failed (RFC 7672 §2.1.2).
    record Failed(Answer.Failed answer) implements MxHosts {}

    /// One host of a route.
    ///
    /// @param implicit true if it stands in for MX records that do not exist (RFC 5321 §5.1)
    record MxHost(Domain name, int preference, boolean implicit) {}
}
