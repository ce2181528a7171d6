package org.sternpost.engine.tlsrpt;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.sternpost.engine.dkim.DkimSigner;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.ReversePath;
import org.sternpost.engine.queue.QueuedRecipient;
import org.sternpost.engine.queue.Submission;

/// A report on its way out by mail (RFC 8460 §5.3).
public final class ReportMail {

    /// Marks our reports in the queue, so that their own sessions are not counted.
    public static final String CLIENT = "TLS report";

    private static final String DATE_PATTERN = "EEE, d MMM yyyy HH:mm:ss Z"; // RFC 5322 §3.3
    private static final int BASE64_LINE_CHARACTERS = 76; // RFC 2045 §6.8

    private final Reporter reporter;
    private final DkimSigner signer;

    /// @throws IllegalArgumentException if the signature would not speak for the `From` of the reports
    public ReportMail(Reporter reporter, DkimSigner signer) {
        String from = reporter.from().domain().ascii();
        String signs = signer.domain().ascii();
        if (!from.equals(signs) && !from.endsWith("." + signs))
            throw new IllegalArgumentException("the DKIM domain " + signs + " is not that of " + reporter.from());
        this.reporter = reporter;
        this.signer = signer;
    }

    /// A signed message ready for the queue.
    public Submission submission(TlsRptReport report, Domain policyDomain, Address to, Instant now) {
        // RFC 8460 §3: a report without a valid signature is ignored by who gets it.
        byte[] content = signer.sign(message(report, policyDomain, to, now), now);
        // The null path: a report that cannot be delivered must not come back as mail (RFC 5321 §4.5.5).
        return new Submission(new ReversePath.Null(),
                List.of(new Submission.Recipient(to, Set.of(QueuedRecipient.Notify.Never), "")), CLIENT,
                to.needsUtf8() || reporter.from().needsUtf8(), false, "", false, content);
    }

    byte[] message(TlsRptReport report, Domain policyDomain, Address to, Instant now) {
        String boundary = "=_" + report.reportId().replaceAll("[^A-Za-z0-9]", "");
        if (boundary.length() > 70) boundary = boundary.substring(0, 70); // RFC 2046 §5.1.1
        String file = fileName(report, reporter.submitter(), policyDomain);
        String text = header(report, policyDomain, to, now, boundary) + "--" + boundary + "\r\n"
                + "Content-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
                + summary(report, policyDomain) + "\r\n--" + boundary + "\r\n"
                + "Content-Type: application/tlsrpt+gzip\r\nContent-Transfer-Encoding: base64\r\n"
                + "Content-Disposition: attachment;\r\n filename=\"" + file + "\"\r\n\r\n"
                + Base64.getMimeEncoder(BASE64_LINE_CHARACTERS, new byte[]{'\r', '\n'})
                        .encodeToString(ReportWriter.gzip(report))
                + "\r\n--" + boundary + "--\r\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String header(TlsRptReport report, Domain policyDomain, Address to, Instant now, String boundary) {
        String date = DateTimeFormatter.ofPattern(DATE_PATTERN, Locale.ENGLISH).format(now.atOffset(ZoneOffset.UTC));
        return "Date: " + date + "\r\n"
                + "From: <" + reporter.from() + ">\r\n"
                + "To: <" + to + ">\r\n"
                // RFC 8460 §5.3 gives this very form.
                + "Subject: Report Domain: " + policyDomain + "\r\n Submitter: " + reporter.submitter()
                + "\r\n Report-ID: <" + report.reportId() + ">\r\n"
                + "Message-ID: <" + report.reportId() + ">\r\n"
                + "TLS-Report-Domain: " + policyDomain + "\r\n"
                + "TLS-Report-Submitter: " + reporter.submitter() + "\r\n"
                // RFC 8460 §3: reports go out even where TLS fails; RFC 8689 §3 says so to every relay on the way.
                + "TLS-Required: No\r\n"
                + "Auto-Submitted: auto-generated\r\n" // RFC 3834 §5
                + "MIME-Version: 1.0\r\n"
                + "Content-Type: multipart/report; report-type=\"tlsrpt\";\r\n boundary=\"" + boundary + "\"\r\n\r\n";
    }

    private String summary(TlsRptReport report, Domain policyDomain) {
        var text = new StringBuilder("This is an aggregate TLS report from " + reporter.submitter() + "\r\n"
                + "on mail to " + policyDomain + "\r\nfrom " + report.start() + " to " + report.end() + ".\r\n\r\n");
        for (TlsRptReport.PolicyResult result : report.policies())
            text.append(result.policy().type().token()).append(' ').append(result.policy().policyDomain())
                    .append("\r\n  ").append(result.successes()).append(" good sessions, ").append(result.failures())
                    .append(" failed\r\n");
        return text.toString();
    }

    /// RFC 8460 §5.1: sender, policy domain, first and last second.
    public static String fileName(TlsRptReport report, Domain submitter, Domain policyDomain) {
        return submitter + "!" + policyDomain + "!" + report.start().getEpochSecond() + "!"
                + report.end().getEpochSecond() + ".json.gz";
    }
}
