package org.sternpost.engine.smtp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.net.StalledException;
import org.sternpost.engine.smtp.client.BrokenSessionException.Fault;
import org.sternpost.engine.smtp.client.SmtpClient.Timeouts;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;

/// Whose fault it is that a host hangs up (docs/transport-security.md#own-stall).
class HangUpTest {

    private final SimTime time = new SimTime();

    @ParameterizedTest
    @CsvSource(textBlock = """
            # seconds that this process did not run, that it ran; whose
             0,   0, Connection
             0, 300, Connection
             9,   0, Connection
            10,   0, Own
            60,  59, Own
            60,  61, Connection
            """)
    void aHostThatHangsUpBecauseWeDidNotRunIsNotBlamed(int stalled, int ran, Fault whose) throws Exception {
        try (var host = ScriptedHost.inClear().says("EHLO", "drop")) {
            var session = new SmtpClient(Timeouts.of(Patience.UNMET), time)
                    .connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), host.port()), Optional.empty());
            session.banner();
            time.advance(Duration.ofSeconds(ran));
            time.stall(Duration.ofSeconds(stalled));
            var broken = assertThrows(BrokenSessionException.class, () -> session.hello("me.example", false));
            assertEquals(whose, broken.fault(), broken.getMessage());
            assertEquals(whose == Fault.Own, StalledException.isCause(broken), broken.getMessage());
            session.close();
        }
    }
}
