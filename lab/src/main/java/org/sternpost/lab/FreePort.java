package org.sternpost.lab;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/// Finds a port for a server that starts later, in another process, again after its end, or never.
///
/// A port that the system chose and got back may be anybody's a moment later: each connection of each program gets one
/// of the same range. These stand below that range, so nobody has one who does not ask for it by number.
public final class FreePort {

    private static final Path RANGE = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
    private static final int SYSTEM_CHOOSES_FROM = 49_152; // RFC 6335 §6, where the system does not say
    private static final int LOWEST = 10_240; // well-known servers stand below
    private static final int ATTEMPTS = 1_000;

    private FreePort() {}

    /// Free for TCP and UDP at every address of this machine.
    public static int find() throws IOException {
        int end = Math.max(LOWEST + ATTEMPTS, chosenFrom());
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, end);
            try (var _ = new ServerSocket(port); var _ = new DatagramSocket(port)) {
                return port;
            } catch (BindException taken) {
                continue;
            }
        }
        throw new BindException("no free port among " + ATTEMPTS + " from " + LOWEST + " to " + end);
    }

    /// False where the system leaves no room: then a found port may be taken by chance.
    static boolean isBelowSystemsChoice() throws IOException { return chosenFrom() >= LOWEST + ATTEMPTS; }

    /// Linux gives such a file to one read alone: what a second read asks for is not there any more.
    private static int chosenFrom() throws IOException {
        if (!Files.isReadable(RANGE)) return SYSTEM_CHOOSES_FROM;
        try (var lines = Files.newBufferedReader(RANGE)) {
            return Integer.parseInt(String.valueOf(lines.readLine()).strip().split("\\s+")[0]);
        }
    }
}
