package org.sternpost.engine.tlsrpt;

import java.net.Inet6Address;
import java.net.InetAddress;

/// Addresses as a report has them: dotted decimal, and RFC 5952 for IPv6 (RFC 8460 §4.4).
final class IpText {

    private static final int GROUPS = 8;

    private IpText() {}

    /// Empty text for the address that says nothing.
    static String of(InetAddress address) {
        if (address.isAnyLocalAddress()) return "";
        return address instanceof Inet6Address six ? six(six.getAddress()) : address.getHostAddress();
    }

    private static String six(byte[] octets) {
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++)
            groups[i] = (octets[2 * i] & 0xff) << 8 | octets[2 * i + 1] & 0xff;
        int[] run = longestRun(groups);
        var text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == run[0]) {
                text.append("::");
                i += run[1] - 1;
                continue;
            }
            if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') text.append(':');
            text.append(Integer.toHexString(groups[i])); // RFC 5952 §4.1 and §4.3: no leading zeros, lower case
        }
        return text.toString();
    }

    /// RFC 5952 §4.2: the first of the longest runs of zeros, of two groups at least.
    ///
    /// @return where it begins, or -1, and how long it is
    private static int[] longestRun(int[] groups) {
        int[] best = {-1, 1};
        for (int from = 0; from < GROUPS; from++) {
            int to = from;
            while (to < GROUPS && groups[to] == 0)
                to++;
            if (to - from > best[1]) best = new int[]{from, to - from};
        }
        return best;
    }
}
