package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.EveryDoor.Door;
import org.sternpost.engine.time.Patience;

/// Files of a listener's certificate are renewed while the engine runs.
class RenewedCertificateTest {

    private static final List<Door> DOORS = List.of(Door.STARTTLS, Door.IMPLICIT);

    @TempDir
    Path directory;

    @Test
    void renewedFilesAreShownAndBrokenOnesAreTold() throws Exception {
        try (var doors = new EveryDoor(directory)) {
            BigInteger first = shown(doors, Door.STARTTLS);
            assertEquals(first, shown(doors, Door.IMPLICIT));
            assertEquals("", trouble(doors));

            doors.show(doors.ca().good("localhost"));
            BigInteger second = shown(doors, Door.STARTTLS);
            assertNotEquals(first, second);
            assertEquals(second, shown(doors, Door.IMPLICIT));

            Path chain = directory.resolve("engine/chain.pem");
            Files.writeString(chain, "nothing of use");
            for (Door door : DOORS)
                assertEquals(second, shown(doors, door));
            String trouble = trouble(doors);
            assertTrue(trouble.startsWith("submission.tls.certificate: " + chain)
                    && trouble.endsWith("; the pair that was read before is shown on"), trouble);

            doors.show(doors.ca().good("localhost"));
            for (Door door : DOORS)
                assertNotEquals(second, shown(doors, door));
            assertEquals("", trouble(doors));
        }
    }

    private static String trouble(EveryDoor doors) throws Exception {
        return doors.engine().management().engine().status().trouble();
    }

    /// The number of the certificate that a client sees now.
    private static BigInteger shown(EveryDoor doors, Door door) throws IOException {
        try (var plain = new Socket("127.0.0.1", doors.port(door))) {
            plain.setSoTimeout((int) Patience.AMPLE.toMillis());
            if (door == Door.STARTTLS) {
                var in = new BufferedReader(new InputStreamReader(plain.getInputStream(), StandardCharsets.UTF_8), 1);
                assertTrue(String.valueOf(in.readLine()).startsWith("220 "));
                plain.getOutputStream().write("STARTTLS\r\n".getBytes(StandardCharsets.US_ASCII));
                assertTrue(String.valueOf(in.readLine()).startsWith("220 "));
            }
            try (var tls = (SSLSocket) doors.ca().trusting().getSocketFactory().createSocket(plain, "localhost",
                    plain.getPort(), true)) {
                tls.startHandshake();
                return ((X509Certificate) tls.getSession().getPeerCertificates()[0]).getSerialNumber();
            }
        }
    }
}
