package org.sternpost.shell.terminal;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.RecordItem;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.shell.bind.BindException;
import org.sternpost.shell.bind.BoundCommand;
import org.sternpost.shell.bind.CallBinder;
import org.sternpost.shell.run.ShellSession;

/// Asks the engine for names in the background; a Tab waits a moment for them and never longer.
final class EngineNames implements Completions.NameSource {

    private static final long WAIT_MILLIS_MAX = 300; // Longer is felt as a hanging key.
    private static final Map<String, List<String>> SOURCES = Map.of("connectors",
            List.of("Get-OutboundConnector", "Name"), "queues", List.of("Get-Queue", "Identity"), "messages",
            List.of("Get-Message", "Identity"), "rollouts", List.of("Get-TlsRollout", "Identity"), "domains",
            List.of("Get-Queue", "NextHopDomain"), "users", List.of("Get-SubmissionUser", "Name"));

    private final ShellSession session;
    private final Map<String, List<String>> known = new ConcurrentHashMap<>();

    EngineNames(ShellSession session) { this.session = session; }

    @Override
    public List<String> of(String kind) {
        List<String> source = SOURCES.get(kind);
        if (source == null) return List.of();
        var asking = Thread.ofVirtual().start(() -> ask(kind, source.get(0), source.get(1)));
        try {
            asking.join(Duration.ofMillis(WAIT_MILLIS_MAX));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        return known.getOrDefault(kind, List.of());
    }

    private void ask(String kind, String cmdlet, String property) {
        var descriptor = session.configuration().catalogue().find(cmdlet);
        if (descriptor.isEmpty()) return;
        var names = new LinkedHashSet<String>();
        try {
            BoundCommand command = CallBinder.bind(descriptor.get(), Map.of(), List.of(), session.conversion());
            if (session.create(command) instanceof Cmdlet.Query<?> query)
                session.configuration().client().query(query,
                        view -> names.add(String.valueOf(new RecordItem(view).get(property))));
            known.put(kind, List.copyOf(names));
        } catch (BindException | IOException | ManagementException | RuntimeException noNames) {
            // A completion without names is a small loss; an error in the middle of a line would be a larger one.
        }
    }
}
