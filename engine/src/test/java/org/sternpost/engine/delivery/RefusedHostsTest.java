package org.sternpost.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.trust.Reason;

/// How long refusals of a host count as one session.
class RefusedHostsTest {

    private static final Domain MX = Domain.of("mx1.example.org");

    private final SimTime time = new SimTime();
    private final RefusedHosts refused = new RefusedHosts(Cargo.REUSE.idle(), time);

    /// Whatever the machine's clock shows: a report would leave out the sessions of as much more time.
    @ParameterizedTest
    @CsvSource({"0, 4, false", "0, 5, true", "24, 4, false", "24, 5, true"})
    void aRefusalCountsAnewOnceNoneCameForAWhile(int hoursBack, int seconds, boolean anew) {
        var mail = new Cargo(time).mail(
                Cargo.connector(time, "c", TlsValidation.Enabled, TlsSettings.None, 1), "example.org", false);
        assertEquals(true, refused.firstReport(mail, MX, Reason.TLSA_INVALID));
        time.set(time.instant().minus(Duration.ofHours(hoursBack)));
        time.advance(Duration.ofSeconds(seconds));
        assertEquals(anew, refused.firstReport(mail, MX, Reason.TLSA_INVALID));
    }
}
