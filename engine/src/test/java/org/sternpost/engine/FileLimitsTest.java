package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.smtp.server.SmtpServer.ServerLimits;

/// However few files the process may have open, some are left for the store and the operators' shells.
class FileLimitsTest {

    private static final int KEPT = 192;

    @ParameterizedTest
    @CsvSource(textBlock = """
            # files, sessions, refused, deliveries, lookups
            1048576,     1000,     100,       2000,    4000
               6292,     1000,     100,       2000,    2000
               6291,      999,      99,       1999,    1999
               4096,      640,      64,       1280,    1280
               1024,      136,      13,        272,     272
                256,       10,       1,         20,      20
                160,        1,       1,          1,       1
                 50,        1,       1,          1,       1
            """)
    void sessionsShareWhatIsNotKept(long files, int sessions, int refused, int deliveries, int lookups) {
        var wanted = ServerLimits.Sessions.of(1_000);
        var limits = FileLimits.of(wanted, 2_000, files);
        assertEquals(sessions, limits.submission().all());
        assertEquals(refused, limits.submission().refused());
        assertEquals(deliveries, limits.deliveries());
        assertEquals(lookups, limits.lookups());
        assertEquals(6_292, limits.enough());
        assertTrue(files < KEPT + 7 || 2L * sessions + refused + deliveries + lookups <= files - KEPT);
        assertTrue(limits.submission().ofAddress() <= sessions && limits.submission().ofNetwork() <= sessions);
    }

    @ParameterizedTest
    @CsvSource({"1000, 10", "10, 2000", "1, 1"})
    void whoeverWantsLittleIsCutInTheSamePart(int sessions, int deliveries) {
        var limits = FileLimits.of(ServerLimits.Sessions.of(sessions), deliveries, 300);
        int refused = limits.submission().refused();
        assertTrue(2 * limits.submission().all() + refused + limits.deliveries() + limits.lookups() <= 300 - KEPT + 4,
                limits.toString());
    }

    /// A machine that lets a process have 20,000 files, as many do, has ten thousand sessions.
    @Test
    void tenThousandSessionsAreThereWithTwentyThousandFiles() {
        var limits = FileLimits.of(ServerLimits.Sessions.of(1_000), 10_200, 20_000);
        assertEquals(10_200, limits.deliveries());
        assertEquals(1_000, limits.submission().all());
        assertTrue(limits.lookups() > 2_048 && 2_100 + 10_200 + limits.lookups() <= 20_000 - KEPT, limits.toString());
    }
}
