package org.sternpost.engine.real;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sternpost.lab.ca.Authorities;
import org.sternpost.lab.ca.Identity;
import org.sternpost.lab.dns.TlsaSpec;
import org.sternpost.lab.real.RealSoftware;
import org.sternpost.lab.real.RealUnbound;
import org.sternpost.lab.real.ServerProcess;

/// An internet of real servers on loopback: every domain of [RealHost] at Postfix and at Exim.
public final class RealInternet implements AutoCloseable {

    /// Who proves answers of the DNS.
    public enum Proof {
        /// The engine, from what unbound gives it.
        ENGINE("local", false),
        /// unbound, as its package sets it up: it says SERVFAIL for bogus and nothing more.
        UNBOUND("resolver", false),
        /// unbound that also says why (RFC 8914).
        UNBOUND_EXTENDED("resolver", true);

        private final String setting;
        private final boolean extended;

        Proof(String setting, boolean extended) {
            this.setting = setting;
            this.extended = extended;
        }
    }

    private static final Duration KEPT_WITHIN = Duration.ofMinutes(5);
    private static final List<String> RECEIVERS = List.of(RealPostfix.NAME, RealExim.NAME);

    private final Path directory;
    private final RealNet net;
    private final RealSoftware software = RealSoftware.inCache();
    private final Authorities authorities;
    private final Deque<Runnable> open = new ArrayDeque<>();
    private final Map<String, Receiver> receivers = new LinkedHashMap<>();
    private final Path trustAnchor;

    /// Why there can be none on this machine; empty if there can.
    public static Optional<String> hindrance() { return RealSoftware.inCache().hindrance(); }

    public static RealInternet start(Path directory) throws Exception { return new RealInternet(directory); }

    private RealInternet(Path directory) throws Exception {
        this.directory = Files.createDirectories(directory);
        // The receivers' own accounts must get at their folders below.
        for (Path above : List.of(directory, directory.toAbsolutePath().getParent()))
            Files.setPosixFilePermissions(above, PosixFilePermissions.fromString("rwx--x--x"));
        for (Path above = directory.toAbsolutePath(); above != null; above = above.getParent())
            if (!Files.getPosixFilePermissions(above).contains(PosixFilePermission.OTHERS_EXECUTE))
                throw new IOException("the accounts of Postfix and Exim cannot enter " + above
                        + "; let java.io.tmpdir be a folder that everybody may enter, as /tmp is");
        this.net = RealNet.free();
        this.authorities = Authorities.open(below("ca"), InstantSource.system());
        try {
            this.trustAnchor = build();
        } catch (Exception broken) {
            close();
            throw broken;
        }
    }

    /// The packages and their versions.
    public String versions() throws IOException { return String.join(", ", software.versions()); }

    public List<Receiver> receivers() { return List.copyOf(receivers.values()); }

    /// Waits until a receiver has kept the message with this value of [Receiver#FIELD].
    public Optional<Receiver.Kept> await(Receiver receiver, String value) throws InterruptedException {
        ServerProcess.until(KEPT_WITHIN, () -> receiver.find(value).isPresent());
        return receiver.find(value);
    }

    /// A settings file for an engine that lives here.
    public String settings(Path home, Proof proof) {
        return """
                hostName: relay.sternpost.test
                dataDirectory: "%s"
                submission:
                  - address: "127.0.0.1:0"
                dns:
                  servers: ["%s:%d"]
                  validation: %s
                  trustAnchors: "%s"
                delivery:
                  smtpPort: %d
                  retryIntervals: [1h]
                  allowLoopback: true
                tls:
                  trustedCertificates: ["%s"]
                mtaSts:
                  httpsPort: %d
                  allowPrivateAddresses: true
                """.formatted(home.resolve("data"), net.resolver(proof.extended), net.dnsPort(), proof.setting,
                trustAnchor,
                net.smtpPort(), authorities.pem(), net.httpsPort());
    }

    @Override
    public void close() {
        while (!open.isEmpty())
            open.pop().run();
    }

    private Path build() throws Exception {
        var zones = new RealZones(net);
        var sites = new ArrayList<RealNginx.Site>();
        for (String name : RECEIVERS) {
            var hosts = new ArrayList<Receiver.Listener>();
            Path pem = below(name + "-pem");
            zones.receiver(name);
            for (RealHost host : RealHost.all()) {
                String text = net.mailHost(RECEIVERS.indexOf(name) + 1, hosts.size() + 1);
                var identity = host.offer() == RealHost.Offer.TLS12_RSA
                        ? RsaIdentity.of(host.host(name))
                        : authorities.issue(List.of(host.host(name)), host.certificate());
                hosts.add(new Receiver.Listener(net.at(text, net.smtpPort()), host.offer(),
                        Pem.write(identity, pem.resolve(host.label() + ".pem"))));
                zones.add(name, host, text, host.tlsa().stream().map(tlsa -> presented(tlsa, identity)).toList());
                host.policy().ifPresent(policy -> sites.add(new RealNginx.Site(host.domain(name), policy.found()
                        ? Optional.of(policyFile(host, name, policy))
                        : Optional.empty())));
            }
            Receiver receiver = name.equals(RealPostfix.NAME)
                    ? RealPostfix.start(software, below(name), hosts)
                    : RealExim.start(software, below(name), hosts);
            open.push(receiver::close);
            receivers.put(name, receiver);
        }
        var nginx = RealNginx.start(software, below("nginx"), net.at(net.policyHost(), net.httpsPort()), sites,
                authorities);
        open.push(nginx::close);
        var authority = net.at(net.authority(), net.dnsPort());
        var bind = RealBind.start(software, below("bind"), authority, zones.all());
        open.push(bind::close);
        for (boolean extended : new boolean[]{false, true}) {
            var unbound = RealUnbound.start(software, below(extended ? "unbound-extended" : "unbound"),
                    net.at(net.resolver(extended), net.dnsPort()), bind.trustAnchor(),
                    asks(extended, zones.all(), authority));
            open.push(unbound::close);
        }
        return bind.trustAnchor();
    }

    /// Each zone is served at another port than 53, of which unbound must be told; and it gives extended errors (RFC
    /// 8914) only when told to.
    private static String asks(boolean extended, List<RealBind.ZoneText> zones, InetSocketAddress authority) {
        var text = new StringBuilder("""
                server:
                    val-log-level: 2
                    ede: %s
                """.formatted(extended ? "yes" : "no"));
        for (RealBind.ZoneText zone : zones)
            text.append("""
                    stub-zone:
                        name: "%s"
                        stub-addr: %s@%d
                    """.formatted(zone.absolute(), authority.getAddress().getHostAddress(), authority.getPort()));
        return text.toString();
    }

    private static String presented(TlsaSpec tlsa, Identity identity) {
        return tlsa.usage() + " " + tlsa.selector() + " " + tlsa.matchingType() + " "
                + HexFormat.of().formatHex(tlsa.data(identity.leaf(), identity.issuer()));
    }

    private static String policyFile(RealHost host, String receiver, RealHost.Policy policy) {
        return "version: STSv1\r\nmode: " + policy.mode() + "\r\nmx: "
                + (policy.listsTheHost() ? host.host(receiver) : "mx.elsewhere.test") + "\r\nmax_age: 86400\r\n";
    }

    private Path below(String name) throws IOException { return Files.createDirectories(directory.resolve(name)); }

}
