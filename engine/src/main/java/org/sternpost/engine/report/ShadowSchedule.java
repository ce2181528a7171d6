package org.sternpost.engine.report;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntFunction;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.ConnectorRouting;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.delivery.ShadowJudge;
import org.sternpost.engine.evidence.Shadows;
import org.sternpost.engine.evidence.Shadows.Look;
import org.sternpost.engine.schedule.Scheduler.Limits;
import org.sternpost.engine.net.BoundedParallel;
import org.sternpost.engine.time.Time;

/// Judges routes that `Enabled` would have refused again, on the retry schedule and without mail
/// (docs/transport-security.md#mode-shadow).
///
/// Only so is known what strictness would have cost: a delay until a time, or returned mail.
public final class ShadowSchedule {

    private static final System.Logger LOG = System.getLogger(ShadowSchedule.class.getName());
    private static final int AT_ONCE_MAX = 8; // calls made without mail; real mail goes first
    private static final Duration TOGETHER_MAX = Duration.ofMinutes(1); // mail of one route that goes by one call

    private final Shadows shadows;
    private final ConnectorRouting routes;
    private final ShadowJudge judge;
    private final Limits limits;
    private final Time time;

    public ShadowSchedule(Shadows shadows, ConnectorRouting routes, ShadowJudge judge, Limits limits, Time time) {
        this.shadows = shadows;
        this.routes = routes;
        this.judge = judge;
        this.limits = limits;
        this.time = time;
    }

    /// Judges what is due, a few at once, and returns when they are done.
    public void judgeDue() throws IOException {
        try {
            BoundedParallel.each(shadows.due(time.instant(), AT_ONCE_MAX), AT_ONCE_MAX, "shadow", this::judge);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void judge(Shadows.Route route) {
        try {
            Optional<OutboundConnector> connector = routes.withId(route.connector())
                    .filter(one -> one.general().enabled() && one.modeFor(route.domain()) != TlsValidation.Disabled);
            if (connector.isEmpty()) {
                shadows.abandon(route);
                return;
            }
            Duration first = limits.after(connector.get(), 1);
            shadows.looksAt(route, time.instant().plus(first));
            ShadowJudge.Result result = judge.of(connector.get(), route.domain());
            var together = first.dividedBy(10);
            settle(new Look(route, time.instant(), together.compareTo(TOGETHER_MAX) < 0 ? together : TOGETHER_MAX),
                    result, attempts -> limits.after(connector.get(), attempts));
            LOG.log(Level.DEBUG, () -> "shadow connector=" + route.connector() + " to=" + route.domain() + " attempt="
                    + (route.attempts() + 1) + " result=" + result);
        } catch (IOException | RuntimeException broken) {
            if (Thread.currentThread().isInterrupted()) return; // told to stop, not failed
            LOG.log(Level.WARNING, "event=shadow-failed connector=" + route.connector() + " to=" + route.domain(),
                    broken);
        }
    }

    private void settle(Look look, ShadowJudge.Result result, IntFunction<Duration> intervals) throws IOException {
        switch (result) {
            case ShadowJudge.Result.Passed _ -> shadows.passedAgain(look);
            case ShadowJudge.Result.NotNow _ -> shadows.failedAgain(look, intervals);
            case ShadowJudge.Result.Unknown _ -> shadows.undecided(look, intervals);
            case ShadowJudge.Result.Never _ -> shadows.impossible(look);
        }
    }
}
