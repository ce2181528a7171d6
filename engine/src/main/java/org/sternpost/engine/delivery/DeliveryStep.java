package org.sternpost.engine.delivery;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.tls.Requirement;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;

/// What is to be done next. Each step but [Finish] is answered by one [DeliveryFact].
sealed interface DeliveryStep {

    /// Over which hosts the plan goes, and for what.
    enum Pass {
        /// As `Enabled` does.
        Strict,
        /// The floor of the connector alone: the only pass of `Disabled`, the second of `Opportunistic`.
        Relaxed;

        /// As evidence counts them.
        int number() { return ordinal() + 1; }
    }

    /// Have a session with this host at this address. [DeliveryPlan#judged] says what is shown there is worth.
    ///
    /// @param clear do not try STARTTLS: the host failed at it, and nothing requires it
    /// @param fresh a session kept from before does not do: one was just lost
    record Connect(Pass pass, HostJudgement host, InetAddress address, Requirement asked, boolean clear,
            boolean fresh) implements DeliveryStep {
        InetSocketAddress peer() { return new InetSocketAddress(address, host.port()); }

        /// `192.0.2.1:25`.
        String peerText() { return address.getHostAddress() + ":" + host.port(); }
    }

    /// Send the mail over the session that the step before led to. A call without mail ends here: mail would flow.
    ///
    /// @param despite why the strict pass refused every host; empty where it did not
    record Send(Connect over, Level level, Optional<Failure> despite) implements DeliveryStep {}

    /// Leave out a host that is not called.
    ///
    /// @param refused why the mode refuses it; empty if it does not, as where the host has no address
    record Skip(Pass pass, HostJudgement host, Optional<Failure> refused, String sentence) implements DeliveryStep {}

    /// No host took the mail.
    ///
    /// @param outcome of everybody who has none yet
    /// @param nextHop what that says of the route; unless it answered, nobody was attempted where other sessions stand
    /// @param refused the host, or the route, that the outcome tells of answered and may not have the mail
    /// @param hidden  our own trouble kept us from judging a host that could have taken the mail
    record Finish(Outcome outcome, NextHop nextHop, boolean refused, boolean hidden) implements DeliveryStep {}
}
