package org.sternpost.engine.control;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.List;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.TlsOverride;
import org.sternpost.engine.connector.TlsOverride.Told;
import org.sternpost.engine.time.Time;

/// Tells operators of exceptions that end soon or have ended, each once. That they end is the clock's doing, not its.
public final class TlsExceptionWatch {

    private static final System.Logger LOG = System.getLogger(TlsExceptionWatch.class.getName());

    private final Connectors connectors;
    private final Time time;

    public TlsExceptionWatch(Connectors connectors, Time time) {
        this.connectors = connectors;
        this.time = time;
    }

    /// Called every second or so.
    public void tick() throws IOException {
        Instant now = time.instant();
        for (TlsOverride exception : connectors.exceptions().untold(now))
            switch (exception.due(now)) {
                case Nothing -> {
                }
                case EndsSoon -> {
                    if (connectors.exceptions().told(exception, Told.EndsSoon, _ -> 0)) log("ends-soon", exception);
                }
                case Expired -> {
                    if (connectors.exceptions().told(exception, Told.Expired,
                            Audit.entry(now, Audit.SCHEDULE, "expired",
                                    "TlsException " + connectors.nameOf(exception.connector()) + "/"
                                            + exception.domain(),
                                    ended(exception))))
                        log("expired", exception);
                }
            }
    }

    private List<Plan.Change> ended(TlsOverride exception) {
        String after = connectors.withId(exception.connector())
                .map((OutboundConnector c) -> c.modeFor(exception.domain()).name()).orElse("");
        return List.of(new Plan.Change("tlsValidation", exception.tlsValidation().name(), after),
                new Plan.Change("state", TlsOverride.State.InForce.name(), TlsOverride.State.Expired.name()));
    }

    private void log(String event, TlsOverride e) {
        LOG.log(Level.WARNING, "event=tls-exception-{0} connector=\"{1}\" domain={2} expires={3} owner=\"{4}\""
                + " reason=\"{5}\"", event, connectors.nameOf(e.connector()), e.domain(), e.expires(), e.owner(),
                e.reason());
    }
}
