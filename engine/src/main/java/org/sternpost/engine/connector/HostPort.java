package org.sternpost.engine.connector;

import java.util.HexFormat;
import org.sternpost.engine.mail.Domain;

/// A smart host: its name or address, and its port (0 means the connector's).
public record HostPort(String host, int port) {

    private static final int PORT_MAX = 65_535;

    public HostPort {
        if (port < 0 || port > PORT_MAX) throw new IllegalArgumentException("port " + port + " is not in 1..65535");
        if (!isAddress(host)) host = Domain.of(host).ascii();
    }

    /// Reads `host`, `host:25`, `192.0.2.1:25` or `[2001:db8::1]:25`.
    ///
    /// @throws IllegalArgumentException with a sentence that names the place and the reason
    public static HostPort of(String text) {
        int bracket = text.lastIndexOf(']');
        // An IPv6 address without brackets has colons of its own, so no port can follow it.
        boolean bare = bracket < 0 && text.indexOf(':') != text.lastIndexOf(':');
        int colon = bare ? -1 : text.lastIndexOf(':');
        String host = colon > bracket ? text.substring(0, colon) : text;
        if (host.startsWith("[") && host.endsWith("]")) host = host.substring(1, host.length() - 1);
        return new HostPort(host, colon > bracket ? port(text, text.substring(colon + 1)) : 0);
    }

    /// True if the host is an IPv4 or IPv6 address and not a name.
    public boolean isAddress() { return isAddress(host); }

    @Override
    public String toString() {
        String shown = host.contains(":") ? "[" + host + "]" : host;
        return port == 0 ? shown : shown + ":" + port;
    }

    private static boolean isAddress(String host) {
        return host.contains(":") && host.chars().allMatch(c -> c == ':' || c == '.' || HexFormat.isHexDigit(c))
                || host.matches("(\\d{1,3}\\.){3}\\d{1,3}");
    }

    private static int port(String text, String digits) {
        if (!digits.matches("\\d{1,5}") || Integer.parseInt(digits) == 0)
            throw new IllegalArgumentException("'" + text + "' has no port in 1..65535 after its last ':'");
        return Integer.parseInt(digits);
    }
}
