package org.sternpost.engine.control.view;

import java.util.List;

/// Which connector, hosts and verdicts a recipient would get, and why other connectors lost.
///
/// @param losers each `name: why not`
public record MailRouteView(@Column(value = 1, identity = true) String recipient, @Column(1) String connector,
        @Column(2) String tlsValidation, String why, @Column(value = 2, text = true) String outcome,
        List<HostView> hosts, List<String> losers) {

    /// @param enabled what `Enabled` asks of the host, or why it refuses it
    public record HostView(@Column(value = 1, identity = true) String host, @Column(1) int preference,
            List<String> addresses, @Column(value = 1, text = true) String enabled, String dane, String mtaSts) {}
}
