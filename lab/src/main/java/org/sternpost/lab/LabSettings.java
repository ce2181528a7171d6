package org.sternpost.lab;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;

/// Where a lab keeps its files and listens.
///
/// Each mail host gets its own address, counted from `base`; all share `smtpPort`, as hosts of the real internet share
/// port 25. DNS listens on 127.0.0.1. A port of 0 stands for any that is free. Systems other than Linux may need the
/// addresses to be added to their loopback interface first.
public record LabSettings(Path directory, InetAddress base, int dnsPort, int smtpPort, int httpsPort) {
    private static final byte[] BASE = {127, 25, 0, 0};

    public LabSettings {
        if (!base.isLoopbackAddress()) {
            throw new IllegalArgumentException("The lab listens on loopback only, not on " + base.getHostAddress());
        }
    }

    /// The usual ports: 5300, 2500, 4430.
    public static LabSettings in(Path directory) { return new LabSettings(directory, address(BASE), 5300, 2500, 4430); }

    /// Ports that are free, for tests that run side by side.
    public static LabSettings anyPorts(Path directory) { return new LabSettings(directory, address(BASE), 0, 0, 0); }

    static InetAddress address(byte... octets) {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException wrongLength) {
            throw new IllegalArgumentException(wrongLength);
        }
    }
}
