package org.sternpost.engine.control;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.time.Spans;

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

    /// What the settings of one group are called.
    static Stream<String> names(Class<? extends Record> group) {
        return Arrays.stream(group.getRecordComponents()).map(RecordComponent::getName);
    }

    private static Map<String, String> texts(OutboundConnector connector) {
        var texts = new LinkedHashMap<String, String>();
        for (Record group : connector.settings())
            for (RecordComponent setting : group.getClass().getRecordComponents())
                texts.put(setting.getName(), text(value(group, setting)));
        return texts;
    }

    private static @Nullable Object value(Record group, RecordComponent setting) {
        try {
            return setting.getAccessor().invoke(group);
        } catch (InvocationTargetException | IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// A number that is 0 leaves the setting to the engine.
    private static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case Number number when number.longValue() == 0 -> "";
            case Duration span -> Spans.exact(span);
            case List<?> list -> list.stream().map(ConnectorDiff::text).collect(Collectors.joining(","));
            default -> value.toString();
        };
    }
}
