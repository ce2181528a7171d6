package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.time.Patience;
import org.sternpost.lab.FreePort;
import org.sternpost.shell.Main;
import org.sternpost.shell.terminal.PseudoTerminal;

/// A shell that is ended while it draws on a terminal leaves one that can be worked at.
class EndedWatchTest {

    private final Path root = Path.of(System.getProperty("sternpost.root", "..")).toAbsolutePath().normalize();

    @ParameterizedTest
    @ValueSource(strings = {"-TERM", "-HUP"})
    void theTerminalIsAsItWas(String signal, @TempDir Path home) throws Exception {
        Path settings = Files.writeString(home.resolve("sternpost.yaml"), """
                hostName: relay.example.test
                submission:
                  - address: "127.0.0.1:%d"
                    allow: ["127.0.0.0/8"]
                dns: { servers: ["127.0.0.1:9"] }
                """.formatted(FreePort.find()));
        try (var terminal = PseudoTerminal.open()) {
            // A build that runs in the background ignores signals, and its children would too.
            var builder = new ProcessBuilder(List.of("env", "--default-signal=TERM,HUP",
                    ProcessHandle.current().info().command().orElseThrow(), "-XX:TieredStopAtLevel=1",
                    "--enable-native-access=ALL-UNNAMED",
                    "-Djava.security.properties=" + root.resolve("shell/src/main/dist/security.properties"), "-cp",
                    System.getProperty("java.class.path"), Main.class.getName(), "-Settings", settings.toString()))
                    .redirectInput(terminal.file()).redirectOutput(terminal.file())
                    .redirectError(home.resolve("err").toFile());
            builder.environment()
                    .putAll(Map.of("TERM", "xterm", "STERNPOST_TERMINAL", "yes", "STERNPOST_COLUMNS", "120",
                            "XDG_STATE_HOME", home.toString()));
            Process shell = builder.start();
            try {
                terminal.awaitText("sternpost> ", Patience.AMPLE);
                terminal.type("Watch-Queue\r");
                terminal.awaitText("\u001b[?1049h", Patience.AMPLE);
                terminal.awaitText("no queue to show", Patience.AMPLE);
                new ProcessBuilder("kill", signal, String.valueOf(shell.pid())).inheritIO().start().waitFor();
                for (String given : List.of("\u001b[?7h", "\u001b[?25h", "\u001b[?1049l"))
                    terminal.awaitText(given, Patience.AMPLE);
                assertTrue(shell.waitFor(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS), "it ends");
            } finally {
                shell.destroyForcibly();
            }
        }
    }
}
