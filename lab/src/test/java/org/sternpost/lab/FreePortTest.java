package org.sternpost.lab;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.DatagramSocket;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

/// Ports that are found are nobody's, and nobody gets one by chance.
class FreePortTest {

    @Test
    void theSystemGivesItToNobodyWhoDoesNotAskForIt() throws Exception {
        boolean below = FreePort.isBelowSystemsChoice();
        if (!below) System.out.println("FreePortTest: skipped: this system chooses from nearly all ports");
        assumeTrue(below, "this system chooses from nearly all ports");
        int found = FreePort.find();
        try (var tcp = new ServerSocket(found); var udp = new DatagramSocket(found)) {
            assertTrue(tcp.isBound() && udp.isBound());
        }
        for (int i = 0; i < 500; i++)
            try (var chosen = new ServerSocket(0)) {
                assertTrue(chosen.getLocalPort() > found, chosen.getLocalPort() + " was given, " + found + " found");
            }
    }
}
