package org.sternpost.engine.tls;

import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.sternpost.engine.dane.Tlsa;

/// One made case: what a host sends, and what is to be proven by it.
///
/// @param records of DANE; none where PKIX is asked
/// @param anchors of PKIX
/// @param names   reference names, the host first
/// @param tags    what was done to it, for whoever reads a difference
record ChainCase(long number, List<byte[]> chain, List<Tlsa> records, List<byte[]> anchors, List<String> names,
        Instant now, Set<String> tags) {

    static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    boolean isDane() { return !records.isEmpty(); }

    /// All of it, to be read by `openssl x509`.
    String dump() {
        var text = new StringBuilder("names " + names + "\ntags " + tags + "\n");
        records.forEach(one -> text.append("TLSA ").append(one).append('\n'));
        text.append("chain:\n");
        chain.forEach(der -> text.append(pem(der)));
        text.append("anchors:\n");
        anchors.forEach(der -> text.append(pem(der)));
        return text.toString();
    }

    private static String pem(byte[] der) {
        return "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(der)
                + "\n-----END CERTIFICATE-----\n";
    }
}
