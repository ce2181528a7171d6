package org.sternpost.engine.mtasts;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.sternpost.engine.dns.Resolver;
import org.sternpost.engine.dns.ProofLog;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.StsLookup.Kind;
import org.sternpost.engine.mx.AddressLookup;
import org.sternpost.engine.mx.HostAddresses;
import org.sternpost.engine.mx.OwnNetwork;
import org.sternpost.engine.net.ConnectionWords;
import org.sternpost.engine.net.ConnectionDeadline;
import org.sternpost.engine.time.Time;

/// One GET over HTTPS, with nothing that HTTP libraries add: no redirects, no cache, no proxy, no name service of its
/// own (RFC 8461 §3.3).
public final class HttpsPolicyFetch implements PolicyFetch {

    /// The whole fetch, from DNS to the last octet (RFC 8461 §3.3).
    public static final Duration WHOLE_MAX = Duration.ofSeconds(60);
    private static final int ADDRESSES_MAX = 4;
    private static final Duration CONNECT_MAX = Duration.ofSeconds(10);
    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2"); // RFC 8461 §3.3, RFC 8996

    private final AddressLookup addresses;
    private final SSLContext trusted;
    private final AddressGuard guard;
    private final int port;
    private final Duration whole;
    private final Time time;

    /// @param trusted whose trust manager verifies by PKIX to the configured store, and the name of the host
    /// @param port    443, or the lab's `mtaSts.httpsPort`
    /// @param whole   [#WHOLE_MAX]; shorter in tests
    public HttpsPolicyFetch(Resolver resolver, SSLContext trusted, AddressGuard guard, int port, Duration whole,
            Time time) {
        this.addresses = new AddressLookup(resolver);
        this.trusted = trusted;
        this.guard = guard;
        this.port = port;
        this.whole = whole;
        this.time = time;
    }

    @Override
    public Fetched of(Domain domain) {
        Instant deadline = time.instant().plus(whole);
        Domain host;
        try {
            host = new Domain("mta-sts." + domain.ascii());
        } catch (IllegalArgumentException tooLong) {
            return new Fetched.Failed(Kind.Fetch, "mta-sts." + domain + " is too long for a name");
        }
        HostAddresses found = addresses.of(host, new ProofLog());
        if (found.failure().isPresent() || found.list().isEmpty())
            return new Fetched.Failed(
                    found.failure().filter(f -> f.kind().isOurs()).isPresent() ? Kind.Local : Kind.Fetch,
                    found.failure().map(f -> "addresses of " + host + ": " + f.why()).orElse(found.problem()));
        List<InetAddress> allowed = found.list().stream().filter(guard::permits).limit(ADDRESSES_MAX).toList();
        if (allowed.isEmpty())
            return new Fetched.Failed(Kind.Fetch, host + " has only addresses of private networks " + found.list());
        Kind blame = Kind.Local; // unless one address at least failed for a reason that is not ours
        for (InetAddress address : allowed) {
            try (var connection = new Socket()) {
                Optional<Kind> unreachable = connect(connection, address, deadline);
                if (unreachable.isEmpty()) return exchange(connection, host, deadline);
                if (unreachable.get() != Kind.Local) blame = Kind.Fetch;
            } catch (IOException broken) {
                return new Fetched.Failed(kind(broken), ConnectionWords.of(broken));
            }
        }
        return new Fetched.Failed(blame, "no connection to port " + port + " of " + host + " at "
                + allowed.stream().map(InetAddress::getHostAddress).toList());
    }

    private Fetched exchange(Socket connection, Domain host, Instant deadline) throws IOException {
        var limit = ConnectionDeadline.over(connection, time, deadline);
        try (limit) {
            return read(get(connection, host));
        } catch (IOException broken) {
            if (!limit.expired()) throw broken;
            return new Fetched.Failed(Kind.Fetch, "no complete answer within " + ConnectionWords.span(whole));
        }
    }

    /// Whose trouble it is that this address cannot be reached, so that the next is tried; empty if it can.
    private Optional<Kind> connect(Socket connection, InetAddress address, Instant deadline) {
        long left = Duration.between(time.instant(), deadline).toMillis();
        if (left <= 0) return Optional.of(Kind.Fetch);
        var peer = new InetSocketAddress(address, port);
        try {
            connection.connect(peer, (int) Math.min(left, CONNECT_MAX.toMillis()));
            return Optional.empty();
        } catch (IOException unreachable) {
            return Optional.of(OwnNetwork.isCause(unreachable, peer) ? Kind.Local : Kind.Fetch);
        }
    }

    private HttpReply get(Socket connection, Domain host) throws IOException {
        // Closing TLS would read on for as long as the host sends; the caller closes the connection under it.
        var tls = (SSLSocket) trusted.getSocketFactory().createSocket(connection, host.ascii(), port, true);
        tls.setSSLParameters(strict(tls.getSSLParameters(), host));
        tls.startHandshake();
        String at = port == 443 ? host.ascii() : host.ascii() + ":" + port;
        tls.getOutputStream().write(("GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: " + at
                + "\r\nUser-Agent: Sternpost\r\nAccept: text/plain\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        return HttpReply.read(new BufferedInputStream(tls.getInputStream()));
    }

    /// Whatever the defaults of the context: only these versions, the policy host as server name, a certificate for it.
    static SSLParameters strict(SSLParameters defaults, Domain host) {
        defaults.setProtocols(PROTOCOLS.toArray(String[]::new));
        // RFC 9325 §4.1: the process permits RSA key exchange for mail hosts that know nothing else; others do without.
        String[] suites = defaults.getCipherSuites();
        if (suites != null)
            defaults.setCipherSuites(
                    Stream.of(suites).filter(suite -> !suite.startsWith("TLS_RSA_")).toArray(String[]::new));
        defaults.setServerNames(List.of(new SNIHostName(host.ascii())));
        defaults.setEndpointIdentificationAlgorithm("HTTPS"); // where the trust manager itself looks at no name
        return defaults;
    }

    static Fetched read(HttpReply reply) {
        // RFC 8461 §3.3: status 200 alone; redirects are not followed.
        if (reply.status() != 200) return new Fetched.Failed(Kind.Fetch, "HTTP status " + reply.status() + ", not 200");
        String type = reply.field("content-type").orElse("").replaceFirst(";.*", "").strip();
        if (!type.equalsIgnoreCase("text/plain")) // RFC 8461 §3.2
            return new Fetched.Failed(Kind.Fetch, "Content-Type '" + type.replaceAll("[^ -~]", "?")
                    + "' is not text/plain");
        return switch (PolicyFile.of(reply.body())) {
            case PolicyFile.Valid(var policy, var body) -> new Fetched.Policy(policy, body);
            case PolicyFile.Invalid(var why) -> new Fetched.Failed(Kind.Invalid, why);
        };
    }

    private static Kind kind(IOException broken) {
        for (Throwable cause = broken; cause != null; cause = cause.getCause())
            if (cause instanceof CertificateException) return Kind.WebPki;
        return Kind.Fetch;
    }

}
