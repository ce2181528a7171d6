package org.sternpost.engine.tlsrpt;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.SerializableString;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/// Writes a report as I-JSON (RFC 8460 §4.4, RFC 7493); the same report gives the same octets.
public final class ReportWriter {

    /// What a host or a record said may be shown by whoever reads the report: nothing in it that cannot be seen leaves
    /// other than escaped, and nothing is lost.
    private static final JsonFactory JSON = JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .characterEscapes(new WithDelete()).build();

    private ReportWriter() {}

    public static byte[] json(TlsRptReport report) {
        var octets = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), octets)) {
            json.writeStartObject();
            json.writeStringProperty("organization-name", report.organizationName());
            json.writeName("date-range").writeStartObject();
            json.writeStringProperty("start-datetime", dateTime(report.start()));
            json.writeStringProperty("end-datetime", dateTime(report.end()));
            json.writeEndObject();
            json.writeStringProperty("contact-info", report.contactInfo());
            json.writeStringProperty("report-id", report.reportId());
            // RFC 8460 §4.4: an array even for one policy.
            json.writeName("policies").writeStartArray();
            for (TlsRptReport.PolicyResult result : report.policies())
                write(json, result);
            json.writeEndArray();
            json.writeEndObject();
        }
        return octets.toByteArray();
    }

    /// The JSON packed by gzip (RFC 1952), as both ways out should have it (RFC 8460 §5.2).
    public static byte[] gzip(TlsRptReport report) {
        var octets = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(octets)) {
            gzip.write(json(report));
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
        return octets.toByteArray();
    }

    private static void write(JsonGenerator json, TlsRptReport.PolicyResult result) {
        TlsRptReport.Policy policy = result.policy();
        json.writeStartObject();
        json.writeName("policy").writeStartObject();
        json.writeStringProperty("policy-type", policy.type().token());
        texts(json, "policy-string", policy.policyString());
        json.writeStringProperty("policy-domain", policy.policyDomain());
        texts(json, "mx-host", policy.mxHost());
        json.writeEndObject();
        json.writeName("summary").writeStartObject();
        json.writeNumberProperty("total-successful-session-count", result.successes());
        json.writeNumberProperty("total-failure-session-count", result.failures());
        json.writeEndObject();
        if (!result.failureDetails().isEmpty()) {
            json.writeName("failure-details").writeStartArray();
            for (TlsRptReport.FailureDetail detail : result.failureDetails())
                write(json, detail);
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, TlsRptReport.FailureDetail detail) {
        json.writeStartObject();
        json.writeStringProperty("result-type", detail.resultType().token());
        text(json, "sending-mta-ip", detail.sendingMtaIp());
        text(json, "receiving-mx-hostname", detail.receivingMxHostname());
        text(json, "receiving-mx-helo", detail.receivingMxHelo());
        text(json, "receiving-ip", detail.receivingIp());
        json.writeNumberProperty("failed-session-count", detail.failedSessions());
        text(json, "additional-information", detail.additionalInformation());
        text(json, "failure-reason-code", detail.failureReasonCode());
        json.writeEndObject();
    }

    private static void text(JsonGenerator json, String name, String value) {
        if (!value.isEmpty()) json.writeStringProperty(name, value);
    }

    private static void texts(JsonGenerator json, String name, List<String> values) {
        if (values.isEmpty()) return;
        json.writeName(name).writeStartArray();
        values.forEach(json::writeString);
        json.writeEndArray();
    }

    /// The one control in ASCII that JSON lets pass.
    private static final class WithDelete extends CharacterEscapes {

        private static final long serialVersionUID = 1L;

        @Override
        public int[] getEscapeCodesForAscii() {
            int[] codes = standardAsciiEscapesForJSON();
            codes[0x7f] = ESCAPE_STANDARD;
            return codes;
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int c) { return null; }
    }

    /// RFC 3339 §5.6, in UTC and whole seconds.
    private static String dateTime(Instant at) { return at.truncatedTo(ChronoUnit.SECONDS).toString(); }
}
