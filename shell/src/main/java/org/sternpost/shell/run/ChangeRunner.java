package org.sternpost.shell.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Descriptor;
import org.sternpost.cmdlets.Name.Impact;
import org.sternpost.cmdlets.RecordItem;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.cmdlets.wire.EngineClient;
import org.sternpost.cmdlets.wire.EngineClient.PlanView;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.mail.VisibleText;
import org.sternpost.engine.time.Time;
import org.sternpost.shell.bind.CommonParameters;
import org.sternpost.shell.render.Printer.OutputFormat;

/// Plans changes, asks where something could be hurt, commits, and tells the new state in one line.
final class ChangeRunner {

    /// Of these a plan without changes means that all is as it should be; others have nothing to compare.
    private static final Set<Verb> STATES = Set.of(Verb.Set, Verb.Suspend, Verb.Resume);
    private static final int SHOWN_PLANS_MAX = 10; // More would push the question off the screen.

    private final EngineClient client;
    private final Time time;
    private final Console console;
    private final OutputFormat format;
    private final FailureReporter reporter;
    private boolean dry;

    ChangeRunner(EngineClient client, Time time, Console console, OutputFormat format, FailureReporter reporter,
            boolean dry) {
        this.client = client;
        this.time = time;
        this.console = console;
        this.format = format;
        this.reporter = reporter;
        this.dry = dry;
    }

    /// While dry, every change is only planned.
    boolean dry(boolean wanted) {
        boolean was = dry;
        dry = wanted;
        return was;
    }

    void run(Descriptor descriptor, CommonParameters common, List<Cmdlet> cmdlets, PipelineStep next)
            throws StatementException {
        boolean whatIf = common.whatIf() || dry;
        if (whatIf) {
            for (Planned planned : plans(cmdlets))
                show(descriptor.verb(), planned.plan(), next);
            return;
        }
        for (Planned planned : agreed(descriptor, common, cmdlets))
            if (!reporter.stopped()) commit(descriptor.verb(), planned, common, cmdlets.size() > 1, next);
    }

    private List<Planned> agreed(Descriptor descriptor, CommonParameters common, List<Cmdlet> cmdlets)
            throws StatementException {
        boolean silent = common.confirm().map(wanted -> !wanted).orElse(descriptor.impact() == Impact.Low);
        if (silent) return cmdlets.stream().map(c -> new Planned(change(c), Optional.empty())).toList();
        List<Planned> plans = plans(cmdlets);
        reporter.refuseIfEnded();
        reporter.rethrow(); // Nobody is asked about what will not be done.
        boolean risky = plans.stream().anyMatch(planned -> !planned.plan().risks().isEmpty());
        return risky || mustAsk(descriptor, common, objects(plans)) ? asked(descriptor, plans) : plans;
    }

    private record Planned(Cmdlet.Change<?> change, Optional<PlanView> known) {
        PlanView plan() { return known.orElseThrow(); }
    }

    private List<Planned> plans(List<Cmdlet> cmdlets) throws StatementException {
        var plans = new ArrayList<Planned>();
        for (Cmdlet cmdlet : cmdlets) {
            if (reporter.stopped()) break;
            try {
                plans.add(new Planned(change(cmdlet), Optional.of(client.plan(change(cmdlet)))));
            } catch (ManagementException refused) {
                if (cmdlets.size() == 1) throw StatementException.of(refused);
                reporter.item(StatementException.of(refused));
            } catch (IOException broken) {
                throw StatementException.of(broken);
            }
        }
        return plans;
    }

    private static long objects(List<Planned> plans) {
        return plans.stream().mapToLong(planned -> planned.plan().objects()).sum();
    }

    private static boolean mustAsk(Descriptor descriptor, CommonParameters common, long objects) {
        if (common.confirm().isPresent()) return common.confirm().get() && objects > 0;
        return switch (descriptor.impact()) {
            case Low -> false;
            case Medium -> objects > 1;
            case High -> objects > 0;
        };
    }

    private List<Planned> asked(Descriptor descriptor, List<Planned> plans) throws StatementException {
        if (plans.isEmpty()) return plans;
        if (!console.isInteractive())
            throw new StatementException(
                    "CONFIRM", descriptor.name() + " needs a confirmation and nobody is there to give it;"
                            + " nothing was done" + plans.stream().flatMap(planned -> planned.plan().risks().stream())
                                    .map(risk -> "; " + risk).collect(Collectors.joining()),
                    "-Confirm:$false answers in advance; -WhatIf shows the plan",
                    ExitCode.UNCONFIRMED);
        for (Planned planned : plans.subList(0, Math.min(plans.size(), SHOWN_PLANS_MAX)))
            lines(descriptor.verb(), planned.plan(), "").forEach(console::message);
        if (plans.size() > SHOWN_PLANS_MAX) console.message("… and " + (plans.size() - SHOWN_PLANS_MAX) + " more");
        long objects = objects(plans);
        String many = objects > plans.size()
                ? "Do it to all " + objects + "?"
                : plans.size() == 1 ? "Do it?" : "Do all " + plans.size() + "?";
        if (Character.toLowerCase(console.ask(many + " [y/N] ")) == 'y') return plans;
        throw new StatementException("DECLINED", "nothing was done", "", ExitCode.UNCONFIRMED);
    }

    private void commit(Verb verb, Planned planned, CommonParameters common, boolean oneOfMany, PipelineStep next)
            throws StatementException {
        String operation = common.operationId().orElseGet(this::newId);
        var records = new ArrayList<RecordItem>();
        try {
            PlanView plan = client.commit(planned.change(), operation, view -> records.add(new RecordItem(view)));
            // What a message sent is, its record says.
            if (format == OutputFormat.Text && verb != Verb.Send) console.message(state(verb, plan, records));
            // Who was asked has seen the risks.
            var untold = planned.known().isPresent() ? Stream.<String>empty() : plan.risks().stream();
            Stream.concat(untold, plan.warnings().stream())
                    .forEach(
                            warning -> console.message(console.style().warning("warning: " + VisibleText.of(warning))));
            if (common.verbose()) console.message("operation " + operation);
        } catch (ManagementException refused) {
            if (!oneOfMany) throw StatementException.of(refused).during(operation);
            reporter.item(StatementException.of(refused).during(operation));
        } catch (IOException broken) {
            throw StatementException.of(broken).during(operation);
        }
        records.forEach(next::put);
    }

    private void show(Verb verb, PlanView plan, PipelineStep next) {
        if (format == OutputFormat.Text) lines(verb, plan, "What if: ").forEach(next::text);
        else
            next.put(new RecordItem(plan));
    }

    /// `OutboundConnector banks: tlsValidation Enabled → Opportunistic (revision 42)`
    private static String state(Verb verb, PlanView plan, List<RecordItem> records) {
        String changes = plan.changes().stream().map(c -> (c.path() + " " + arrow(c)).strip())
                .collect(Collectors.joining(", "));
        String revision = records.size() == 1 && records.getFirst().has("Revision")
                ? " (revision " + records.getFirst().get("Revision") + ")"
                : "";
        return VisibleText.of(plan.target() + ": " + (changes.isEmpty() ? done(verb, plan) : changes) + revision);
    }

    private static String done(Verb verb, PlanView plan) {
        return STATES.contains(verb) ? "already so" : plan.operation() + " done";
    }

    private List<String> lines(Verb verb, PlanView plan, String head) {
        var lines = new ArrayList<String>();
        lines.add(VisibleText.of(head + plan.operation() + " on " + plan.target()));
        for (var change : plan.changes())
            lines.add(VisibleText.of("  " + change.path() + ": " + arrow(change)));
        if (plan.changes().isEmpty() && STATES.contains(verb)) lines.add("  nothing would change");
        if (!plan.affects().isEmpty()) lines.add(VisibleText.of("  affects: " + plan.affects()));
        for (String risk : plan.risks())
            lines.add(console.style().warning(VisibleText.of("  would fail: " + risk)));
        for (String warning : plan.warnings())
            lines.add(console.style().warning(VisibleText.of("  warning: " + warning)));
        return lines;
    }

    private static String arrow(PlanView.ChangeView change) {
        String after = change.after().isEmpty() ? "(none)" : change.after();
        return change.before().isEmpty() ? "→ " + after : change.before() + " → " + after;
    }

    private static Cmdlet.Change<?> change(Cmdlet cmdlet) {
        if (cmdlet instanceof Cmdlet.Change<?> change) return change;
        throw new IllegalStateException(cmdlet + " is no change");
    }

    private String newId() {
        long high = time.random().nextLong() & ~0xf000L | 0x4000L; // RFC 9562 §5.4: version 4
        long low = time.random().nextLong() & ~(3L << 62) | 2L << 62;
        return new UUID(high, low).toString();
    }
}
