package org.sternpost.engine.tlsrpt;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.sternpost.engine.dkim.DkimSigner;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Notify;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.message.Composer;
import org.sternpost.engine.message.Header;
import org.sternpost.engine.message.Part;
import org.sternpost.engine.tlsrpt.TlsRptReport.Submitter;

/// A report on its way out by mail (RFC 8460 §5.3).
final class ReportMail {

    /// Marks our reports in the queue, so that their own sessions are not counted.
    public static final String CLIENT = "TLS report";

    private final Submitter reporter;
    private final DkimSigner signer;

    /// @throws IllegalArgumentException if the signature would not speak for the `From` of the reports
    public ReportMail(Submitter reporter, DkimSigner signer) {
        String from = reporter.from().domain().ascii();
        String signs = signer.domain().ascii();
        if (!from.equals(signs) && !from.endsWith("." + signs))
            throw new IllegalArgumentException("the DKIM domain " + signs + " is not that of " + reporter.from());
        this.reporter = reporter;
        this.signer = signer;
    }

    /// Who gets it.
    Envelope envelope(Address to) {
        // The null path: a report that cannot be delivered must not come back as mail (RFC 5321 §4.5.5).
        return new Envelope(new ReversePath.Null(), List.of(new Recipient(to, Set.of(Notify.Never), "")),
                MailParameters.utf8(to.needsUtf8() || reporter.from().needsUtf8()));
    }

    /// The signed message: a report without a valid signature is ignored by who gets it (RFC 8460 §3).
    byte[] content(TlsRptReport report, Domain policyDomain, Address to, Instant now) {
        return signer.sign(message(report, policyDomain, to, now), now);
    }

    byte[] message(TlsRptReport report, Domain policyDomain, Address to, Instant now) {
        String boundary = "=_" + report.reportId().replaceAll("[^A-Za-z0-9]", "");
        if (boundary.length() > 70) boundary = boundary.substring(0, 70); // RFC 2046 §5.1.1
        String file = fileName(report, reporter.domain(), policyDomain);
        return new Composer().field("Date", Header.date(now)).addresses("From", List.of(reporter.from()))
                .addresses("To", List.of(to))
                // RFC 8460 §5.3 gives this very form.
                .field("Subject", "Report Domain: " + policyDomain + " Submitter: " + reporter.domain()
                        + " Report-ID: <" + report.reportId() + ">")
                .field("Message-ID", "<" + report.reportId() + ">")
                .field("TLS-Report-Domain", policyDomain.ascii())
                .field("TLS-Report-Submitter", reporter.domain().ascii())
                // RFC 8460 §3: reports go out even where TLS fails; RFC 8689 §3 says so to every relay on the way.
                .field("TLS-Required", "No").field("Auto-Submitted", "auto-generated") // RFC 3834 §5
                .parts("multipart/report; report-type=\"tlsrpt\"", boundary,
                        List.of(Part.text(summary(report, policyDomain)),
                                Part.binary("application/tlsrpt+gzip", ReportWriter.gzip(report)).attached(file)));
    }

    private String summary(TlsRptReport report, Domain policyDomain) {
        var text = new StringBuilder("This is an aggregate TLS report from " + reporter.domain() + "\r\n"
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
