package org.sternpost.engine.real;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import org.sternpost.lab.real.RealSoftware;
import org.sternpost.lab.real.RealUnbound;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.WireParseException;

/// unbound as second judge of DNSSEC: it proves what one server says, at a moment of one's choice.
///
/// Its rules are set to ours where they can be; where not, the test that uses it lists the differences.
public final class JudgeUnbound implements AutoCloseable {

    private static final DateTimeFormatter DNSSEC_TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmss")
            .withZone(ZoneOffset.UTC); // RFC 4034 §3.2
    private static final Duration PATIENCE = Duration.ofSeconds(20); // the machine may be busy
    private static final int ATTEMPTS = 3;
    private static final int UDP_OCTETS = 4096;

    private final RealUnbound unbound;

    private JudgeUnbound(RealUnbound unbound) { this.unbound = unbound; }

    /// Why it cannot run on this machine; empty if it can.
    public static Optional<String> hindrance() { return RealSoftware.inCache().hindrance(); }

    /// `unbound 1.17.1-2+deb12u4`
    public static String version() throws IOException { return RealSoftware.inCache().version("unbound"); }

    /// @param server a recursive server, whose answers are to be judged
    /// @param anchor lines of a zone file
    public static JudgeUnbound start(Path directory, InetSocketAddress server, String anchor, Instant now)
            throws Exception {
        RealNet net = RealNet.free();
        InetSocketAddress address = net.at(net.resolver(false), net.dnsPort());
        Path anchorFile = Files.writeString(directory.resolve("anchor"), anchor);
        return new JudgeUnbound(RealUnbound.start(RealSoftware.inCache(), directory, address, anchorFile, """
                server:
                    val-log-level: 2
                    ede: yes
                    val-override-date: "%1$s"
                    val-nsec3-keysize-iterations: "1024 100 2048 100 4096 100" # RFC 9276 §3.2, as ours
                    val-sig-skew-min: 300 # seconds, as ours
                    val-sig-skew-max: 300
                    val-bogus-ttl: 0
                    aggressive-nsec: no # each reply is judged by itself
                    harden-below-nxdomain: no
                    harden-algo-downgrade: no # RFC 6840 §5.11
                    edns-buffer-size: %2$d
                    max-udp-size: %2$d
                    num-threads: 1
                    msg-cache-size: 1m
                    rrset-cache-size: 2m
                    key-cache-size: 1m
                    infra-keep-probing: yes
                    unknown-server-time-limit: 10000
                    trust-anchor-signaling: no
                    root-key-sentinel: no
                """.formatted(DNSSEC_TIME.format(now), UDP_OCTETS) + RealUnbound.forwardTo(server)));
    }

    /// Its reply: with AD if all is proven, with SERVFAIL if something is disproved.
    public Message ask(Message question) throws IOException {
        var client = new SimpleResolver(unbound.address());
        client.setTimeout(PATIENCE);
        client.setEDNS(0, UDP_OCTETS, ExtendedFlags.DO, List.of());
        question.getHeader().setFlag(Flags.AD);
        for (int attempt = 1;; attempt++)
            try {
                return client.send(question);
            } catch (WireParseException unreadable) {
                throw unreadable;
            } catch (IOException late) {
                if (attempt == ATTEMPTS) throw late;
            }
    }

    @Override
    public void close() { unbound.close(); }
}
