package org.sternpost.engine.connector;

import java.util.Optional;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;

/// Which connector serves whom, as of now.
public interface ConnectorRouting {

    /// By name; case does not matter.
    Optional<OutboundConnector> find(String name);

    /// By identity, whatever it is called by now.
    Optional<OutboundConnector> withId(String id);

    /// The connector that serves a recipient: the most specific pattern wins, ties go to the lowest name, and what no
    /// other serves is the built-in `Default`'s. An exception for the recipient's domain is applied to the answer.
    ///
    /// @param size octets of the message; a connector that takes fewer is passed over
    OutboundConnector choose(Address recipient, long size);

    /// The connector that somebody else has chosen for mail to a domain, as it judges that domain: with the exception,
    /// if one is in force. Empty if it is gone.
    Optional<OutboundConnector> chosen(String id, Domain domain);
}
