package org.sternpost.engine.tlsrpt;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.sternpost.engine.tlsrpt.TlsRptReport.PolicyType;
import org.sternpost.engine.tlsrpt.TlsRptReport.ResultType;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/// Reads a report strictly: I-JSON (RFC 7493) with the members of RFC 8460 §4.4; members it does not know are skipped.
///
/// What we send is checked by it; the gateway itself receives no reports.
public final class ReportReader {

    /// What reading a report came to.
    public sealed interface Reading {

        record Read(TlsRptReport report) implements Reading {}

        /// It is none by RFC 8460 §4.4.
        record Refused(String why) implements Reading {}
    }

    private static final int UNPACKED_OCTETS_MAX = 8 * 1024 * 1024; // ours
    private static final int DEPTH_MAX = 16; // ours: the report needs 5
    private static final int ITEMS_MAX = 50_000; // ours: items of one array
    private static final Pattern DATE_TIME = Pattern.compile( // RFC 3339 §5.6
            "\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?([Zz]|[+-]\\d\\d:\\d\\d)");
    private static final JsonFactory JSON = JsonFactory.builder()
            // RFC 7493 §2.3: I-JSON has no duplicate names.
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX)
                    .maxStringLength(UNPACKED_OCTETS_MAX).build())
            .build();

    private final JsonParser json;

    private ReportReader(JsonParser json) { this.json = json; }

    /// Reads JSON, or gzip (RFC 1952) around it.
    public static Reading read(byte[] octets) {
        try {
            String text = text(isGzip(octets) ? unpacked(octets) : octets);
            try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
                json.nextToken();
                TlsRptReport report = new ReportReader(json).report();
                if (json.nextToken() != null) throw new MalformedReportException("something follows the report");
                return new Reading.Read(report);
            }
        } catch (MalformedReportException | IOException bad) {
            return new Reading.Refused(String.valueOf(bad.getMessage()));
        } catch (JacksonException bad) {
            return new Reading.Refused("no I-JSON: " + bad.getOriginalMessage());
        }
    }

    private static boolean isGzip(byte[] octets) {
        return octets.length > 1 && (octets[0] & 0xff) == 0x1f && (octets[1] & 0xff) == 0x8b;
    }

    private static byte[] unpacked(byte[] octets) throws IOException {
        try (var gzip = new GZIPInputStream(new ByteArrayInputStream(octets))) {
            return gzip.readNBytes(UNPACKED_OCTETS_MAX + 1);
        }
    }

    private static String text(byte[] octets) throws MalformedReportException {
        if (octets.length > UNPACKED_OCTETS_MAX)
            throw new MalformedReportException("more than " + UNPACKED_OCTETS_MAX + " octets");
        try {
            // RFC 7493 §2.1: I-JSON is UTF-8 and nothing else.
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
        } catch (CharacterCodingException bad) {
            throw new MalformedReportException("not UTF-8");
        }
    }

    private TlsRptReport report() throws MalformedReportException {
        var organization = new Slot<String>("organization-name");
        var range = new Slot<List<Instant>>("date-range");
        var contact = new Slot<String>("contact-info");
        var id = new Slot<String>("report-id");
        var policies = new Slot<List<TlsRptReport.PolicyResult>>("policies");
        members("report", name -> {
            switch (name) {
                case "organization-name" -> organization.set(string(name));
                case "date-range" -> range.set(dateRange());
                case "contact-info" -> contact.set(string(name));
                case "report-id" -> id.set(string(name));
                case "policies" -> policies.set(items(name, this::policyResult));
                default -> json.skipChildren();
            }
        });
        return new TlsRptReport(organization.get(), range.get().get(0), range.get().get(1), contact.get(), id.get(),
                policies.get());
    }

    private List<Instant> dateRange() throws MalformedReportException {
        var start = new Slot<Instant>("start-datetime");
        var end = new Slot<Instant>("end-datetime");
        members("date-range", name -> {
            switch (name) {
                case "start-datetime" -> start.set(dateTime(name));
                case "end-datetime" -> end.set(dateTime(name));
                default -> json.skipChildren();
            }
        });
        return List.of(start.get(), end.get());
    }

    private TlsRptReport.PolicyResult policyResult() throws MalformedReportException {
        var policy = new Slot<TlsRptReport.Policy>("policy");
        var successes = new Slot<Long>("total-successful-session-count");
        var failures = new Slot<Long>("total-failure-session-count");
        var details = new Slot<List<TlsRptReport.FailureDetail>>("failure-details");
        members("policies", name -> {
            switch (name) {
                case "policy" -> policy.set(policy());
                case "summary" -> members(name, count -> {
                    switch (count) {
                        case "total-successful-session-count" -> successes.set(count(count));
                        case "total-failure-session-count" -> failures.set(count(count));
                        default -> json.skipChildren();
                    }
                });
                case "failure-details" -> details.set(items(name, this::failureDetail));
                default -> json.skipChildren();
            }
        });
        return new TlsRptReport.PolicyResult(policy.get(), successes.get(), failures.get(), details.or(List::of));
    }

    private TlsRptReport.Policy policy() throws MalformedReportException {
        var type = new Slot<PolicyType>("policy-type");
        var lines = new Slot<List<String>>("policy-string");
        var domain = new Slot<String>("policy-domain");
        var hosts = new Slot<List<String>>("mx-host");
        members("policy", name -> {
            switch (name) {
                case "policy-type" -> type.set(word(name, PolicyType.of(string(name))));
                case "policy-string" -> lines.set(items(name, () -> string(name)));
                case "policy-domain" -> domain.set(string(name));
                // RFC 8460 §4.4 has an array; drafts and some senders a string.
                case "mx-host" -> hosts.set(json.currentToken() == JsonToken.VALUE_STRING
                        ? List.of(string(name))
                        : items(name, () -> string(name)));
                default -> json.skipChildren();
            }
        });
        return new TlsRptReport.Policy(type.get(), lines.or(List::of), domain.get(), hosts.or(List::of));
    }

    private TlsRptReport.FailureDetail failureDetail() throws MalformedReportException {
        var type = new Slot<ResultType>("result-type");
        var sender = new Slot<String>("sending-mta-ip");
        var host = new Slot<String>("receiving-mx-hostname");
        var helo = new Slot<String>("receiving-mx-helo");
        var ip = new Slot<String>("receiving-ip");
        var failed = new Slot<Long>("failed-session-count");
        var information = new Slot<String>("additional-information");
        var code = new Slot<String>("failure-reason-code");
        members("failure-details", name -> {
            switch (name) {
                case "result-type" -> type.set(word(name, ResultType.of(string(name))));
                case "sending-mta-ip" -> sender.set(string(name));
                case "receiving-mx-hostname" -> host.set(string(name));
                case "receiving-mx-helo" -> helo.set(string(name));
                case "receiving-ip" -> ip.set(string(name));
                case "failed-session-count" -> failed.set(count(name));
                case "additional-information" -> information.set(string(name));
                case "failure-reason-code" -> code.set(string(name));
                default -> json.skipChildren();
            }
        });
        return new TlsRptReport.FailureDetail(type.get(), sender.or(() -> ""), host.or(() -> ""), helo.or(() -> ""),
                ip.or(() -> ""), failed.get(), information.or(() -> ""), code.or(() -> ""));
    }

    /// Calls `each` with the name of every member, the parser standing at its value.
    private void members(String where, Step each) throws MalformedReportException {
        if (json.currentToken() != JsonToken.START_OBJECT)
            throw new MalformedReportException("'" + where + "' is no object");
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            json.nextToken();
            each.on(name);
        }
    }

    private <T> List<T> items(String where, Item<T> item) throws MalformedReportException {
        if (json.currentToken() != JsonToken.START_ARRAY)
            throw new MalformedReportException("'" + where + "' is no array");
        var items = new ArrayList<T>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (items.size() == ITEMS_MAX)
                throw new MalformedReportException("'" + where + "' has more than " + ITEMS_MAX + " items");
            items.add(item.read());
        }
        return items;
    }

    private String string(String where) throws MalformedReportException {
        if (json.currentToken() != JsonToken.VALUE_STRING)
            throw new MalformedReportException("'" + where + "' is no string");
        return json.getString();
    }

    private long count(String where) throws MalformedReportException {
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT)
            throw new MalformedReportException("'" + where + "' is no whole number");
        long count = json.getLongValue();
        if (count < 0) throw new MalformedReportException("'" + where + "' is negative");
        return count;
    }

    private Instant dateTime(String where) throws MalformedReportException {
        String text = string(where);
        if (!DATE_TIME.matcher(text).matches())
            throw new MalformedReportException("'" + where + "' is no date-time of RFC 3339");
        try {
            return OffsetDateTime.parse(text.toUpperCase(Locale.ROOT)).toInstant();
        } catch (DateTimeException bad) {
            throw new MalformedReportException("'" + where + "' is no date-time of RFC 3339");
        }
    }

    private static <T> T word(String where, Optional<T> known) throws MalformedReportException {
        return known.orElseThrow(
                () -> new MalformedReportException("'" + where + "' has a word that RFC 8460 does not know"));
    }

    private interface Step {
        void on(String name) throws MalformedReportException;
    }

    private interface Item<T> {
        T read() throws MalformedReportException;
    }

    /// A member that may or must come.
    private static final class Slot<T> {
        private final String name;
        private Optional<T> value = Optional.empty();

        Slot(String name) { this.name = name; }

        void set(T found) { value = Optional.of(found); }

        T get() throws MalformedReportException {
            return value.orElseThrow(() -> new MalformedReportException("'" + name + "' is missing"));
        }

        T or(Supplier<T> absent) { return value.orElseGet(absent); }
    }

    /// Leaves the depth of the reader; becomes a value in [#read].
    private static final class MalformedReportException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedReportException(String why) { super(why); }
    }
}
