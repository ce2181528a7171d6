package org.sternpost.shell.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Descriptor;
import org.sternpost.cmdlets.Name.Impact;
import org.sternpost.cmdlets.mail.ResumeMessageDescriptor;
import org.sternpost.cmdlets.mail.RetryQueue;
import org.sternpost.cmdlets.mail.RetryQueueDescriptor;
import org.sternpost.cmdlets.mail.SuspendQueue;
import org.sternpost.cmdlets.mail.SuspendQueueDescriptor;
import org.sternpost.cmdlets.transport.RemoveOutboundConnector;
import org.sternpost.cmdlets.transport.RemoveOutboundConnectorDescriptor;
import org.sternpost.cmdlets.wire.EngineClient;
import org.sternpost.cmdlets.wire.EngineClient.PlanView;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.time.SimTime;
import org.sternpost.shell.bind.CommonParameters;
import org.sternpost.shell.render.Printer.OutputFormat;
import org.sternpost.shell.render.Printer;
import org.sternpost.shell.render.RecordLayout;
import org.sternpost.shell.render.ValueFormat;

/// When a change is asked about, and what a refusal leaves undone.
class ChangeRunnerTest {
    private final List<String> done = new ArrayList<>();
    private final List<String> risks = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();
    private long inOne = 1;

    private final EngineClient client = new EngineClient() {
        @Override
        public boolean query(Cmdlet.Query<?> query, Consumer<Record> records) { return false; }

        @Override
        public PlanView plan(Cmdlet.Change<?> change) throws ManagementException {
            if (missing.stream().anyMatch(name -> change.toString().contains(name)))
                throw new ManagementException(ManagementException.Kind.NotFound, "there is none", "look again");
            return new PlanView("Change", change.toString(), List.of(), "", List.of(), risks, inOne);
        }

        @Override
        public PlanView commit(Cmdlet.Change<?> change, String operationId, Consumer<Record> records)
                throws ManagementException {
            PlanView plan = plan(change);
            done.add(change.toString());
            return plan;
        }

        @Override
        public void cancel() {}

        @Override
        public String engine() { return "mx1"; }

        @Override
        public void close() {}
    };
    private final Said console = new Said();
    private final FailureReporter reporter = new FailureReporter(console, OutputFormat.Text);

    @BeforeEach
    void somebodyAnswers() {
        console.interactive = true;
        console.answer = 'y';
    }

    /// An impact of Low never asks, High always; Medium asks about several; what would fail is asked about too.
    @ParameterizedTest
    @CsvSource({"Low, 3, '', 0", "Medium, 1, '', 0", "Medium, 2, '', 1", "High, 1, '', 1", "Medium, 1, mail fails, 1",
            "Low, 1, mail fails, 0"})
    void impactAndRisksDecideWhetherItAsks(Impact impact, int objects, String risk, int asked) throws Exception {
        if (!risk.isEmpty()) risks.add(risk);
        run(impact, Optional.empty(), objects);
        assertEquals(asked, questions());
        assertEquals(objects, done.size());
    }

    @ParameterizedTest
    @CsvSource({"false, High, 0", "true, Low, 1"})
    void confirmAnswersInAdvanceOrAsksAnyway(boolean confirm, Impact impact, int asked) throws Exception {
        run(impact, Optional.of(confirm), 1);
        assertEquals(asked, questions());
        assertEquals(1, done.size());
    }

    /// As a filter makes it: who is asked is told how many.
    @Test
    void oneChangeOfManyObjectsIsAskedAboutWithTheirNumber() throws Exception {
        inOne = 50_000;
        run(Impact.Medium, Optional.empty(), 1);
        assertTrue(console.messages.contains("Do it to all 50000? [y/N] "), console.messages.toString());
        console.interactive = false;
        assertEquals("CONFIRM", refused(Impact.Medium, 1).code());
        assertEquals(1, done.size());
    }

    @Test
    void whoSaysNoHasChangedNothing() {
        console.answer = 'n';
        assertEquals(ExitCode.UNCONFIRMED, refused(Impact.High, 2).exit());
        assertEquals(List.of(), done);
    }

    @Test
    void nobodyToAskIsARefusalThatTellsTheRisk() {
        console.interactive = false;
        risks.add("3 messages would wait");
        var failure = refused(Impact.Medium, 1);
        assertEquals("CONFIRM", failure.code());
        assertTrue(failure.message().contains("3 messages would wait"), failure.message());
        assertEquals(List.of(), done);
        assertEquals(0, questions());
    }

    @Test
    void oneThatCannotBePlannedStopsAloneAndIsToldAmongOthers() throws Exception {
        missing.add("c1");
        run(Impact.Medium, Optional.empty(), 3);
        assertEquals(2, done.size());
        assertTrue(console.messages.stream().anyMatch(line -> line.contains("error[NOT_FOUND]")),
                console.messages.toString());
        assertTrue(reporter.takePartly());
        missing.add("c0");
        assertEquals("NOT_FOUND", refused(Impact.High, 1).code());
    }

    /// What a plan is about, the cmdlet knows; the plan's words are only shown.
    @Test
    void aPlanWithoutChangesMeansByTheCmdletsVerb() throws Exception {
        var suspend = SuspendQueueDescriptor.FACTS;
        runner().run(suspend, common(Optional.empty()), List.of(new SuspendQueue("a.example", null)), output());
        assertTrue(console.messages.getFirst().endsWith(": already so"), console.messages.toString());
        console.messages.clear();
        runner().run(descriptor(Impact.Low), common(Optional.empty()), cmdlets(1), output());
        assertTrue(console.messages.getFirst().endsWith(": already so"), "Resume-Message: " + console.messages);
        console.messages.clear();
        runner().run(RetryQueueDescriptor.FACTS, common(Optional.empty()),
                List.of(new RetryQueue("a.example", null, false)),
                output());
        assertTrue(console.messages.getFirst().endsWith(": Change done"), console.messages.toString());
    }

    @Test
    void dryMeansPlannedAndShownOnly() throws Exception {
        var runner = runner();
        assertEquals(false, runner.dry(true));
        runner.run(descriptor(Impact.High), common(Optional.empty()), cmdlets(1), output());
        assertEquals(List.of(), done);
        assertTrue(console.data.getFirst().startsWith("What if: Change on "), console.data.toString());
        assertEquals(true, runner.dry(false));
    }

    /// RFC 9562 §5.4: version 4, variant 10.
    @Test
    void eachChangeHasAnIdOfItsOwnUnlessOneIsGiven() throws Exception {
        var verbose = new CommonParameters(false, Optional.of(false), Optional.empty(), true, false, Optional.empty(),
                Optional.empty());
        runner().run(descriptor(Impact.High), verbose, cmdlets(2), output());
        var ids = console.messages.stream().filter(line -> line.startsWith("operation ")).distinct().toList();
        assertEquals(2, ids.size(), console.messages.toString());
        ids.forEach(id -> assertTrue(id.matches("operation [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}"
                + "-[0-9a-f]{12}"), id));
        missing.add("c0");
        var given = new CommonParameters(false, Optional.of(false), Optional.of("mine"), false, false, Optional.empty(),
                Optional.empty());
        var failure = assertThrows(StatementException.class,
                () -> runner().run(descriptor(Impact.High), given, cmdlets(1), output()));
        assertEquals(List.of("NOT_FOUND", "mine"), List.of(failure.code(), failure.operationId()));
    }

    /// More plans would push the question off the screen.
    @ParameterizedTest
    @CsvSource({"10, 10, ''", "11, 10, … and 1 more"})
    void atMostTenPlansStandBeforeTheQuestion(int objects, int shown, String rest) {
        console.answer = 'n';
        refused(Impact.High, objects);
        assertEquals(shown, console.messages.stream().filter(line -> line.startsWith("Change on ")).count());
        assertEquals(rest.isEmpty() ? 0 : 1,
                console.messages.stream().filter(line -> line.startsWith("… and")).count());
        assertTrue(rest.isEmpty() || console.messages.contains(rest), console.messages.toString());
    }

    /// Who was asked has seen the risks; who was not is told them behind the change.
    @ParameterizedTest
    @CsvSource({"false, 1", "true, 0"})
    void aRiskIsToldOnceAndAlwaysSomewhere(boolean confirm, int warnings) throws Exception {
        risks.add("mail fails");
        run(Impact.High, Optional.of(confirm), 1);
        assertEquals(warnings, console.messages.stream().filter("warning: mail fails"::equals).count());
        assertEquals(1 - warnings, console.messages.stream().filter("  would fail: mail fails"::equals).count());
    }

    private long questions() { return console.messages.stream().filter(line -> line.endsWith("[y/N] ")).count(); }

    private StatementException refused(Impact impact, int objects) {
        return assertThrows(StatementException.class, () -> run(impact, Optional.empty(), objects));
    }

    private void run(Impact impact, Optional<Boolean> confirm, int objects) throws Exception {
        runner().run(descriptor(impact), common(confirm), cmdlets(objects), output());
    }

    private ChangeRunner runner() {
        return new ChangeRunner(client, new SimTime(), console, OutputFormat.Text, reporter, false);
    }

    private PipelineStep output() {
        var layout = new RecordLayout(
                new ValueFormat(ZoneOffset.UTC), console.style(), 0);
        return new PipelineStep.OutputStep(
                Printer.of(OutputFormat.Text, layout, false, console::out),
                new ArrayList<>(), true, false);
    }

    private static Descriptor descriptor(Impact impact) {
        var real = impact == Impact.High ? RemoveOutboundConnectorDescriptor.FACTS : ResumeMessageDescriptor.FACTS;
        return new Descriptor(real.type(), real.title(), impact, real.parameters(), real.examples(), real.view(),
                real.maker());
    }

    private static CommonParameters common(Optional<Boolean> confirm) {
        return new CommonParameters(false, confirm, Optional.empty(), false, false, Optional.empty(), Optional.empty());
    }

    private static List<Cmdlet> cmdlets(int count) {
        var all = new ArrayList<Cmdlet>();
        for (int i = 0; i < count; i++)
            all.add(new RemoveOutboundConnector("c" + i));
        return all;
    }
}
