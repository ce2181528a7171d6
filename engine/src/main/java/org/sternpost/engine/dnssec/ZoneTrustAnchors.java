package org.sternpost.engine.dnssec;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Master;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// The keys that every proof ends at, as DS or DNSKEY lines of a zone file (RFC 4033 §2, RFC 7958).
public record ZoneTrustAnchors(String lines) {

    private static final int FILE_OCTETS_MAX = 1 << 20;
    private static final long TTL = 172_800; // for lines without, such as dnssec-signzone writes

    /// The root's keys as IANA publishes them: KSK-2017 and KSK-2024.
    private static final String ROOT = """
            . 172800 IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D
            . 172800 IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16
            """;

    /// The built-in keys of the root.
    public static ZoneTrustAnchors ofRoot() { return new ZoneTrustAnchors(ROOT); }

    /// Reads a file of DS or DNSKEY lines.
    ///
    /// @throws IllegalArgumentException with a sentence that names the file, the reason and the remedy
    public static ZoneTrustAnchors of(Path file) {
        String lines;
        try {
            if (Files.size(file) > FILE_OCTETS_MAX) throw bad(file, "it has more than 1 MiB", null);
            lines = Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw bad(file, "it cannot be read: " + broken, broken);
        }
        List<Record> anchors;
        try {
            anchors = records(lines);
        } catch (IOException unreadable) {
            throw bad(file, String.valueOf(unreadable.getMessage()), unreadable);
        }
        for (Record record : anchors) {
            if (record.getType() != Type.DS && record.getType() != Type.DNSKEY)
                throw bad(file, "it holds a " + Type.string(record.getType()) + " record", null);
            // RFC 5011 §2.1: a key whose owner revoked it is no anchor ever again.
            if (record instanceof DNSKEYRecord key && (key.getFlags() & DNSKEYRecord.Flags.REVOKE) != 0)
                throw bad(file, "its key " + key.getFootprint() + " of " + key.getName() + " is revoked", null);
        }
        if (anchors.isEmpty()) throw bad(file, "it holds no record", null);
        return new ZoneTrustAnchors(lines);
    }

    /// The zone whose keys the anchors name.
    Optional<Name> owner() { return read().stream().map(Record::getName).findFirst(); }

    /// True if an anchor names this key, by its digest or itself (RFC 4035 §5.2).
    boolean name(DNSKEYRecord key) {
        return read().stream().anyMatch(anchor -> switch (anchor) {
            case DSRecord ds -> ds.getFootprint() == key.getFootprint() && Arrays.equals(ds.getDigest(),
                    new DSRecord(key.getName(), DClass.IN, 0, ds.getDigestID(), key).getDigest());
            case DNSKEYRecord own -> Arrays.equals(own.getKey(), key.getKey());
            default -> false;
        });
    }

    private List<Record> read() {
        try {
            return records(lines);
        } catch (IOException unreadable) {
            throw new IllegalArgumentException("the trust anchors are not usable: " + unreadable.getMessage(),
                    unreadable);
        }
    }

    /// The zones whose keys these are, each with what vouches for them; a key is vouched for by its own digest.
    Map<Name, List<DSRecord>> byOwner() {
        return read().stream().collect(Collectors.groupingBy(Record::getName, Collectors.mapping(
                anchor -> anchor instanceof DNSKEYRecord key
                        ? new DSRecord(key.getName(), DClass.IN, 0, DNSSEC.Digest.SHA256, key)
                        : (DSRecord) anchor,
                Collectors.toUnmodifiableList())));
    }

    private static List<Record> records(String lines) throws IOException {
        var records = new ArrayList<Record>();
        try (var master = new Master(new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)), Name.root,
                TTL)) {
            for (Record record = master.nextRecord(); record != null; record = master.nextRecord())
                records.add(record);
        }
        return records;
    }

    private static IllegalArgumentException bad(Path file, String reason,
            @org.jspecify.annotations.Nullable Exception cause) {
        return new IllegalArgumentException("trust anchors in " + file + " are not usable: " + reason
                + "; write DS or DNSKEY lines as in '. IN DS 20326 8 2 E06D...', or leave out dns.trustAnchors"
                + " to use the root's keys", cause);
    }
}
