package org.sternpost.engine.tlsrpt;

/// What reading a report came to.
public sealed interface ReportReading {

    record Read(TlsRptReport report) implements ReportReading {}

    /// It is none by RFC 8460 §4.4.
    record Refused(String why) implements ReportReading {}
}
