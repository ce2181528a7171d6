package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.time.Patience;

/// An engine in a process that has used TLS, and so keeps limits too narrow for mail, says so as it starts.
///
/// Java reads its limits once per process, so each run has one of its own.
class TlsUsedBeforeTest {

    @TempDir
    Path home;

    @Test
    void itIsSaidAtTheStart() throws Exception {
        String said = run("used before");
        assertTrue(said.contains("event=tls-limits"), said);
        assertTrue(said.contains("run the engine in a process of its own: sternpost engine"), said);
    }

    @Test
    void aProcessOfItsOwnSaysNothing() throws Exception { assertFalse(run("fresh").contains("tls-limits")); }

    private String run(String how) throws Exception {
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        var process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-cp", path, TlsUsedBeforeTest.class.getName(), how,
                home.toString()).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS), said);
        assertEquals(0, process.exitValue(), said);
        assertTrue(said.contains("event=started"), said);
        return said;
    }

    /// The other process.
    public static void main(String... args) throws Exception {
        if (args[0].equals("used before")) {
            var context = SSLContext.getInstance("TLS");
            context.init(null, null, null);
            context.createSSLEngine();
        }
        LabEngine.on("""
                hostName: relay.example.org
                dataDirectory: data
                submission: []
                dns: { servers: ["127.0.0.1:9"] }
                """, Path.of(args[1])).close();
        System.exit(0);
    }
}
