package org.sternpost.engine;

import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.mail.GivenName;
import org.sternpost.engine.mail.OwnName;

/// Names that serve, and make trouble for others.
final class OddNames {

    private static final System.Logger LOG = System.getLogger(Engine.class.getName());

    private OddNames() {}

    /// Older versions took names that a command cannot say.
    static void warnOf(Connectors connectors) {
        for (var connector : connectors.all())
            GivenName.fault(connector.name()).ifPresent(fault -> LOG.log(System.Logger.Level.WARNING,
                    "event=odd-name connector=\"{0}\" why=\"it {1}\" remedy=\"give it another: "
                            + "Set-OutboundConnector ... -Name; {2}\"",
                    connector.name(), fault, GivenName.REMEDY));
    }

    /// The engine's own.
    static void warnOf(String hostName) {
        OwnName.fault(hostName).ifPresent(fault -> LOG.log(System.Logger.Level.WARNING,
                "event=own-name name={0} why=\"{1}; mail hosts refuse who greets them so\" remedy=\"set "
                        + "hostName in the settings to the full name that DNS has for this machine\"",
                hostName, fault));
    }
}
