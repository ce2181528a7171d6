package org.sternpost.engine.evidence;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Optional;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.tls.SessionProofs.SessionFacts;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.HostFacts;

/// What one attempt proved about one host, whatever the mode (docs/transport-security.md#evidence).
public record HostEvidence(Attempt attempt, Host host, Session session, Findings findings, Modes modes,
        Result result) {

    /// Which attempt it was.
    ///
    /// @param mode in force for this recipient domain at this attempt
    /// @param pass 1 the strict pass that does as `Enabled`, 2 the relaxed one of `Opportunistic` or the only one of
    ///             `Disabled`
    public record Attempt(Instant at, String connector, long connectorRevision, TlsValidation mode, int pass,
            Domain recipientDomain) {}

    /// Which host, and what was learned of it before anybody called.
    ///
    /// @param address dialled; empty when none was
    public record Host(Domain name, Optional<InetSocketAddress> address, int preference, HostFacts facts) {

        /// `192.0.2.1:25`; empty text when none was dialled.
        public String addressText() {
            return address.map(one -> one.getAddress().getHostAddress() + ":" + one.getPort()).orElse("");
        }

        static Optional<InetSocketAddress> address(String stored) {
            if (stored.isEmpty()) return Optional.empty();
            int colon = stored.lastIndexOf(':'); // an IPv6 address has its own before it
            int zone = stored.indexOf('%'); // that interface may be gone
            String literal = stored.substring(0, zone >= 0 && zone < colon ? zone : colon);
            return Optional.of(new InetSocketAddress(InetAddress.ofLiteral(literal),
                    Integer.parseInt(stored.substring(colon + 1))));
        }
    }

    /// What the session was.
    ///
    /// @param tls  empty where there was none
    /// @param pkix verdict of PKIX in words, `valid` or why not; empty text when there was no certificate
    public record Session(Optional<SessionFacts> tls, String pkix, Level achieved, Level required) {}

    /// What each mechanism says of the host by itself.
    public record Findings(Finding dane, Finding sts) {}

    /// What one mechanism, DANE or MTA-STS, says of one host, whatever the mode and whoever else has a say.
    public sealed interface Finding {

        /// For people: `holds: ...`, `fails: ...`, `not judged: ...`.
        String words();

        /// What it asks was proven.
        record Holds(String what) implements Finding {
            @Override
            public String words() { return "holds: " + what; }
        }

        /// What it asks was not proven, or it refuses the host before anybody calls.
        record Fails(Failure why) implements Finding {
            @Override
            public String words() { return "fails, " + why.reason().token() + ": " + why.sentence(); }
        }

        /// It asks nothing, or the host showed nothing that could be judged.
        record NotJudged(String why) implements Finding {
            @Override
            public String words() { return "not judged: " + why; }
        }
    }

    /// What each mode says of the host.
    ///
    /// @param mandatory `Enabled` with everything `Mandatory`
    public record Modes(ModeVerdict opportunistic, ModeVerdict enabled, ModeVerdict mandatory) {

        /// Every mode refuses it for the same reason.
        public static Modes allRefuse(Failure why) {
            var refuses = new ModeVerdict.Refuses(why);
            return new Modes(refuses, refuses, refuses);
        }
    }

    /// What one mode says of one host, whichever was in force.
    public sealed interface ModeVerdict {

        /// Mail may go there.
        record Passes() implements ModeVerdict {}

        /// It may not.
        record Refuses(Failure why) implements ModeVerdict {}

        /// Nobody saw what the mode would have been shown (docs/transport-security.md#evidence-name).
        record NotJudged(String why) implements ModeVerdict {}

        /// Why the mode refuses the host; empty where it does not, or nobody knows.
        default Optional<Failure> refusal() {
            return this instanceof Refuses(var why) ? Optional.of(why) : Optional.empty();
        }
    }

    /// What the attempt came to at this host.
    ///
    /// @param text `250 2.0.0 Ok`, or the sentence of its failure
    public record Result(boolean delivered, String text) {}
}
