package org.sternpost.engine.tlsrpt;

import java.net.URI;

/// A report on its way out by HTTPS: what to POST and where (RFC 8460 §5.4).
///
/// The certificate of the target need not be valid (RFC 8460 §3); redirects are not followed.
record ReportPost(URI target, String contentType, byte[] body) {

    private static final String GZIP_TYPE = "application/tlsrpt+gzip"; // RFC 8460 §6.5

    public ReportPost { body = body.clone(); }

    public static ReportPost of(TlsRptReport report, URI target) {
        return new ReportPost(target, GZIP_TYPE, ReportWriter.gzip(report));
    }

    /// RFC 8460 §5.4: typically 200 or 201 says that the report arrived; the rest of 2xx does so too.
    public static boolean isAccepted(int status) { return status >= 200 && status < 300; }
}
