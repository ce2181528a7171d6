package org.sternpost.engine.net;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.time.TimeLimit;

/// One request over HTTPS to a host that a stranger's DNS names: bounded in time and octets, never into our own
/// networks, with nothing that HTTP libraries add: no redirects, no cache, no proxy, no name service of its own.
///
/// Its users are the policies of RFC 8461 §3.3 and the reports of RFC 8460 §5.4.
public final class HttpsClient {

    private static final int ADDRESSES_MAX = 4; // a host may publish a thousand
    private static final Duration CONNECT_MAX = Duration.ofSeconds(10);
    private static final int HTTPS_PORT = 443;
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"}; // RFC 8461 §3.3, RFC 8996

    private final AddressGuard guard;
    private final Duration whole;
    private final Time time;
    private final Semaphore exchanges;

    /// @param whole     from the start of an exchange to its last octet, and for a place among `exchanges`
    /// @param exchanges that may be under way at a time, each with a file of its own
    public HttpsClient(AddressGuard guard, Duration whole, Time time, Semaphore exchanges) {
        this.guard = guard;
        this.whole = whole;
        this.time = time;
        this.exchanges = exchanges;
    }

    public HttpsClient(AddressGuard guard, Duration whole, Time time) {
        this(guard, whole, time, new Semaphore(Integer.MAX_VALUE));
    }

    /// Which certificates are good enough.
    ///
    /// @param context whose trust manager decides
    /// @param named   the certificate must name the host, also where the trust manager itself looks at no name
    public record Certificates(SSLContext context, boolean named) {}

    /// What is asked of whom.
    ///
    /// @param host           its name, or an address
    /// @param fields         header lines besides Host, User-Agent, Content-Length and Connection
    /// @param replyOctetsMax of the body of a reply; 0 where nothing after the status line matters
    public record Request(String method, String host, int port, String path, List<String> fields, byte[] body,
            int replyOctetsMax) {

        private byte[] head() {
            return (method + " " + path + " HTTP/1.1\r\nHost: " + host + (port == HTTPS_PORT ? "" : ":" + port)
                    + "\r\nUser-Agent: Sternpost\r\n" + String.join("", fields.stream().map(f -> f + "\r\n").toList())
                    + (body.length == 0 ? "" : "Content-Length: " + body.length + "\r\n")
                    + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        }
    }

    /// What came of it.
    public sealed interface Outcome {
        /// Of whatever status; a redirect is a status like others.
        record Replied(HttpReply reply) implements Outcome {}

        /// All its addresses are of private networks; nothing was sent.
        record Forbidden(List<InetAddress> addresses) implements Outcome {}

        /// @param ours our own network, or that this process did not run, is why there was no exchange
        record Unreachable(boolean ours, String why) implements Outcome {}

        /// Its certificate is not good enough; nothing was asked.
        record Uncertified(String why) implements Outcome {}

        /// The exchange broke off or broke a rule.
        record Broken(String why) implements Outcome {}
    }

    /// For an exchange that begins now.
    public TimeLimit limit() { return TimeLimit.of(time, whole); }

    /// Asks at the first address that can be reached (docs/transport-security.md#sts-fetch).
    public Outcome ask(Request request, List<InetAddress> found, Certificates wanted, TimeLimit limit) {
        List<InetAddress> allowed = found.stream().filter(guard::permits).limit(ADDRESSES_MAX).toList();
        if (allowed.isEmpty()) return new Outcome.Forbidden(found);
        Duration waited = Duration.ZERO;
        try {
            if (!exchanges.tryAcquire()) {
                Instant asked = time.steady();
                long left = Duration.between(asked, limit.due()).toMillis();
                if (!exchanges.tryAcquire(left, TimeUnit.MILLISECONDS))
                    return new Outcome.Unreachable(true, "this gateway has too many connections for lookups");
                waited = Duration.between(asked, time.steady());
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return new Outcome.Unreachable(true, "asked to stop");
        }
        try {
            return ask(allowed, request, wanted, new Left(limit, waited));
        } finally {
            exchanges.release();
        }
    }

    /// What a host has of the time of an exchange.
    ///
    /// @param waited how much of it went by before one of our own places was free
    private record Left(TimeLimit limit, Duration waited) {

        /// The host had half of the time or less, so that its end says nothing of the host.
        boolean isOurs() {
            return limit.isOurs() || waited.isPositive() && waited.multipliedBy(2).compareTo(limit.span()) >= 0;
        }

        String why() { return limit.isOurs() ? "was kept from running" : "had too many connections for lookups"; }
    }

    private Outcome ask(List<InetAddress> allowed, Request request, Certificates wanted, Left left) {
        boolean ours = true; // unless one address at least failed for a reason that is not
        for (InetAddress address : allowed)
            try (var connection = new Socket()) {
                Optional<Boolean> unreachable = connect(connection, new InetSocketAddress(address, request.port()),
                        left);
                if (unreachable.isEmpty()) return exchange(connection, request, wanted, left);
                ours &= unreachable.get();
            } catch (IOException broken) {
                String why = ConnectionWords.of(broken);
                return isAboutCertificate(broken) ? new Outcome.Uncertified(why) : new Outcome.Broken(why);
            }
        return new Outcome.Unreachable(ours, "no connection to port " + request.port() + " of " + request.host()
                + " at " + allowed.stream().map(InetAddress::getHostAddress).toList());
    }

    /// Whether it is our own trouble that this address cannot be reached, so that the next is tried; empty if it can.
    private Optional<Boolean> connect(Socket connection, InetSocketAddress peer, Left left) {
        Duration most = Duration.between(time.steady(), left.limit().due());
        if (!most.isPositive()) return Optional.of(left.isOurs());
        boolean isWhole = most.compareTo(CONNECT_MAX) >= 0;
        try {
            ConnectionDeadline.connect(connection, peer, time, TimeLimit.of(time, isWhole ? CONNECT_MAX : most));
            return Optional.empty();
        } catch (SocketTimeoutException late) {
            return Optional.of(OwnNetwork.isCause(late, peer) || !isWhole && left.isOurs());
        } catch (IOException unreachable) {
            return Optional.of(OwnNetwork.isCause(unreachable, peer));
        }
    }

    private Outcome exchange(Socket connection, Request request, Certificates wanted, Left left) throws IOException {
        var watch = ConnectionDeadline.over(connection, time, left.limit());
        try (watch) {
            return new Outcome.Replied(exchange(connection, request, wanted));
        } catch (IOException broken) {
            if (!watch.expired()) throw broken;
            String late = "no complete answer within " + ConnectionWords.span(whole);
            return left.isOurs()
                    ? new Outcome.Unreachable(true, late + ", while this gateway " + left.why())
                    : new Outcome.Broken(late);
        }
    }

    private static HttpReply exchange(Socket connection, Request request, Certificates wanted) throws IOException {
        // Closing TLS would read on for as long as the host sends; the caller closes the connection under it.
        var tls = (SSLSocket) wanted.context().getSocketFactory().createSocket(connection, request.host(),
                request.port(), true);
        tls.setSSLParameters(strict(tls.getSSLParameters(), request.host(), wanted.named()));
        tls.startHandshake();
        var out = new BufferedOutputStream(tls.getOutputStream());
        out.write(request.head());
        out.write(request.body());
        out.flush();
        return HttpReply.read(new BufferedInputStream(tls.getInputStream()), request.replyOctetsMax());
    }

    /// Whatever the defaults of the context (docs/transport-security.md#cert-for-https): only these versions, the host as server name, a certificate for it.
    static SSLParameters strict(SSLParameters defaults, String host, boolean named) {
        defaults.setProtocols(PROTOCOLS);
        // RFC 9325 §4.1: the process permits RSA key exchange for mail hosts that know nothing else; others do without.
        String[] suites = defaults.getCipherSuites();
        if (suites != null) defaults.setCipherSuites(ForwardSecrecy.of(suites));
        if (!isAddress(host)) defaults.setServerNames(List.of(new SNIHostName(host))); // RFC 6066 §3: names alone
        if (named) defaults.setEndpointIdentificationAlgorithm("HTTPS");
        return defaults;
    }

    /// True if there is nothing to look up: an IPv4 address, or an IPv6 address in brackets.
    public static boolean isAddress(String host) { return host.startsWith("[") || host.matches("[0-9.]+"); }

    private static boolean isAboutCertificate(IOException broken) {
        for (Throwable cause = broken; cause != null; cause = cause.getCause())
            if (cause instanceof CertificateException) return true;
        return false;
    }
}
