package org.sternpost.engine.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.OutboundConnector.Pace;
import org.sternpost.engine.connector.SampleConnector;

/// A change says what was and what will be as an operator writes it.
class ConnectorDiffTest {

    private static final OutboundConnector BEFORE = SampleConnector.insisting();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            PT1M PT5M          | 1m,5m
            PT1H30M            | 1h30m
            PT1S PT1.5S PT24H  | 1s,1s500ms,1d
            """)
    void spansReadAsTheyAreTyped(String spans, String shown) {
        var all = Arrays.stream(spans.split(" ")).map(Duration::parse).toList();
        assertEquals(List.of(new Plan.Change("retryIntervals", "", shown)), ConnectorDiff.between(Optional.of(BEFORE),
                BEFORE.withPace(Pace.OF_ENGINE.withRetryIntervals(all))));
    }

    @Test
    void oneSpanReadsSoToo() {
        var before = SampleConnector.expiring(BEFORE, Duration.ofDays(2));
        var after = SampleConnector.expiring(BEFORE, Duration.ofMillis(90_500));
        assertEquals(List.of(new Plan.Change("messageExpiration", "2d", "1m30s500ms")),
                ConnectorDiff.between(Optional.of(before), after));
    }
}
