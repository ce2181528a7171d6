package org.sternpost.engine.report;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.delivery.AttemptResult;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.evidence.Delays;
import org.sternpost.engine.evidence.EvidenceLog.Settled;
import org.sternpost.engine.evidence.EvidenceLog;
import org.sternpost.engine.evidence.HostEvidence.ModeVerdict;
import org.sternpost.engine.evidence.Shadows.FirstPass;
import org.sternpost.engine.evidence.Shadows.Turn;
import org.sternpost.engine.evidence.Verdicts;
import org.sternpost.engine.evidence.Verdicts.Tally;
import org.sternpost.engine.evidence.Verdicts.Verdict;
import org.sternpost.engine.schedule.Scheduler.Limits;
import org.sternpost.engine.schedule.Scheduler.AttemptListener;
import org.sternpost.engine.schedule.Scheduler.End;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.trust.Failure;

/// Books each attempt: its evidence, the verdict that `Enabled` has or would have given, the day's counts; and begins
/// the judging of its route without mail.
public final class AttemptStatistics implements AttemptListener {

    private final EvidenceLog evidence;
    private final Verdicts verdicts;
    private final Limits limits;
    private final InstantSource time;

    public AttemptStatistics(EvidenceLog evidence, Verdicts verdicts, Limits limits, InstantSource time) {
        this.evidence = evidence;
        this.verdicts = verdicts;
        this.limits = limits;
        this.time = time;
    }

    @Override
    public Database.Work<@Nullable Void> settled(ClaimedDelivery delivery, AttemptResult attempt) {
        return settled(delivery, attempt, new End(List.copyOf(attempt.outcomes().values()), 0));
    }

    @Override
    public Database.Work<@Nullable Void> settled(ClaimedDelivery delivery, AttemptResult attempt, End end) {
        Optional<Failure> wouldFail = Optional.empty();
        String host = "";
        for (Outcome outcome : attempt.outcomes().values()) {
            Optional<Failure> refused = switch (outcome) {
                case Outcome.Delivered d -> d.wouldHaveFailed();
                case Outcome.Deferred d -> d.failure();
                case Outcome.Failed f -> f.failure();
            };
            if (outcome instanceof Outcome.Delivered d && host.isEmpty()) host = d.host();
            if (wouldFail.isEmpty()) wouldFail = refused;
        }
        // What a sender's REQUIRETLS refused, or our own trouble hid, says nothing of what the connector's mode would.
        boolean untold = wouldFail.filter(why -> why.reason().ofSender() || why.isLocal()).isPresent();
        var tally = tally(delivery, end);
        boolean judged = delivery.mode() != TlsValidation.Disabled && !untold && !isNotice(delivery, wouldFail)
                && (tally.delivered() > 0 || wouldFail.isPresent());
        return work(delivery, attempt, wouldFail, refusedHost(attempt, host), tally, judged);
    }

    private Tally tally(ClaimedDelivery delivery, End end) {
        int deferred = 0;
        int failed = 0;
        int dane = 0;
        int sts = 0;
        int tls = 0;
        int clear = 0;
        for (Outcome outcome : end.outcomes())
            switch (outcome) {
                case Outcome.Delivered d -> {
                    switch (d.level()) {
                        case Dane -> dane++;
                        case MtaSts -> sts++;
                        case Authenticated, Encrypted -> tls++;
                        case Plaintext, None -> clear++;
                    }
                }
                case Outcome.Deferred _ -> deferred++;
                case Outcome.Failed _ -> failed++;
            }
        int delivered = dane + sts + tls + clear;
        return new Tally(delivered, deferred, failed, end.notices(), new Tally.Levels(dane, sts, tls, clear),
                Delays.of(Duration.between(delivery.message().received(), time.instant()), delivered));
    }

    /// No evidence of what `Enabled` does (docs/transport-security.md#readiness): our own notices it carries whatever
    /// fails, and that a notice of somebody's passes does not say that mail for people does.
    private static boolean isNotice(ClaimedDelivery delivery, Optional<Failure> wouldFail) {
        return delivery.message().tls() == RequireTlsTag.Notice
                || wouldFail.isEmpty() && delivery.message().sender() instanceof ReversePath.Null;
    }

    private Database.Work<@Nullable Void> work(ClaimedDelivery delivery, AttemptResult attempt,
            Optional<Failure> wouldFail,
            String host, Tally tally, boolean judged) {
        var now = time.instant();
        var mail = new Settled(delivery.message().id(), delivery.domain(), delivery.connector().id(), now);
        var kept = evidence.keep(mail, judged
                ? Optional.of(new Verdict(wouldFail, wouldFail.isEmpty() && isMandatoryMet(attempt), host))
                : Optional.empty(), attempt.evidence());
        // Mail of the relaxed pass is delivered although Enabled refuses: those are the would-have-failed.
        var count = verdicts.count(now, delivery.connector().id(), delivery.domain(),
                wouldFail.map(f -> f.reason().token()).orElse(""), tally,
                wouldFail.filter(why -> !why.isLocal() && !isNotice(delivery, wouldFail)).isPresent()
                        ? tally.delivered()
                        : 0);
        var shadow = shadow(delivery, attempt, wouldFail, tally, now);
        var words = judged && wouldFail.isPresent()
                ? Optional.of(verdicts.tell(now, delivery.connector().id(), delivery.domain(), wouldFail.get()))
                : Optional.<Database.Work<@Nullable Void>>empty();
        return connection -> {
            if (words.isPresent()) words.get().on(connection);
            kept.on(connection);
            shadow.on(connection);
            count.on(connection);
            return null;
        };
    }

    /// The first pass was refused and the mail went all the same: when would it have gone, if ever?
    private Database.Work<@Nullable Void> shadow(ClaimedDelivery delivery, AttemptResult attempt,
            Optional<Failure> wouldFail, Tally tally, Instant now) {
        var domain = delivery.domain();
        String connector = delivery.connector().id();
        // What our own trouble hid stays undecided.
        if (delivery.mode() == TlsValidation.Disabled || tally.delivered() == 0
                || wouldFail.filter(why -> !why.isLocal()).isEmpty() || isNotice(delivery, wouldFail))
            return _ -> null;
        int attempts = delivery.recipients().stream().mapToInt(QueuedRecipient::attempts).max().orElse(0) + 1;
        return verdicts.shadows().refused(delivery.message().id(), domain, connector,
                FirstPass.of(attempt.evidence()), now, delivery.expires(),
                new Turn(attempts, now.plus(limits.after(delivery.connector(), attempts))));
    }

    /// Some host that the strict pass called proved enough for `Mandatory`.
    private static boolean isMandatoryMet(AttemptResult attempt) {
        return attempt.evidence().stream()
                .anyMatch(one -> one.attempt().pass() == 1 && one.modes().mandatory() instanceof ModeVerdict.Passes);
    }

    private static String refusedHost(AttemptResult attempt, String otherwise) {
        return attempt.evidence().stream().filter(one -> one.modes().enabled().refusal().isPresent())
                .map(one -> one.host().name())
                .map(Object::toString).findFirst().orElse(otherwise);
    }
}
