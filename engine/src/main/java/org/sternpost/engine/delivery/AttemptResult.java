package org.sternpost.engine.delivery;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.sternpost.engine.evidence.HostEvidence;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.trust.Failure;

/// What one attempt at one delivery came to: an outcome for every recipient by index, and all evidence on the way.
///
/// @param openings of the sessions that this attempt opened or tried to; those kept from earlier mail are not here
public record AttemptResult(Map<Integer, Outcome> outcomes, List<HostEvidence> evidence, List<TlsSession> openings,
        NextHop nextHop) {
    public AttemptResult {
        outcomes = Map.copyOf(outcomes);
        evidence = List.copyOf(evidence);
        openings = List.copyOf(openings);
    }

    public AttemptResult(Map<Integer, Outcome> outcomes, List<HostEvidence> evidence, List<TlsSession> openings) {
        this(outcomes, evidence, openings, new NextHop.Answered());
    }

    /// True if some have no outcome, because this one session could not be had or kept.
    public boolean isUnfinished() { return !(nextHop instanceof NextHop.Answered); }

    /// The same where no other session can take those without an outcome.
    public AttemptResult alone(ClaimedDelivery mail) {
        return switch (nextHop) {
            case NextHop.Answered _,NextHop.Busy _ -> this;
            case NextHop.Silent(var otherwise) -> filled(mail, otherwise);
            case NextHop.Crowded(var otherwise) -> filled(mail, otherwise);
        };
    }

    /// What is known of those who have an outcome.
    public AttemptResult part() { return new AttemptResult(outcomes, evidence, openings); }

    private AttemptResult filled(ClaimedDelivery mail, Outcome otherwise) {
        var all = new HashMap<>(outcomes);
        mail.recipients().forEach(recipient -> all.putIfAbsent(recipient.index(), otherwise));
        return new AttemptResult(all, evidence, openings, nextHop);
    }

    /// A second try at once: its outcomes count, what both saw is kept.
    AttemptResult then(AttemptResult second) {
        return new AttemptResult(second.outcomes, Stream.concat(evidence.stream(), second.evidence.stream()).toList(),
                Stream.concat(openings.stream(), second.openings.stream()).toList(), second.nextHop);
    }

    /// A session that was opened, or an attempt at one that came far enough to say something of TLS.
    ///
    /// One session carries many messages and leaves evidence of each; to each policy domain whose mail it carries it is
    /// one opening, with the first of that domain's messages
    /// (RFC 8460 §4.2).
    ///
    /// @param local     our address on the connection; empty when nothing was dialled
    /// @param handshake why the handshake failed, if it did
    public record TlsSession(HostEvidence evidence, Optional<InetAddress> local, Optional<Failure> handshake) {

        /// Whose policy was asked for.
        ///
        /// @param byMx false behind smart hosts
        public Domain policyDomain(boolean byMx) {
            // RFC 8461 §3.4: behind a smart host it is that host's policy, not the recipient's.
            return byMx ? evidence.attempt().recipientDomain() : evidence.host().name();
        }
    }

    /// What an attempt says of the next hop as a whole.
    public sealed interface NextHop {

        /// It took part: a host answered for the mail, or was refused.
        record Answered() implements NextHop {}

        /// No host could be talked to. Nobody has an outcome: other sessions may stand.
        ///
        /// @param otherwise the outcome of all, where this is the only session of the destination
        record Silent(Outcome.Deferred otherwise) implements NextHop {}

        /// It was not called, because others wait for its first answer. Who has no outcome was not attempted.
        ///
        /// @param otherwise why, in words
        record Busy(Outcome.Deferred otherwise) implements NextHop {}

        /// A host wanted no further session, and no other took the mail. Who has no outcome was not attempted.
        ///
        /// @param otherwise the outcome of those, where this is the only session of the destination
        record Crowded(Outcome.Deferred otherwise) implements NextHop {}
    }
}
