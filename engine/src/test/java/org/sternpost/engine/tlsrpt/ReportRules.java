package org.sternpost.engine.tlsrpt;

import java.net.InetAddress;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/// The rules of RFC 8460 §4 for a report, written from its text alone: neither writer nor reader of the engine is used.
public final class ReportRules {

    private static final Set<String> RESULTS = Set.of("starttls-not-supported", "certificate-host-mismatch",
            "certificate-expired", "certificate-not-trusted", "validation-failure", "tlsa-invalid", "dnssec-invalid",
            "dane-required", "sts-policy-fetch-error", "sts-policy-invalid", "sts-webpki-invalid");

    private final List<String> broken = new ArrayList<>();

    private ReportRules() {}

    /// Every breach with its place; empty if the document is a report.
    public static List<String> breaches(String json) {
        var rules = new ReportRules();
        var factory = JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
        try (JsonParser in = factory.createParser(ObjectReadContext.empty(), json)) {
            in.nextToken();
            rules.report(value(in));
            if (in.nextToken() != null) rules.broken.add("something follows the report");
        }
        return rules.broken;
    }

    /// The document as maps, lists, texts and numbers.
    public static Object parsed(String json) {
        try (JsonParser in = new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
            in.nextToken();
            return value(in);
        }
    }

    private void report(Object value) {
        Map<?, ?> report = object("report", value, Set.of("organization-name", "date-range", "contact-info",
                "report-id", "policies"), Set.of());
        text("organization-name", report.get("organization-name"));
        text("report-id", report.get("report-id"));
        if (!text("contact-info", report.get("contact-info")).contains("@")) broken.add("contact-info is no address");
        Map<?, ?> range = object("date-range", report.get("date-range"), Set.of("start-datetime", "end-datetime"),
                Set.of());
        var start = time("start-datetime", range.get("start-datetime"));
        var end = time("end-datetime", range.get("end-datetime"));
        // RFC 8460 §4.1: the whole of one day of UTC.
        if (!start.equals(end.minusDays(1).plusSeconds(1)) || start.toLocalTime().toSecondOfDay() != 0)
            broken.add("the range is not one day: " + start + " to " + end);
        List<?> policies = list("policies", report.get("policies"));
        if (policies.isEmpty()) broken.add("there is no policy");
        policies.forEach(this::policy);
    }

    private void policy(Object value) {
        Map<?, ?> one = object("policies", value, Set.of("policy", "summary"), Set.of("failure-details"));
        Map<?, ?> policy = object("policy", one.get("policy"), Set.of("policy-type", "policy-domain"),
                Set.of("policy-string", "mx-host"));
        String type = text("policy-type", policy.get("policy-type"));
        if (!Set.of("tlsa", "sts", "no-policy-found").contains(type)) broken.add("policy-type " + type);
        String domain = text("policy-domain", policy.get("policy-domain"));
        if (!domain.matches("[a-z0-9_-]+(\\.[a-z0-9_-]+)*")) broken.add("policy-domain " + domain);
        for (String lists : List.of("policy-string", "mx-host"))
            if (policy.containsKey(lists)) list(lists, policy.get(lists)).forEach(line -> text(lists, line));
        if (policy.containsKey("mx-host") && !type.equals("sts")) broken.add("mx-host of " + type);
        if (policy.containsKey("policy-string") && type.equals("no-policy-found"))
            broken.add("policy-string of no policy");
        Map<?, ?> summary = object("summary", one.get("summary"),
                Set.of("total-successful-session-count", "total-failure-session-count"), Set.of());
        number("total-successful-session-count", summary.get("total-successful-session-count"));
        number("total-failure-session-count", summary.get("total-failure-session-count"));
        if (one.containsKey("failure-details"))
            list("failure-details", one.get("failure-details")).forEach(this::detail);
    }

    private void detail(Object value) {
        Map<?, ?> detail = object("failure-details", value, Set.of("result-type", "failed-session-count"),
                Set.of("sending-mta-ip", "receiving-mx-hostname", "receiving-mx-helo", "receiving-ip",
                        "additional-information", "failure-reason-code"));
        String result = text("result-type", detail.get("result-type"));
        if (!RESULTS.contains(result)) broken.add("result-type " + result);
        number("failed-session-count", detail.get("failed-session-count"));
        for (String member : List.of("receiving-mx-hostname", "failure-reason-code"))
            if (detail.containsKey(member)) text(member, detail.get(member));
        for (String member : List.of("sending-mta-ip", "receiving-ip"))
            if (detail.containsKey(member)) try {
                InetAddress.ofLiteral(text(member, detail.get(member)));
            } catch (IllegalArgumentException bad) {
                broken.add(member + " " + bad.getMessage());
            }
        // RFC 8460 §4.3.3: whoever says no more than "failure" says in words what failed.
        if (Set.of("validation-failure", "certificate-not-trusted").contains(result)
                && !detail.containsKey("failure-reason-code"))
            broken.add(result + " without failure-reason-code");
    }

    private Map<?, ?> object(String place, Object value, Set<String> needed, Set<String> allowed) {
        if (!(value instanceof Map<?, ?> map)) {
            broken.add(place + " is no object");
            return Map.of();
        }
        var names = new TreeSet<String>();
        map.keySet().forEach(name -> names.add((String) name));
        for (String name : needed)
            if (!names.remove(name)) broken.add(place + " lacks " + name);
        names.removeAll(allowed);
        if (!names.isEmpty()) broken.add(place + " has " + names);
        return map;
    }

    private List<?> list(String place, Object value) {
        if (value instanceof List<?> list) return list;
        broken.add(place + " is no array");
        return List.of();
    }

    private String text(String place, Object value) {
        if (value instanceof String text && !text.isBlank()) return text;
        broken.add(place + " is no text");
        return "";
    }

    private void number(String place, Object value) {
        if (!(value instanceof Long number) || number < 0) broken.add(place + " is no count: " + value);
    }

    private OffsetDateTime time(String place, Object value) {
        try {
            return OffsetDateTime.parse(text(place, value));
        } catch (DateTimeParseException bad) {
            broken.add(place + " " + bad.getMessage());
            return OffsetDateTime.MIN;
        }
    }

    private static Object value(JsonParser in) {
        return switch (in.currentToken()) {
            case START_OBJECT -> {
                var map = new LinkedHashMap<String, Object>();
                while (in.nextToken() == JsonToken.PROPERTY_NAME) {
                    String name = in.currentName();
                    in.nextToken();
                    map.put(name, value(in));
                }
                yield map;
            }
            case START_ARRAY -> {
                var list = new ArrayList<Object>();
                while (in.nextToken() != JsonToken.END_ARRAY)
                    list.add(value(in));
                yield list;
            }
            case VALUE_NUMBER_INT -> in.getLongValue();
            case VALUE_STRING -> in.getString();
            default -> in.currentToken();
        };
    }
}
