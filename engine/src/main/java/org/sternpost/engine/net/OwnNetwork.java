package org.sternpost.engine.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;

/// Whether a connection failed before it left our own machine, or because this process did not run.
public final class OwnNetwork {

    private OwnNetwork() {}

    /// @param refused how the connection to `peer` failed
    public static boolean isCause(IOException refused, InetSocketAddress peer) {
        return switch (refused) {
            // No such address or no free port of ours.
            case BindException _ -> true;
            case StalledException _ -> true;
            // The host's machine refused, or nothing came back at all.
            case ConnectException _,SocketTimeoutException _ -> false;
            case SocketException _ -> !hasRoute(peer);
            default -> false;
        };
    }

    /// A datagram socket is connected by looking into our own routing table; nothing is sent. It fails as well where
    /// the machine has no socket left to give.
    private static boolean hasRoute(InetSocketAddress peer) {
        try (var probe = new DatagramSocket()) {
            probe.connect(peer);
            return true;
        } catch (IOException | UncheckedIOException none) {
            return false;
        }
    }
}
