package org.sternpost.engine.smtp.server;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// A range of addresses, `127.0.0.0/8` or `::1` (RFC 4632 §3.1).
public record Network(InetAddress base, int prefixBits) {

    public Network {
        int bits = 8 * base.getAddress().length;
        if (prefixBits < 0 || prefixBits > bits)
            throw new IllegalArgumentException("a prefix of " + base.getHostAddress() + " has 0 to " + bits + " bits");
    }

    /// Reads a network as people write it; an address alone stands for itself.
    ///
    /// @throws IllegalArgumentException with a sentence that names the place and the reason
    public static Network of(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        InetAddress base;
        try {
            base = InetAddress.ofLiteral(address);
        } catch (IllegalArgumentException bad) {
            throw new IllegalArgumentException("'" + text + "' is no network: '" + address + "' is no IP address", bad);
        }
        if (slash < 0) return new Network(base, 8 * base.getAddress().length);
        try {
            return new Network(base, Integer.parseInt(text, slash + 1, text.length(), 10));
        } catch (NumberFormatException bad) {
            throw new IllegalArgumentException("'" + text + "' is no network: its prefix is no number", bad);
        }
    }

    /// The network of so many bits in which an address is.
    static Network around(InetAddress address, int prefixBits) {
        byte[] octets = address.getAddress();
        for (int bit = prefixBits; bit < 8 * octets.length; bit++)
            octets[bit / 8] &= (byte) ~(0x80 >> bit % 8);
        try {
            return new Network(InetAddress.getByAddress(octets), prefixBits);
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException(impossible); // It has as many octets as the address had.
        }
    }

    public boolean contains(InetAddress address) {
        byte[] ours = base.getAddress();
        byte[] theirs = address.getAddress();
        if (ours.length != theirs.length) return false;
        for (int bit = 0; bit < prefixBits; bit++) {
            int mask = 0x80 >> bit % 8;
            if ((ours[bit / 8] & mask) != (theirs[bit / 8] & mask)) return false;
        }
        return true;
    }

    @Override
    public String toString() { return base.getHostAddress() + "/" + prefixBits; }
}
