package org.sternpost.shell.groovy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import groovy.lang.MissingMethodException;
import groovy.lang.MissingPropertyException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.cmdlets.CustomItem;
import org.sternpost.shell.run.ExitCode;
import org.sternpost.shell.run.StatementException.RecordException;

/// Records, units and errors as a script sees them.
class RowTest {
    private static final CustomItem ITEM = new CustomItem("Queue",
            Map.of("Status", "Retry", "Hosts", List.of(new CustomItem("Host", Map.of("Name", "mx1")))));

    @Test
    void aPropertyIsFoundInAnyCaseAndAnUnknownOneIsNeverFalse() {
        var row = new Row<>(ITEM);
        assertEquals("Retry", row.getProperty("status"));
        assertEquals("Retry", row.getAt("STATUS"));
        var unknown = assertThrows(MissingPropertyException.class, () -> row.getProperty("Statsu"));
        assertTrue(String.valueOf(unknown.getMessage()).contains("did you mean Status?"), unknown.getMessage());
    }

    @Test
    void recordsInsideARecordAreRowsAsWell() {
        var hosts = assertInstanceOf(List.class, new Row<>(ITEM).getProperty("Hosts"));
        assertEquals("mx1", assertInstanceOf(Row.class, hosts.getFirst()).getProperty("name"));
    }

    @Test
    void aPlainValueThatPassedAPipelineIsItselfAgain() {
        assertEquals("x", Row.given(new CustomItem("Text", Map.of("Text", "x"))));
        assertInstanceOf(Row.class, Row.given(ITEM));
    }

    @Test
    void singleWantsExactlyOne() {
        var row = new Row<Object>(ITEM);
        assertEquals(row, new Rows<>("Get-Queue", List.of(row)).single());
        var none = assertThrows(CmdletException.class, () -> new Rows<>("Get-Queue", List.of()).single());
        assertEquals("VALUE_COUNT", none.getCode());
        assertEquals("Get-Queue answered 0 records, not one", none.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"24, PT24H", "0.5, PT30M", "-1, PT-1H"})
    void hoursAreSpans(double hours, Duration span) { assertEquals(span, Units.getHours(hours)); }

    @Test
    void spansAreMultipliedAndDivided() {
        var hold = Duration.ofHours(2);
        assertEquals(Duration.ofHours(3), Units.multiply(hold, 1.5));
        assertEquals(Units.multiply(hold, 3), Units.multiply(3, hold));
        assertEquals(Duration.ofHours(1), Units.div(hold, 2));
        assertEquals(25L << 20, Units.getMB(25).bytes());
        assertThrows(IllegalArgumentException.class, () -> Units.getPercent(101));
    }

    @Test
    void whatEndsAScriptIsToldInTheShellsWords() {
        var failure = GroovyErrors.of(new MissingMethodException("tpyo", String.class, new Object[]{1}), "x.groovy");
        assertEquals("GROOVY", failure.code());
        assertTrue(failure.message().startsWith("there is no method tpyo (Integer)"), failure.message());
        assertEquals(ExitCode.INTERRUPTED, GroovyErrors.of(new InterruptedException(), "x").exit());
        assertEquals(ExitCode.TIMEOUT,
                GroovyErrors.of(new CmdletException("TIMEOUT", "late", "", ExitCode.TIMEOUT), "x").exit());
    }

    @Test
    void aBlockThatBreaksConcernsItsRecordAlone() {
        var fault = assertThrows(RecordException.class, () -> GroovyErrors.guarded(() -> {
            throw new IllegalStateException("broken");
        }));
        assertEquals("IllegalStateException: broken", fault.getMessage());
    }
}
