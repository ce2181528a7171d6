package org.sternpost.shell.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.cmdlets.Cmdlet.RecordProcessor;
import org.sternpost.cmdlets.Cmdlet.Sink;
import org.sternpost.cmdlets.CustomItem;
import org.sternpost.cmdlets.Item;
import org.sternpost.shell.bind.ValueEvaluator.NullValue;
import org.sternpost.shell.render.Printer;
import org.sternpost.shell.render.Printer.OutputFormat;
import org.sternpost.shell.render.RecordLayout;
import org.sternpost.shell.render.ValueFormat;
import org.sternpost.shell.run.PipelineStep.OutputStep;
import org.sternpost.shell.run.PipelineStep.StageStep;
import org.sternpost.shell.run.PipelineStep.TeeStep;
import org.sternpost.shell.run.StatementException.RecordException;

/// How records flow from step to step, who stops them, and what becomes of a stage that fails.
class PipelineStepTest {

    private final Said console = new Said();
    private final FailureReporter reporter = new FailureReporter(console, OutputFormat.Text);
    private final List<Item> kept = new ArrayList<>();

    private static Item text(String text) { return new CustomItem("Text", Map.of("Text", text)); }

    private OutputStep output(boolean show, boolean keepText) {
        var layout = new RecordLayout(new ValueFormat(ZoneOffset.UTC), console.style(), 0);
        return new OutputStep(Printer.of(OutputFormat.Text, layout, false, console::out), kept, show, keepText);
    }

    /// Passes records on until it has had some; what it is given by name, it throws.
    private static RecordProcessor wanting(int count, Map<String, RuntimeException> faults) {
        return new RecordProcessor() {
            private int had;

            @Override
            public boolean accept(Item item, Sink out) {
                had++;
                throwIfAny(String.valueOf(item.get("Text")));
                out.put(item);
                return had < count;
            }

            @Override
            public void end(Sink out) {
                throwIfAny("end");
                out.text("end");
            }

            private void throwIfAny(String name) {
                if (faults.get(name) instanceof RuntimeException fault) throw fault;
            }
        };
    }

    @Test
    void aStageThatHasEnoughGetsNoMore() throws Exception {
        var step = new StageStep(wanting(2, Map.of()), output(false, false), reporter);
        step.put(text("a"));
        assertFalse(step.full());
        step.put(text("b"));
        assertTrue(step.full());
        step.put(text("c"));
        step.end();
        assertEquals(List.of(text("a"), text("b")), kept);
        assertEquals(List.of("end"), console.data);
    }

    /// A step in front asks the one behind; the last one takes all there is.
    @Test
    void whoeverIsFullBehindIsFullInFront() {
        var last = output(false, false);
        assertFalse(last.full());
        var stage = new StageStep(wanting(1, Map.of()), last, reporter);
        var tee = new TeeStep(new ArrayList<>(), stage);
        var front = new StageStep(wanting(9, Map.of()), tee, reporter);
        assertFalse(front.full());
        front.put(text("a"));
        assertTrue(stage.full() && tee.full() && front.full());
        front.put(text("b"));
        assertEquals(List.of(text("a")), tee.kept());
    }

    @ParameterizedTest
    @CsvSource({"true, error[OWN]: why", "false, error[PROPERTY_UNKNOWN]: why"})
    void aRecordThatAStageFailsOnIsToldAndTheNextGoesOn(boolean own, String told) {
        RuntimeException fault = own ? new RecordException("OWN", "why", "") : new IllegalArgumentException("why");
        var step = new StageStep(wanting(9, Map.of("a", fault)), output(false, false), reporter);
        step.put(text("a"));
        step.put(text("b"));
        assertEquals(List.of("sternpost: " + told), console.messages);
        assertEquals(List.of(text("b")), kept);
        assertTrue(reporter.takePartly());
    }

    @Test
    void stopEndsTheFlowAtTheFirstRecordThatFails() {
        reporter.begin(true);
        var step = new StageStep(wanting(9, Map.of("a", new RecordException("OWN", "why", ""))), output(false, false),
                reporter);
        step.put(text("a"));
        assertTrue(step.full());
        step.put(text("b"));
        assertEquals(List.of(), kept);
        assertEquals("OWN", assertThrows(StatementException.class, reporter::rethrow).code());
    }

    /// At the end there is no next record: what fails then is the statement's failure, a block's fault excepted.
    @Test
    void whatFailsAtTheEndStopsTheStatement() throws Exception {
        assertEquals("VALUE_TYPE", atEnd(new IllegalArgumentException("why")).code());
        assertEquals("FILE", atEnd(new UncheckedIOException("why", new IOException())).code());
        assertEquals(List.of(), console.messages);
        new StageStep(wanting(9, Map.of("end", new RecordException("OWN", "why", ""))), output(false, false), reporter)
                .end();
        assertEquals(List.of("sternpost: error[OWN]: why"), console.messages);
    }

    private StatementException atEnd(RuntimeException fault) {
        var step = new StageStep(wanting(9, Map.of("end", fault)), output(false, false), reporter);
        var failure = assertThrows(StatementException.class, step::end);
        assertEquals("why", failure.message());
        assertEquals(ExitCode.FAILED, failure.exit());
        return failure;
    }

    @Test
    void whatPassesATeeIsKeptAndTextIsNot() throws Exception {
        var tee = new TeeStep(new ArrayList<>(), output(true, false));
        tee.put(text("a"));
        tee.text("line");
        tee.end();
        assertEquals(List.of(text("a")), tee.kept());
        assertEquals(tee.kept(), kept);
        assertTrue(console.data.contains("line") && console.data.contains("a"), console.data::toString);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLineOfTextIsARecordWhereAVariableWaitsForIt(boolean keepText) {
        output(false, keepText).text("line");
        assertEquals(keepText ? List.of(text("line")) : List.of(), kept);
        assertEquals(keepText ? List.of() : List.of("line"), console.data);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRecordIsKeptWhetherItIsShownOrNot(boolean show) {
        var step = output(show, false);
        step.put(text("a"));
        step.end();
        assertEquals(List.of(text("a")), kept);
        assertEquals(show, console.data.contains("a"), console.data::toString);
    }

    @Test
    void plainValuesBecomeRecordsAndNothingBecomesNone() {
        var table = new LinkedHashMap<Object, Object>();
        table.put("Name", "x");
        table.put(2, "y");
        assertEquals(List.of(text("a"), new CustomItem("Text", Map.of("Text", 7L)), text("b"),
                new CustomItem("Table", Map.of("Name", "x", "2", "y"))),
                PipelineInput.items(List.of("a", List.of(7L, text("b"), List.of()), table)));
        assertEquals(List.of(), PipelineInput.items(NullValue.NULL));
        assertEquals(List.of(), PipelineInput.items(List.of(NullValue.NULL)));
    }
}
