package org.sternpost.engine.mtasts;

import java.net.Inet6Address;
import java.net.InetAddress;

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
        if ((a & 0xfe) == 0xfc) return true; // RFC 4193: unique local
        if (a == 0x20 && b == 0x02) return isSpecialFour(octets, 2); // RFC 3056: 6to4
        boolean translated = a == 0 && b == 0x64; // RFC 6052, RFC 8215: an IPv4 address inside
        return translated && isSpecialFour(octets, 12) || a == 0 && b == 0; // ::/8 with mapped and compatible forms
    }
}
