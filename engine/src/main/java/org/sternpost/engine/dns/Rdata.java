package org.sternpost.engine.dns;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/// The data of one record, of the types in [RecordType].
public sealed interface Rdata {

    /// A or AAAA.
    record Address(InetAddress address) implements Rdata {
        @Override
        public String toString() { return address.getHostAddress(); }
    }

    /// MX; the target is kept as written since it may be no host name. The root is the empty text (RFC 7505 §3).
    record Mx(int preference, String target) implements Rdata {
        @Override
        public String toString() { return preference + " " + (target.isEmpty() ? "." : target); }
    }

    /// CNAME; the target as written, without the final dot.
    record Alias(String target) implements Rdata {
        @Override
        public String toString() { return target; }
    }

    /// TXT: its strings joined without space (RFC 7208 §3.3), each octet one character.
    record Text(String joined) implements Rdata {

        /// Joins the strings of one record.
        public static Text of(List<byte[]> strings) {
            var joined = new StringBuilder();
            for (byte[] string : strings)
                joined.append(new String(string, StandardCharsets.ISO_8859_1));
            return new Text(joined.toString());
        }

        @Override
        public String toString() { return "\"" + joined + "\""; }
    }

    /// TLSA (RFC 6698 §2.1); the bytes belong to this record and are not to be changed.
    record Association(int usage, int selector, int matchingType, byte[] data) implements Rdata {
        @Override
        public String toString() {
            return usage + " " + selector + " " + matchingType + " " + HexFormat.of().formatHex(data);
        }
    }
}
