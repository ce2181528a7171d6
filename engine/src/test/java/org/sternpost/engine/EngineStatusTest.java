package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabDomains;
import org.sternpost.lab.LabSettings;

/// What an operator sees of an engine: clients that got no session or lost theirs, a clock that was set.
class EngineStatusTest {

    private final SimTime time = new SimTime();

    @TempDir
    Path directory;

    @Test
    void clientsThatGaveWayAreCountedAsThoseThatWereRefused() throws Exception {
        var table = List.of(LabDomains.find(LabDomains.HOME).orElseThrow());
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")), table);
                LabEngine engine = LabEngine.on(lab, directory.resolve("engine"),
                        text -> text + "\nsubmissionLimits: { maxSessions: 1, maxIdleTime: 1s }\n", time)) {
            var address = engine.engine().listeners().getFirst();
            try (var silent = new Socket(address.getAddress(), address.getPort())) {
                assertEquals("220", code(silent));
                long end = System.nanoTime() + Patience.AMPLE.toNanos();
                int refused = 0;
                // It counts as silent once the engine's thread listens to it.
                for (String code = "421"; code.equals("421");) {
                    assertTrue(System.nanoTime() < end, "the silent one keeps its session");
                    time.advance(Duration.ofSeconds(1));
                    try (var next = new Socket(address.getAddress(), address.getPort())) {
                        code = code(next);
                    }
                    if (code.equals("421")) refused++;
                    else
                        assertEquals("220", code);
                }
                var status = engine.management().engine().status();
                assertEquals(1, status.submissionDismissed());
                assertEquals(refused, status.submissionRefused());
            }
        }
    }

    @Test
    void aClockThatIsADayAheadIsTroubleAStopOfSomeHoursIsNone() throws Exception {
        var table = List.of(LabDomains.find(LabDomains.HOME).orElseThrow());
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")), table);
                LabEngine engine = LabEngine.on(lab, directory.resolve("engine"), text -> text, time)) {
            assertEquals("", trouble(engine));
            time.set(time.instant().plus(Duration.ofHours(23)));
            assertEquals("", trouble(engine));
            time.set(time.instant().plus(Duration.ofDays(29)));
            String told = trouble(engine);
            assertTrue(told.contains("is 29d23h ahead of what has passed"), told);
            assertTrue(told.contains("no mail expires") && told.contains("set it right"), told);
            time.set(time.instant().minus(Duration.ofDays(30).minusHours(1)));
            assertEquals("", trouble(engine));
        }
    }

    private static String trouble(LabEngine engine) throws Exception {
        return engine.management().engine().status().trouble();
    }

    private static String code(Socket client) throws Exception {
        client.setSoTimeout((int) Patience.AMPLE.toMillis());
        return new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII)).readLine()
                .substring(0, 3);
    }
}
