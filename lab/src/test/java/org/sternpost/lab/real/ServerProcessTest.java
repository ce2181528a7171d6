package org.sternpost.lab.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerProcessTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String PID = "pid";

    @TempDir
    Path directory;

    /// A run that starts a server and says which; it lives until it is killed.
    static final class Run {
        public static void main(String[] directory) throws Exception {
            var server = ServerProcess.listening("sleeper", Path.of(directory[0]), Map.of(), List.of("sleep", "3600"),
                    List.of());
            Path written = Files.writeString(Path.of(directory[0], "written"), Long.toString(server.pid()));
            Files.move(written, Path.of(directory[0], PID));
            Thread.currentThread().join();
        }
    }

    @Test
    void aServerEndsWithTheWholeGroupOfTheRunThatStartedItHoweverThatIsKilled() throws Exception {
        for (String signal : List.of("KILL", "TERM")) {
            Path place = Files.createDirectory(directory.resolve(signal));
            Process run = new ProcessBuilder("setsid",
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp", System.getProperty("java.class.path"), Run.class.getName(), place.toString())
                    .redirectErrorStream(true).redirectOutput(place.resolve("run.log").toFile()).start();
            try {
                assertTrue(ServerProcess.until(PATIENCE, () -> Files.exists(place.resolve(PID)) || !run.isAlive()));
                long pid = Long.parseLong(Files.readString(place.resolve(PID)));
                var server = ProcessHandle.of(pid).orElseThrow();
                try {
                    // The shell has become the program: what it does with SIGTERM is the program's own.
                    assertTrue(ServerProcess.until(PATIENCE,
                            () -> server.info().command().orElse("").endsWith("/sleep")), server.info().toString());
                    assertEquals(0, new ProcessBuilder("sh", "-c", "kill -s " + signal + " -- -" + run.pid()).start()
                            .waitFor());
                    assertTrue(ServerProcess.until(PATIENCE, () -> !server.isAlive()), "still there after " + signal);
                } finally {
                    server.destroyForcibly();
                }
            } finally {
                run.destroyForcibly();
            }
        }
    }

    @Test
    void noServerStartsWhereAnotherListensAndTheOtherIsNamed() throws Exception {
        try (var held = new ServerSocket(0, 1, InetAddress.ofLiteral("127.89.0.1"))) {
            var address = new InetSocketAddress(held.getInetAddress(), held.getLocalPort());
            var refused = assertThrows(IOException.class, () -> ServerProcess.listening("sleeper", directory, Map.of(),
                    List.of("sleep", "3600"), List.of(address)));
            assertTrue(refused.getMessage().startsWith("127.89.0.1:" + held.getLocalPort() + " cannot be had: "),
                    refused.getMessage());
            assertTrue(refused.getMessage().contains("held by process " + ProcessHandle.current().pid() + ": "),
                    refused.getMessage());
            assertTrue(Files.notExists(directory.resolve("sleeper.log")), "it was not started");
        }
    }

    @Test
    void endedConnectionsOfAnEarlierServerHoldNoAddress() throws Exception {
        InetSocketAddress address;
        try (var earlier = new ServerSocket(0, 1, InetAddress.ofLiteral("127.89.0.2"))) {
            address = new InetSocketAddress(earlier.getInetAddress(), earlier.getLocalPort());
            try (var client = new java.net.Socket(address.getAddress(), address.getPort())) {
                earlier.accept().close(); // who closes first has the connection in TIME_WAIT
                assertEquals(-1, client.getInputStream().read());
            }
        }
        PortHolder.refuse(address);
    }
}
