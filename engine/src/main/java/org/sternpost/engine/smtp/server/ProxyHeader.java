package org.sternpost.engine.smtp.server;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What a proxy says in front of a session: version 2 of the PROXY protocol, the one with a length, whose end nobody
/// can mistake. Version 1, which is a line of text, is not taken.
sealed interface ProxyHeader {

    /// It calls for this client.
    record OfClient(InetAddress address) implements ProxyHeader {}

    /// It calls for itself, to see whether we are there.
    record OfProxy() implements ProxyHeader {}

    /// What came is no header of version 2.
    record Malformed(String why) implements ProxyHeader {}

    byte[] SIGNATURE = "\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.US_ASCII);
    int OCTETS_MAX = 2_048; // addresses, and what proxies add to them
    int TCP_IPV4 = 0x11;
    int TCP_IPV6 = 0x21;
    int UNKNOWN = 0x00;

    /// Reads the header and nothing behind it.
    static ProxyHeader read(InputStream in) throws IOException {
        // docs/transport-security.md#intake-proxy: what is no header may be a client itself, which nobody vouches for.
        byte[] fixed = exactly(in, SIGNATURE.length + 4);
        if (!Arrays.equals(fixed, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length))
            return new Malformed("it does not begin as version 2 does");
        int command = fixed[SIGNATURE.length] & 0xff;
        int family = fixed[SIGNATURE.length + 1] & 0xff;
        int length = (fixed[SIGNATURE.length + 2] & 0xff) << 8 | fixed[SIGNATURE.length + 3] & 0xff;
        if (length > OCTETS_MAX) return new Malformed("it announces " + length + " octets");
        byte[] rest = exactly(in, length);
        return switch (command) {
            case 0x20 -> new OfProxy();
            case 0x21 -> client(family, rest);
            default -> new Malformed("its version and command are " + Integer.toHexString(command));
        };
    }

    private static ProxyHeader client(int family, byte[] rest) throws IOException {
        int octets = switch (family) {
            case TCP_IPV4 -> 4;
            case TCP_IPV6 -> 16;
            default -> 0;
        };
        if (family == UNKNOWN) return new OfProxy();
        if (octets == 0) return new Malformed("it is for another protocol than TCP");
        if (rest.length < 2 * octets + 4) return new Malformed("its addresses are cut");
        InetAddress address = InetAddress.getByAddress(Arrays.copyOf(rest, octets));
        return address.isAnyLocalAddress() || address.isMulticastAddress()
                ? new Malformed("its client has the address " + address.getHostAddress())
                : new OfClient(address);
    }

    private static byte[] exactly(InputStream in, int octets) throws IOException {
        byte[] read = in.readNBytes(octets);
        if (read.length < octets) throw new EOFException("the proxy left within its header");
        return read;
    }
}
