package org.sternpost.engine.control;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.OutboundConnector;

/// What differs between two states of a connector, in the property names an operator knows.
final class ConnectorDiff {

    private ConnectorDiff() {}

    /// @param before empty for a new connector
    static List<Plan.Change> between(Optional<OutboundConnector> before, OutboundConnector after) {
        Map<String, String> old = before.map(ConnectorDiff::texts).orElse(Map.of());
        var changes = new ArrayList<Plan.Change>();
        texts(after).forEach((path, text) -> {
            String was = old.getOrDefault(path, "");
            if (!Objects.equals(was, text)) changes.add(new Plan.Change(path, was, text));
        });
        return changes;
    }

    static String number(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
    }

    private static Map<String, String> texts(OutboundConnector c) {
        var texts = new LinkedHashMap<String, String>();
        texts.put("name", c.name());
        texts.put("enabled", String.valueOf(c.general().enabled()));
        texts.put("tlsValidation", c.tls().tlsValidation().name());
        texts.put("recipientDomains", joined(c.general().recipientDomains()));
        texts.put("useMXRecord", String.valueOf(c.route().useMXRecord()));
        texts.put("smartHosts", joined(c.route().smartHosts()));
        texts.put("smtpDaneMode", c.tls().smtpDaneMode().name());
        texts.put("mtaStsMode", c.tls().mtaStsMode().name());
        texts.put("tlsSettings", c.tls().tlsSettings().name());
        texts.put("tlsDomain", text(c.tls().tlsDomain()));
        texts.put("port", c.connection().port() == 0 ? "" : String.valueOf(c.connection().port()));
        texts.put("sourceIPAddress", text(c.connection().sourceIPAddress()));
        texts.put("fqdn", text(c.connection().fqdn()));
        texts.put("maxMessageSize",
                c.limits().maxMessageSize() == 0 ? "" : String.valueOf(c.limits().maxMessageSize()));
        texts.put("messageExpiration", text(c.limits().messageExpiration()));
        texts.put("comment", c.general().comment());
        return texts;
    }

    private static String text(@Nullable Object value) { return value == null ? "" : value.toString(); }

    private static String joined(List<?> values) {
        return values.stream().map(Object::toString).collect(Collectors.joining(","));
    }
}
