package org.sternpost.engine.smtp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.smtp.client.SmtpClient.Timeouts;
import org.sternpost.engine.net.OwnNetwork;
import org.sternpost.engine.smtp.client.SmtpSession.Stage;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.lab.FreePort;

/// A connection that fails before it leaves our machine says nothing of the host.
class OwnNetworkTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @Test
    void addressThatThisMachineDoesNotHaveIsOurTrouble() throws Exception {
        try (var host = new ServerSocket(0, 1, LOOPBACK)) {
            var source = Optional.of(InetAddress.ofLiteral("192.0.2.1")); // bound to, or rather not; nothing is sent
            var broken = broken(new InetSocketAddress(LOOPBACK, host.getLocalPort()), source);
            assertEquals(Stage.Connect, broken.stage());
            assertTrue(broken.fault() == BrokenSessionException.Fault.Own, broken.toString());
        }
    }

    @Test
    void hostThatRefusesIsItsOwnTrouble() throws Exception {
        assertEquals(false,
                broken(new InetSocketAddress(LOOPBACK, FreePort.find()), Optional.empty())
                        .fault() == BrokenSessionException.Fault.Own);
    }

    /// The machine has a route, so the word that there is none came from elsewhere.
    @Test
    void hostThatRoutersCannotReachIsItsOwnTrouble() {
        var peer = new InetSocketAddress(LOOPBACK, 25);
        assertEquals(false, OwnNetwork.isCause(new NoRouteToHostException("No route to host"), peer));
        assertEquals(false, OwnNetwork.isCause(new SocketException("anything"), peer));
    }

    /// A name that was never resolved stands for a network without a route: our own machine says no.
    @Test
    void wayThatOurOwnMachineDoesNotKnowIsOurTrouble() {
        var nowhere = InetSocketAddress.createUnresolved("nowhere.invalid", 25);
        assertTrue(OwnNetwork.isCause(new SocketException("Network is unreachable"), nowhere));
    }

    private static BrokenSessionException broken(InetSocketAddress peer, Optional<InetAddress> source) {
        return assertThrows(BrokenSessionException.class,
                () -> new SmtpClient(Timeouts.of(Patience.UNMET), new SystemTime()).connect(peer, source)
                        .close());
    }
}
