package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.time.SimTime;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabDomains;
import org.sternpost.lab.LabSettings;

/// What an operator sees of a clock that was set forwards.
class ClockStatusTest {

    private final SimTime time = new SimTime();

    @TempDir
    Path directory;

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
}
