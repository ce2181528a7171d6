package org.sternpost.engine;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.sternpost.engine.config.Settings;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.view.EngineStatusView;
import org.sternpost.engine.credential.Authenticator;
import org.sternpost.engine.dns.OutageLookup;
import org.sternpost.engine.evidence.Verdicts;
import org.sternpost.engine.pickup.PickupDirectory;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.queue.QueueAdmin;
import org.sternpost.engine.schedule.Scheduler;
import org.sternpost.engine.smtp.server.Admission;
import org.sternpost.engine.smtp.server.SmtpServer;
import org.sternpost.engine.store.Unfinished;
import org.sternpost.engine.time.Spans;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.trust.Reason;

/// How the engine is, looked up when an operator asks.
///
/// @param listeners that take mail by now
record EngineStatus(Settings settings, Instant startedAt, Supplier<List<SmtpServer>> listeners, Queue queue,
        QueueAdmin admin, Scheduler scheduler, Connectors connectors, Verdicts verdicts, OutageLookup lookup,
        Admission admission,
        Authenticator authenticator, Optional<PickupDirectory> pickup, Time time) implements Management.EnginePort {

    private static final System.Logger LOG = System.getLogger(EngineStatus.class.getName());
    private static final Duration CLOCK_LEAD = Duration.ofDays(1); // a stop that was shorter is no trouble

    @Override
    public EngineStatusView status() {
        Instant now = time.instant();
        long delivered = 0;
        long deferred = 0;
        long failed = 0;
        long undecided = 0;
        try {
            LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
            for (var sum : verdicts.counts(today, today, "", "", List.of(Verdicts.Column.reason))) {
                if (Reason.of(sum.reason()).filter(Reason::isLocal).isPresent())
                    undecided += sum.delivered() + sum.deferred() + sum.failed();
                delivered += sum.delivered();
                deferred += sum.deferred();
                failed += sum.failed();
            }
        } catch (IOException unreadable) {
            LOG.log(WARNING, "event=no-counts why=\"{0}\"", unreadable.getMessage());
        }
        return new EngineStatusView(settings.hostName(), Engine.VERSION, "Running", Duration.between(startedAt, now),
                startedAt, ProcessHandle.current().pid(), settings.dataDirectory().toString(),
                listeners.get().stream().map(SmtpServer::address)
                        .map(a -> a.getAddress().getHostAddress() + ":" + a.getPort()).toList(),
                settings.dns().servers().stream().map(a -> a.getAddress().getHostAddress() + ":" + a.getPort())
                        .toList(),
                settings.dns().validation().name(),
                trouble(),
                unfinished(),
                undecided,
                queue.size(), scheduler.sessions(), queue.accepted(), delivered,
                deferred, failed, connectors.all().size(), admission.sessions(), admission.refused(),
                admission.dismissed(), admission.memoryOctets(), admission.limits().shown().entrySet().stream()
                        .map(limit -> limit.getKey() + " " + limit.getValue()).toList(),
                authenticator.failures(), authenticator.delayed());
    }

    private List<String> unfinished() {
        try {
            return Unfinished.files(settings.dataDirectory()).stream().map(Path::toString).toList();
        } catch (IOException unreadable) {
            LOG.log(WARNING, "event=no-unfinished why=\"{0}\"", unreadable.getMessage());
            return List.of();
        }
    }

    private void setAside(List<String> troubles) {
        try {
            long aside = admin.setAside();
            if (aside > 0)
                troubles.add((aside == 1 ? "1 message is" : aside + " messages are")
                        + " set aside, for a defect of this gateway or damage on its disk, and wait for you: "
                        + "Get-Message -Queue Poison says why; Resume-Message tries again, Remove-Message gives up");
        } catch (IOException unreadable) {
            troubles.add("the queue cannot be read: " + unreadable.getMessage());
        }
    }

    @Override
    public String trouble() {
        Instant now = time.instant();
        var troubles = new ArrayList<String>();
        listeners.get().stream().flatMap(listener -> listener.trouble(now).stream()).distinct().forEach(troubles::add);
        lookup.downSince().ifPresent(since -> troubles.add("none of our DNS servers answers since " + since
                + "; mail whose route must be looked up waits: Test-Resolver"));
        try {
            queue.held().ifPresent(troubles::add);
        } catch (IOException unknown) {
            troubles.add("the disk of the data directory does not answer: " + unknown.getMessage());
        }
        queue.loadTrouble().ifPresent(troubles::add);
        if (time.ages().lead().compareTo(CLOCK_LEAD) >= 0)
            troubles.add("the clock of this machine is " + Spans.brief(time.ages().lead())
                    + " ahead of what has passed while this engine ran: until "
                    + time.ages().believed().map(Instant::toString).orElse("then")
                    + " no mail expires and nothing is forgotten by that; set it right if it is wrong");
        setAside(troubles);
        pickup.ifPresent(directory -> troubles.addAll(directory.troubles()));
        return String.join("; ", troubles);
    }
}
