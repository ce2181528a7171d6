package org.sternpost.engine.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;

/// Keeps a stranger's DNS from pointing our HTTPS requests at our own networks (RFC 6890: special-purpose addresses).
///
/// @param allowPrivate true for the practice lab, whose hosts live on loopback
public record AddressGuard(boolean allowPrivate) {

    /// True if a policy may be fetched from there.
    public boolean permits(InetAddress address) {
        if (address.isMulticastAddress() || address.isAnyLocalAddress()) return false;
        if (allowPrivate) return true;
        return !address.isLoopbackAddress() && !address.isLinkLocalAddress() && !address.isSiteLocalAddress()
                && !(address instanceof Inet6Address
                        ? isSpecialSix(address.getAddress())
                        : isSpecialFour(address.getAddress(), 0));
    }

    private static boolean isSpecialFour(byte[] octets, int from) {
        int a = octets[from] & 0xff;
        int b = octets[from + 1] & 0xff;
        int c = octets[from + 2] & 0xff;
        return a == 0 || a == 10 || a == 127 || a >= 224 // this network, private, loopback, multicast and reserved
                || a == 100 && b >= 64 && b < 128 // RFC 6598: carrier-grade NAT
                || a == 169 && b == 254 || a == 172 && b >= 16 && b < 32 || a == 192 && b == 168
                || a == 192 && b == 0 && c == 0 || a == 198 && (b == 18 || b == 19); // RFC 2544: benchmarks
    }

    private static boolean isSpecialSix(byte[] octets) {
        int a = octets[0] & 0xff;
        int b = octets[1] & 0xff;
        if (a == 0x20 && b == 0x02) return isSpecialFour(octets, 2); // RFC 3056: 6to4
        if (a == 0x20 && b == 0x01 && octets[2] == 0 && octets[3] == 0) return true; // RFC 4380: Teredo
        if (isTranslated(octets)) return isSpecialFour(octets, 12);
        // RFC 4291 §2.4: of all unicast addresses only 2000::/3 is given out for global use; ours are elsewhere.
        return (a & 0xe0) != 0x20;
    }

    /// `64:ff9b::/96` with an IPv4 address inside (RFC 6052 §2.1); `64:ff9b:1::/48` is for use within a network alone
    /// (RFC 8215).
    private static boolean isTranslated(byte[] octets) {
        byte[] prefix = {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};
        return Arrays.equals(octets, 0, prefix.length, prefix, 0, prefix.length);
    }
}
