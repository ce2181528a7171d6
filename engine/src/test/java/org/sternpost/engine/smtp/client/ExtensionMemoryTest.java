package org.sternpost.engine.smtp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.smtp.client.SmtpClient.ExtensionMemory.Extension;
import org.sternpost.engine.smtp.client.SmtpClient.ExtensionMemory;
import org.sternpost.engine.time.SimTime;

/// For how long a host that failed at what it announced is asked without it.
class ExtensionMemoryTest {

    private final SimTime time = new SimTime();

    /// Whatever the machine's clock shows.
    @ParameterizedTest
    @CsvSource({"0, 6, false", "0, 7, true", "30, 6, false", "30, 7, true"})
    void aWeek(int daysBack, int days, boolean trusted) {
        var memory = new ExtensionMemory(time);
        var host = new InetSocketAddress("127.0.0.1", 25);
        memory.failed(host, Extension.CHUNKING);
        time.set(time.instant().minus(Duration.ofDays(daysBack)));
        time.advance(Duration.ofDays(days));
        assertEquals(trusted, memory.isTrusted(host, Extension.CHUNKING));
        assertEquals(true, memory.isTrusted(host, Extension.PIPELINING));
    }
}
