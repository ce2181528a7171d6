package org.sternpost.engine.smtp.server;

import java.util.List;
import org.sternpost.engine.credential.Authenticator;
import org.sternpost.engine.smtp.server.Admission.Network;

/// How a listener meets its clients, beside by their networks.
///
/// @param tlsFirst a session begins with the handshake, without STARTTLS (RFC 8314 §3.3)
/// @param lenient  odd commands of old devices are taken for what they mean
/// @param proxies  whose connections begin with the address of the client (PROXY protocol, version 2)
public record ListenerTerms(Auth auth, boolean tlsFirst, boolean lenient, List<Network> proxies) {

    /// By networks alone, and by the letter of the RFCs.
    public static final ListenerTerms BY_NETWORK = new ListenerTerms(new Auth.NotOffered(), false, false, List.of());

    public ListenerTerms { proxies = List.copyOf(proxies); }

    /// Whether clients may prove who they are.
    public sealed interface Auth {
        /// They may not; their network decides.
        record NotOffered() implements Auth {}

        /// They may, and then relay from wherever.
        ///
        /// @param required whatever the network, nobody relays without
        record Offered(Authenticator authenticator, boolean required) implements Auth {}
    }
}
