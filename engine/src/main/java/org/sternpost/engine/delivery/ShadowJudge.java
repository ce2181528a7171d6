package org.sternpost.engine.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.delivery.DeliveryPlan.Step;
import org.sternpost.engine.delivery.DeliveryPlan.Terms;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.smtp.client.SmtpClient.Timeouts;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.tls.Handshake;
import org.sternpost.engine.trust.Judge;

/// Does what `Enabled` would do for a domain, and stops before `MAIL FROM`
/// (docs/transport-security.md#mode-shadow).
public final class ShadowJudge {

    private static final Duration WHOLE_MAX = Delivery.OPENING_MAX; // then nobody else is called

    /// Whether mail could have gone.
    public sealed interface Result {

        /// A host proved what is asked of it.
        record Passed(Domain host) implements Result {}

        /// No host did, or none could be reached; another time may be better.
        record NotNow(String why) implements Result {}

        /// Our own trouble kept us from finding out; nothing follows from it.
        record Unknown(String why) implements Result {}

        /// No mail can ever go there.
        record Never(String why) implements Result {}
    }

    /// Calls a host, sees what it shows, and takes leave.
    @FunctionalInterface
    interface Calls {
        ConnectResult call(OutboundConnector connector, Step.Connect step);
    }

    private final Judge judge;
    private final Calls calls;
    private final Time time;

    public ShadowJudge(Judge judge, Handshake handshake, String hostName, Timeouts timeouts, Time time) {
        var dialer = new Dialer(handshake, hostName, timeouts, time);
        this(judge, (connector, step) -> {
            var made = dialer.dial(connector, step.peer(), step.asked(), step.clear());
            made.quit();
            return made.seen();
        }, time);
    }

    ShadowJudge(Judge judge, Calls calls, Time time) {
        this.judge = judge;
        this.calls = calls;
        this.time = time;
    }

    /// Looks up the route anew and calls its hosts in order until one passes.
    ///
    /// Hosts that keep it waiting cost the others their turn, so it ends after a while.
    public Result of(OutboundConnector connector, Domain domain) {
        Instant end = time.steady().plus(WHOLE_MAX);
        var where = judge.judge(connector, TlsValidation.Enabled, domain);
        return switch (ModeOutcome.of(where, new Terms(connector, DeliveryMode.Enabled, domain, false, true),
                step -> Optional.of(shown(connector, step, end)))) {
            case ModeOutcome.Delivers delivers -> new Result.Passed(delivers.host());
            // Of a host that we could not try nobody knows whether mail would have gone there.
            case ModeOutcome.Waits waits when waits.hidden() -> new Result.Unknown(waits.sentence());
            case ModeOutcome.Waits waits -> new Result.NotNow(waits.sentence());
            case ModeOutcome.Returns returns -> new Result.Never(returns.sentence());
            case ModeOutcome.Depends depends -> throw new IllegalStateException("not called: " + depends);
        };
    }

    private ConnectResult shown(OutboundConnector connector, Step.Connect step, Instant end) {
        return time.steady().isBefore(end)
                ? calls.call(connector, step)
                : new ConnectResult.Trouble(FailurePolicy.outOfTime(step.asked()));
    }
}
