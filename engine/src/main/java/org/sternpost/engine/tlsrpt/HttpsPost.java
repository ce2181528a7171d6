package org.sternpost.engine.tlsrpt;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.sternpost.engine.dns.Resolver;
import org.sternpost.engine.dns.ProofLog;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.AddressGuard;
import org.sternpost.engine.mx.AddressLookup;
import org.sternpost.engine.mx.HostAddresses;
import org.sternpost.engine.net.ConnectionWords;
import org.sternpost.engine.net.ConnectionDeadline;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.tls.TlsLimits;

/// One POST over HTTPS (RFC 8460 §5.4), bounded in time and reply, never into our own networks, without redirects.
public final class HttpsPost {

    /// From DNS to the status line.
    public static final Duration WHOLE_MAX = Duration.ofSeconds(60); // ours
    private static final Duration CONNECT_MAX = Duration.ofSeconds(10);
    private static final int ADDRESSES_MAX = 4;
    private static final int HEAD_OCTETS_MAX = 16_384;
    private static final int INTERIM_MAX = 5;
    private static final int HTTPS_PORT = 443;
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"}; // RFC 8996
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9]{2})( .*)?");

    private final AddressLookup addresses;
    private final SSLContext trusted;
    private final AddressGuard guard;
    private final Duration whole;
    private final Time time;

    public HttpsPost(Resolver resolver, SSLContext trusted, AddressGuard guard, Duration whole, Time time) {
        this.addresses = new AddressLookup(resolver);
        this.trusted = trusted;
        this.guard = guard;
        this.whole = whole;
        this.time = time;
    }

    /// What came of it.
    sealed interface Result {
        /// @param note empty text, or what was wrong with the certificate
        record Accepted(int status, String note) implements Result {}

        /// The server said no, and would again.
        record Refused(String why) implements Result {}

        /// Perhaps later.
        record Failed(String why) implements Result {}
    }

    Result send(ReportPost post) {
        Instant deadline = time.instant().plus(whole);
        try {
            List<InetAddress> found = addresses(post.target());
            List<InetAddress> allowed = found.stream().filter(guard::permits).limit(ADDRESSES_MAX).toList();
            if (allowed.isEmpty())
                return new Result.Refused(post.target().getHost() + " has only addresses of private networks "
                        + found.stream().map(InetAddress::getHostAddress).toList());
            return judged(exchange(post, allowed, trusted, deadline), "");
        } catch (IOException broken) {
            return isAboutCertificate(broken)
                    ? despite(post, ConnectionWords.of(broken), deadline)
                    : new Result.Failed(ConnectionWords.of(broken));
        }
    }

    /// RFC 8460 §3: a report may go although the certificate does not verify; it holds nothing to be kept from anyone.
    private Result despite(ReportPost post, String why, Instant deadline) {
        try {
            List<InetAddress> allowed = addresses(post.target()).stream().filter(guard::permits).limit(ADDRESSES_MAX)
                    .toList();
            return judged(exchange(post, allowed, anyCertificate(), deadline),
                    "the certificate did not verify: " + why);
        } catch (IOException broken) {
            return new Result.Failed(ConnectionWords.of(broken));
        }
    }

    private List<InetAddress> addresses(URI target) throws IOException {
        String host = target.getHost();
        HostAddresses found;
        try {
            if (isLiteral(host)) return List.of(InetAddress.ofLiteral(host));
            found = addresses.of(Domain.of(host), new ProofLog());
        } catch (IllegalArgumentException bad) {
            throw new IOException(bad.getMessage(), bad);
        }
        if (found.list().isEmpty()) throw new IOException(found.problem());
        return found.list();
    }

    private int exchange(ReportPost post, List<InetAddress> allowed, SSLContext context,
            Instant deadline) throws IOException {
        int port = post.target().getPort() < 0 ? HTTPS_PORT : post.target().getPort();
        IOException unreachable = new IOException("no time was left");
        for (InetAddress address : allowed) {
            try (var connection = new Socket()) {
                long left = Duration.between(time.instant(), deadline).toMillis();
                if (left <= 0) break;
                try {
                    connection.connect(new InetSocketAddress(address, port),
                            (int) Math.min(left, CONNECT_MAX.toMillis()));
                } catch (IOException refused) {
                    unreachable = new IOException("no connection to port " + port + " of " + post.target().getHost()
                            + " at " + address.getHostAddress(), refused);
                    continue;
                }
                return watched(connection, post, port, context, deadline);
            }
        }
        throw unreachable;
    }

    private int watched(Socket connection, ReportPost post, int port, SSLContext context,
            Instant deadline) throws IOException {
        connection.setSoTimeout((int) whole.toMillis());
        var limit = ConnectionDeadline.over(connection, time, deadline);
        try (limit) {
            return exchange(connection, post, port, context);
        } catch (IOException broken) {
            if (!limit.expired()) throw broken;
            throw new IOException("no complete answer within " + whole.toSeconds() + " s", broken);
        }
    }

    private static int exchange(Socket connection, ReportPost post, int port, SSLContext context)
            throws IOException {
        String host = post.target().getHost();
        // Closing TLS would read on for as long as the host sends; the caller closes the connection under it.
        var tls = (SSLSocket) context.getSocketFactory().createSocket(connection, host, port, true);
        var parameters = tls.getSSLParameters();
        parameters.setProtocols(PROTOCOLS);
        parameters.setCipherSuites(TlsLimits.forwardSecret(parameters.getCipherSuites()));
        if (!isLiteral(host)) parameters.setServerNames(List.of(new SNIHostName(host)));
        tls.setSSLParameters(parameters);
        tls.startHandshake();
        var out = new BufferedOutputStream(tls.getOutputStream());
        String path = post.target().getRawPath();
        String query = post.target().getRawQuery();
        out.write(("POST " + (path == null || path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query)
                + " HTTP/1.1\r\nHost: " + host + (port == HTTPS_PORT ? "" : ":" + port)
                + "\r\nUser-Agent: Sternpost\r\nContent-Type: " + post.contentType() + "\r\nContent-Length: "
                + post.body().length + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(post.body());
        out.flush();
        return status(new BufferedInputStream(tls.getInputStream()));
    }

    /// Interim answers are passed over (RFC 9110 §15.2); what follows the status line does not matter.
    private static int status(InputStream in) throws IOException {
        int octets = 0;
        for (int interim = 0; interim <= INTERIM_MAX; interim++) {
            String first = line(in, HEAD_OCTETS_MAX - octets);
            Matcher status = STATUS.matcher(first);
            if (!status.matches()) throw new IOException("the answer is not HTTP");
            int code = Integer.parseInt(status.group(1));
            if (code >= 200) return code;
            String field = first;
            while (!field.isEmpty()) {
                octets += field.length() + 2;
                field = line(in, HEAD_OCTETS_MAX - octets);
            }
        }
        throw new IOException("the answer never comes to a status");
    }

    private static String line(InputStream in, int max) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) throw new IOException("the connection ended before the status");
            if (line.size() >= max) throw new IOException("the head of the answer has more than 16 KiB");
            line.write(octet);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private static Result judged(int status, String note) {
        if (ReportPost.isAccepted(status)) return new Result.Accepted(status, note);
        // RFC 9110 §15.5.9, RFC 6585 §4: these two and what is the server's own fault pass; RFC 8460 §5.4 leaves it
        // to us. A redirect is not followed, so it would come again.
        boolean passing = status >= 500 || status == 408 || status == 429;
        String why = "HTTP status " + status + (note.isEmpty() ? "" : "; " + note);
        return passing ? new Result.Failed(why) : new Result.Refused(why);
    }

    private static boolean isLiteral(String host) { return host.startsWith("[") || host.matches("[0-9.]+"); }

    private static boolean isAboutCertificate(IOException broken) {
        for (Throwable cause = broken; cause != null; cause = cause.getCause())
            if (cause instanceof CertificateException) return true;
        return false;
    }

    private static SSLContext anyCertificate() throws IOException {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[]{new Unasking()}, null);
            return context;
        } catch (GeneralSecurityException impossible) {
            throw new IOException(impossible);
        }
    }

    /// Takes every certificate.
    private static final class Unasking extends X509ExtendedTrustManager {

        @Override
        public void checkServerTrusted(X509Certificate[] shown, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] shown, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] shown, String authType, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] shown, String authType) throws CertificateException {
            throw new CertificateException("we are always the client");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] shown, String authType, Socket socket)
                throws CertificateException {
            checkClientTrusted(shown, authType);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] shown, String authType, SSLEngine engine)
                throws CertificateException {
            checkClientTrusted(shown, authType);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }
    }
}
