package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.smtp.server.SmtpServer.ServerLimits;

/// However few files the process may have open, some are left for the store and the operators' shells.
class FileLimitsTest {

    private static final int KEPT = 160;

    @ParameterizedTest
    @CsvSource(textBlock = """
            # files, sessions, refused, deliveries
            1048576,     1000,     100,       2000
              10260,     1000,     100,       2000
              10259,      999,      99,       1999
               4096,      389,      38,        779
               1024,       85,       8,        171
                256,        9,       1,         19
                160,        1,       1,          1
                 50,        1,       1,          1
            """)
    void sessionsShareWhatIsNotKept(long files, int sessions, int refused, int deliveries) {
        var wanted = ServerLimits.Sessions.of(1_000);
        var limits = FileLimits.of(wanted, 2_000, files);
        assertEquals(sessions, limits.submission().all());
        assertEquals(refused, limits.submission().refused());
        assertEquals(deliveries, limits.deliveries());
        assertEquals(10_260, limits.enough());
        assertTrue(files < KEPT + 7 || 2L * sessions + refused + 4L * deliveries <= files - KEPT);
        assertTrue(limits.submission().ofAddress() <= sessions && limits.submission().ofNetwork() <= sessions);
    }

    @ParameterizedTest
    @CsvSource({"1000, 10", "10, 2000", "1, 1"})
    void whoeverWantsLittleIsCutInTheSamePart(int sessions, int deliveries) {
        var limits = FileLimits.of(ServerLimits.Sessions.of(sessions), deliveries, 300);
        int refused = limits.submission().refused();
        assertTrue(2 * limits.submission().all() + refused + 4 * limits.deliveries() <= 300 - KEPT + 3,
                limits.toString());
    }
}
