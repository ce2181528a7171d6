package org.sternpost.engine;

import java.time.Duration;
import org.sternpost.engine.mtasts.HttpsPolicyFetch;
import org.sternpost.engine.schedule.Scheduler.AttemptListener;
import org.sternpost.engine.smtp.client.SmtpClient.Timeouts;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.engine.time.Time;

/// What tests turn and operators do not: the clock, patience, and a look at every settlement.
record TestHooks(Time time, Timeouts timeouts, Duration policyFetch, AttemptListener watch) {

    static TestHooks standard() {
        return new TestHooks(new SystemTime(), Timeouts.STANDARD, HttpsPolicyFetch.WHOLE_MAX,
                (_, _) -> _ -> null);
    }
}
