package org.sternpost.engine.tlsrpt;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.sternpost.engine.dns.ProofLog;
import org.sternpost.engine.dns.Resolver;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mx.AddressLookup;
import org.sternpost.engine.mx.AddressLookup.HostAddresses;
import org.sternpost.engine.net.AddressGuard;
import org.sternpost.engine.net.HttpsClient;
import org.sternpost.engine.net.HttpsClient.Certificates;
import org.sternpost.engine.net.HttpsClient.Outcome;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.time.TimeLimit;

/// One POST over HTTPS (RFC 8460 §5.4); of its answer the status alone matters.
public final class HttpsPost {

    private static final int HTTPS_PORT = 443;
    private static final int STATUS_ALONE = 0;

    private final AddressLookup addresses;
    private final HttpsClient https;
    private final Certificates trusted;

    /// @param trusted whose trust manager verifies by PKIX, and the name of the host
    /// @param whole   from DNS to the status line
    public HttpsPost(Resolver resolver, SSLContext trusted, AddressGuard guard, Duration whole, Time time) {
        this.addresses = new AddressLookup(resolver);
        this.https = new HttpsClient(guard, whole, time);
        this.trusted = new Certificates(trusted, false);
    }

    /// A report on its way out by HTTPS: what to POST and where (RFC 8460 §5.4).
    ///
    /// The certificate of the target need not be valid (RFC 8460 §3); redirects are not followed.
    record Report(URI target, String contentType, byte[] body) {

        private static final String GZIP_TYPE = "application/tlsrpt+gzip"; // RFC 8460 §6.5

        public Report { body = body.clone(); }

        public static Report of(TlsRptReport report, URI target) {
            return new Report(target, GZIP_TYPE, ReportWriter.gzip(report));
        }

        /// RFC 8460 §5.4: typically 200 or 201 says that the report arrived; the rest of 2xx does so too.
        public static boolean isAccepted(int status) { return status >= 200 && status < 300; }
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

    Result send(Report post) {
        TimeLimit limit = https.limit();
        List<InetAddress> found;
        try {
            found = addresses(post.target().getHost());
        } catch (IOException unknown) {
            return new Result.Failed(String.valueOf(unknown.getMessage()));
        }
        Outcome first = https.ask(request(post), found, trusted, limit);
        // RFC 8460 §3: a report may go although the certificate does not verify; it holds nothing to be kept from
        // anyone.
        return first instanceof Outcome.Uncertified(var why)
                ? result(https.ask(request(post), found, new Certificates(anyCertificate(), false), limit),
                        post.target(), "the certificate did not verify: " + why)
                : result(first, post.target(), "");
    }

    private static Result result(Outcome outcome, URI target, String note) {
        return switch (outcome) {
            case Outcome.Replied(var reply) -> judged(reply.status(), note);
            case Outcome.Forbidden(var all) -> new Result.Refused(target.getHost()
                    + " has only addresses of private networks "
                    + all.stream().map(InetAddress::getHostAddress).toList());
            case Outcome.Unreachable(_, var why) -> new Result.Failed(why);
            case Outcome.Uncertified(var why) -> new Result.Failed(why);
            case Outcome.Broken(var why) -> new Result.Failed(why);
        };
    }

    private static HttpsClient.Request request(Report post) {
        URI to = post.target();
        String path = to.getRawPath() == null || to.getRawPath().isEmpty() ? "/" : to.getRawPath();
        return new HttpsClient.Request("POST", to.getHost(), to.getPort() < 0 ? HTTPS_PORT : to.getPort(),
                to.getRawQuery() == null ? path : path + "?" + to.getRawQuery(),
                List.of("Content-Type: " + post.contentType()), post.body(), STATUS_ALONE);
    }

    private List<InetAddress> addresses(String host) throws IOException {
        HostAddresses found;
        try {
            if (HttpsClient.isAddress(host)) return List.of(InetAddress.ofLiteral(host));
            found = addresses.of(Domain.of(host), new ProofLog());
        } catch (IllegalArgumentException bad) {
            throw new IOException(bad.getMessage(), bad);
        }
        if (found.list().isEmpty()) throw new IOException(found.problem());
        return found.list();
    }

    private static Result judged(int status, String note) {
        if (Report.isAccepted(status)) return new Result.Accepted(status, note);
        // RFC 9110 §15.5.9, RFC 6585 §4: these two and what is the server's own fault pass; RFC 8460 §5.4 leaves it
        // to us. A redirect is not followed, so it would come again.
        boolean passing = status >= 500 || status == 408 || status == 429;
        String why = "HTTP status " + status + (note.isEmpty() ? "" : "; " + note);
        return passing ? new Result.Failed(why) : new Result.Refused(why);
    }

    private static SSLContext anyCertificate() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[]{new Unasking()}, null);
            return context;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
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
