package org.sternpost.engine.real;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.sternpost.lab.FreePort;

/// Addresses of 127.0.0.0/8 and ports that nobody else uses.
///
/// Each test process takes a network of its own, `127.n.0.0/16`, so that two runs at once do not meet.
record RealNet(int network, int smtpPort, int httpsPort, int dnsPort) {

    private static final int FIRST = 64;
    private static final int COUNT = 128;

    static RealNet free() throws IOException {
        int network = FIRST + (int) (ProcessHandle.current().pid() % COUNT);
        return new RealNet(network, FreePort.find(), FreePort.find(), FreePort.find());
    }

    /// BIND listens only at addresses that an interface has.
    String authority() { return "127.0.0.1"; }

    String resolver(boolean extended) { return address(0, extended ? 55 : 54); }

    String policyHost() { return address(0, 80); }

    /// The address of the n-th host of the n-th receiver.
    String mailHost(int receiver, int host) { return address(receiver, host); }

    InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    private String address(int third, int fourth) { return "127." + network + "." + third + "." + fourth; }
}
