package org.sternpost.engine;

import org.sternpost.engine.config.Settings;
import org.sternpost.engine.credential.Authenticator;
import org.sternpost.engine.smtp.server.Admission.Network;
import org.sternpost.engine.smtp.server.ListenerTerms;

/// What the settings say of a listener, as a listener needs it.
final class Listeners {

    private Listeners() {}

    static ListenerTerms terms(Settings.Listener listener, Authenticator authenticator) {
        ListenerTerms.Auth auth = switch (listener.auth()) {
            case none -> new ListenerTerms.Auth.NotOffered();
            case offered -> new ListenerTerms.Auth.Offered(authenticator, false);
            case required -> new ListenerTerms.Auth.Offered(authenticator, true);
        };
        return new ListenerTerms(auth, listener.tls().map(Settings.ListenerTls::implicit).orElse(false),
                listener.lenient(), listener.proxies().stream().map(Network::of).toList());
    }
}
