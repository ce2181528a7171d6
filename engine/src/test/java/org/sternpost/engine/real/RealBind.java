package org.sternpost.engine.real;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.sternpost.lab.real.RealSoftware;
import org.sternpost.lab.real.ServerProcess;

/// BIND: its tools sign the zones, children before parents, and named serves them.
final class RealBind implements AutoCloseable {

    /// How a zone is signed, and with what proof of absence.
    enum Signing { NSEC, NSEC3, EXPIRED, NONE }

    /// @param name    absolute, without the last dot; the root is the empty text
    /// @param records in the form of zone files, without SOA and NS of the zone itself
    record ZoneText(String name, Signing signing, List<String> records) {

        String absolute() { return name + "."; }

        String file() { return name.isEmpty() ? "root" : name; }
    }

    private static final DateTimeFormatter DNSSEC_TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmss")
            .withZone(ZoneOffset.UTC); // RFC 4034 §3.2
    private static final Duration OVER_SINCE = Duration.ofDays(3);
    private static final Duration WERE_VALID = Duration.ofDays(14);
    private static final Duration SIGNED_WITHIN = Duration.ofMinutes(5);
    private static final String NAME_SERVER = "ns.test.";

    private final ServerProcess process;
    private final Path trustAnchor;

    private RealBind(ServerProcess process, Path trustAnchor) {
        this.process = process;
        this.trustAnchor = trustAnchor;
    }

    /// @param zones parents first
    static RealBind start(RealSoftware software, Path directory, InetSocketAddress address, List<ZoneText> zones)
            throws Exception {
        for (ZoneText zone : zones.reversed())
            if (zone.signing() == Signing.NONE) Files.write(directory.resolve(zone.file() + ".zone"), lines(zone));
            else
                sign(software, directory, zone);
        Files.writeString(directory.resolve("named.conf"), configuration(directory, address, zones));
        var process = ServerProcess.listening("named", directory, software.environment(),
                List.of(software.program("sbin/named").toString(), "-g", "-n", "1", "-c",
                        directory.resolve("named.conf").toString()),
                List.of(address));
        return new RealBind(process, directory.resolve("dsset-."));
    }

    /// DS lines of the root's key.
    Path trustAnchor() { return trustAnchor; }

    @Override
    public void close() { process.close(); }

    private static void sign(RealSoftware software, Path directory, ZoneText zone) throws Exception {
        ServerProcess.run("dnssec-keygen", directory, software.environment(),
                List.of(software.program("bin/dnssec-keygen").toString(), "-q",
                        "-a", "ECDSAP256SHA256", "-f", "KSK", "-n", "ZONE", zone.absolute()),
                SIGNED_WITHIN);
        String start = "K" + zone.absolute() + "+";
        List<String> text = lines(zone);
        try (Stream<Path> files = Files.list(directory)) {
            files.map(file -> file.getFileName().toString())
                    .filter(file -> file.startsWith(start) && file.endsWith(".key"))
                    .forEach(file -> text.add("$INCLUDE " + file));
        }
        Path plain = Files.write(directory.resolve(zone.file() + ".plain"), text);
        var command = new ArrayList<>(List.of(software.program("bin/dnssec-signzone").toString(), "-q", "-z", "-g",
                "-o", zone.absolute(), "-f", directory.resolve(zone.file() + ".zone").toString()));
        switch (zone.signing()) {
            case NSEC3 -> command.addAll(List.of("-3", "-", "-H", "0")); // RFC 9276 §3.1
            case EXPIRED -> {
                Instant end = Instant.now().minus(OVER_SINCE);
                command.addAll(List.of("-P", "-s", DNSSEC_TIME.format(end.minus(WERE_VALID)), "-e",
                        DNSSEC_TIME.format(end)));
            }
            case NSEC, NONE -> {
            }
        }
        command.add(plain.toString());
        ServerProcess.run("dnssec-signzone", directory, software.environment(), command, SIGNED_WITHIN);
    }

    private static List<String> lines(ZoneText zone) {
        var lines = new ArrayList<>(List.of("$TTL 300", "$ORIGIN .",
                zone.absolute() + " SOA " + NAME_SERVER + " hostmaster.test. 1 3600 600 86400 300",
                zone.absolute() + " NS " + NAME_SERVER));
        lines.addAll(zone.records());
        return lines;
    }

    private static String configuration(Path directory, InetSocketAddress address, List<ZoneText> zones) {
        var text = new StringBuilder("""
                options {
                    directory "%1$s";
                    pid-file "%1$s/named.pid";
                    session-keyfile "%1$s/session.key";
                    listen-on port %2$d { %3$s; };
                    listen-on-v6 { none; };
                    recursion no;
                    dnssec-validation no;
                    empty-zones-enable no;
                    notify no;
                };
                controls {};
                """.formatted(directory, address.getPort(), address.getAddress().getHostAddress()));
        for (ZoneText zone : zones)
            text.append("zone \"%s\" { type primary; file \"%s.zone\"; };\n".formatted(zone.absolute(), zone.file()));
        return text.toString();
    }

    /// The records in the parent that hand a child over; the signer adds the child's keys by itself.
    static String delegation(ZoneText child) { return child.absolute() + " NS " + NAME_SERVER; }
}
