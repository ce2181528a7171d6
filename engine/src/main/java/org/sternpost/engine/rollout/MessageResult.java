package org.sternpost.engine.rollout;

import java.util.Collection;
import java.util.Optional;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.delivery.AttemptResult;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.trust.Failure;

/// What one message to one domain tells of the mode that is tried; the more telling stands last.
enum MessageResult {
    /// Our own trouble kept us from knowing.
    UNKNOWN(-2),
    /// It waits or came back for reasons of the receiver's own, which say nothing of the mode.
    NEITHER(-1),
    /// Validation let it pass.
    SUCCEEDED(0),
    /// Validation held it back.
    FAILED(1);

    private final int stored;

    MessageResult(int stored) { this.stored = stored; }

    /// As it lies in the table; a greater number replaces a smaller one.
    int stored() { return stored; }

    static MessageResult ofStored(int stored) {
        for (MessageResult result : values())
            if (result.stored == stored) return result;
        throw new IllegalArgumentException("no result of a message is kept as " + stored);
    }

    /// True if it says something of the mode.
    boolean isTelling() { return this == SUCCEEDED || this == FAILED; }

    /// What a domain is of whose latest mail it was told.
    RolloutStage.State state() {
        return switch (this) {
            case FAILED -> RolloutStage.State.Failing;
            case SUCCEEDED -> RolloutStage.State.Proven;
            case NEITHER, UNKNOWN -> RolloutStage.State.Unproven;
        };
    }

    /// Of all recipients of a message at a domain, the most telling.
    ///
    /// @param to the mode that is tried
    static MessageResult of(Collection<Outcome> outcomes, TlsValidation to) {
        return outcomes.stream().map(outcome -> of(outcome, to)).max(Enum::compareTo).orElse(NEITHER);
    }

    /// Whether mail was put off when it was first tried, for whatever reason but one of our own; empty if this was no
    /// first try, or trouble of our own kept it from telling.
    static Optional<Boolean> firstTry(ClaimedDelivery delivery, AttemptResult attempt) {
        var first = delivery.recipients().stream().filter(one -> one.attempts() == 0)
                .flatMap(one -> Optional.ofNullable(attempt.outcomes().get(one.index())).stream())
                .filter(outcome -> failure(outcome).filter(Failure::isLocal).isEmpty()).toList();
        return first.isEmpty()
                ? Optional.empty()
                : Optional.of(first.stream().anyMatch(Outcome.Deferred.class::isInstance));
    }

    /// False for mail whose sender, not its route, decided what is asked of TLS (RFC 8689 §4.1).
    static boolean tellsOfMode(ClaimedDelivery delivery, AttemptResult attempt) {
        RequireTlsTag wish = delivery.message().tls();
        return wish != RequireTlsTag.NotRequired && wish != RequireTlsTag.Notice && attempt.outcomes().values().stream()
                .noneMatch(outcome -> failure(outcome).filter(why -> why.reason().ofSender()).isPresent());
    }

    static Optional<Failure> failure(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Delivered _ -> Optional.empty();
            case Outcome.Deferred deferred -> deferred.failure();
            case Outcome.Failed failed -> failed.failure();
        };
    }

    private static MessageResult of(Outcome outcome, TlsValidation to) {
        return switch (outcome) {
            case Outcome.Delivered _ -> SUCCEEDED;
            case Outcome.Deferred deferred -> refused(deferred.failure(), to);
            case Outcome.Failed failed -> refused(failed.failure(), to);
        };
    }

    /// Only `Enabled` holds mail back for what it cannot prove; what another mode puts off, as for a name that the DNS
    /// does not answer about or for the connector's floor, `Disabled` puts off too.
    private static MessageResult refused(Optional<Failure> failure, TlsValidation to) {
        if (failure.isEmpty()) return NEITHER;
        if (failure.get().isLocal()) return UNKNOWN;
        return to == TlsValidation.Enabled ? FAILED : NEITHER;
    }
}
